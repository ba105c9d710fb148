import type { ConversationId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import { conversationFact } from '../../conversations/conversation-fact.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { readWaiting, type Waiting } from './read-waiting.ts';
import { clockColumns, type StoredClock } from './service-clock.ts';

const BATCH = 200;

/**
 * Says of targets that will be missed soon, and of those that were, each once: whoever watches the customer hears of it. Any number of
 * processes may do this at once: each clock is one's. Returns how many were told of.
 */
export async function tellDueClocks(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:write');
  const due = await scope.db.sql<{ id: ConversationId }[]>`
    select conversation_id as id from service_clocks where look_at <= ${scope.now} order by look_at limit ${BATCH}`;
  if (due.length === 0) return 0;
  return atomically(scope, async (tx) => {
    const clocks = await hold(tx, [...new Set(due.map(({ id }) => id))]);
    if (clocks.length === 0) return 0;
    const conversations = await readWaiting(
      tx,
      clocks.map(({ conversationId }) => conversationId),
    );
    const told = clocks.map((clock) => tell(tx, clock, conversations.get(clock.conversationId)));
    const rows = told.map(({ conversationId, kind, lookAt, warnedAt, breachedAt }) => ({
      conversation_id: conversationId,
      kind,
      look_at: lookAt,
      warned_at: warnedAt,
      breached_at: breachedAt,
    }));
    const { sql } = tx.db;
    await sql`
      update service_clocks k set look_at = r.look_at, warned_at = r.warned_at, breached_at = r.breached_at
      from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(conversation_id text, kind text, look_at timestamptz,
        warned_at timestamptz, breached_at timestamptz)
      where k.conversation_id = r.conversation_id and k.kind = r.kind`;
    return told.length;
  });
}

/**
 * Takes clocks that are due, and keeps everybody from stopping them meanwhile. Left for the next time: conversations that somebody acts on
 * this moment (the answer may be in time), and those of which not everything is counted. Heads before spells, as whoever expects a version does.
 */
async function hold(tx: TransactionScope, ids: readonly ConversationId[]): Promise<StoredClock[]> {
  const { sql } = tx.db;
  const heads = await sql<{ id: ConversationId }[]>`
    select substr(stream, ${stream.conversation('').length + 1}) as id from stream_heads
    where stream = any (${ids.map((id) => stream.conversation(id))}::text[])
    order by stream for update skip locked`;
  const ours = heads.map(({ id }) => id as string);
  const spells = await sql<{ id: ConversationId; isCounted: boolean }[]>`
    select conversation_id as id, is_counted from waiting_spells where conversation_id = any (${ours}::text[])
    order by conversation_id, position for update skip locked`;
  const uncounted = new Set(spells.filter(({ isCounted }) => !isCounted).map(({ id }) => id));
  const waiting = new Set(spells.map(({ id }) => id));
  const clocks = await sql<StoredClock[]>`
    select ${clockColumns(sql)} from service_clocks k
    where k.conversation_id = any (${ours}::text[]) and k.look_at <= ${tx.now}
    order by k.conversation_id, k.kind for update skip locked`;
  return clocks.filter(
    ({ conversationId, runningSince }) =>
      !uncounted.has(conversationId) && (runningSince === null || waiting.has(conversationId)),
  );
}

function tell(tx: TransactionScope, clock: StoredClock, waiting: Waiting | undefined): StoredClock {
  const { kind, dueAt, targetSeconds, policyVersion } = clock;
  // Erased meanwhile, or no target holds for it any more.
  if (!waiting || !dueAt) return { ...clock, lookAt: null };
  const isLate = dueAt <= tx.now;
  const details = { clock: kind, dueAt: dueAt.toISOString(), targetSeconds, policyVersion };
  recordFact(
    tx,
    conversationFact(waiting, { type: isLate ? 'conversation.sla_breached' : 'conversation.sla_warned', details }),
  );
  return isLate ? { ...clock, breachedAt: tx.now, lookAt: null } : { ...clock, warnedAt: tx.now, lookAt: dueAt };
}
