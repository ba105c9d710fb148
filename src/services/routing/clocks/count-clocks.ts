import type { ConversationId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { countSpells } from './count-spells.ts';
import { readPromised } from './read-promised.ts';
import type { Waiting } from './read-waiting.ts';
import { clockColumns, type Spell, type StoredClock } from './service-clock.ts';

interface StoredSpell extends Spell {
  readonly conversationId: ConversationId;
  /** Of this conversation, those that somebody else holds included. */
  readonly total: number;
}

/**
 * Counts what happened in these conversations since it was last counted, as far as nobody else is changing it this moment: that is left for the next
 * time. Answers the conversations that were counted.
 */
export async function countClocks(tx: TransactionScope, ids: readonly ConversationId[]): Promise<readonly Waiting[]> {
  const { sql } = tx.db;
  const spells = await sql<StoredSpell[]>`
    with held as materialized (
      select conversation_id, position, asked_at, began_at, ended_at, is_pause from waiting_spells
      where conversation_id = any (${ids as string[]}::text[])
      order by conversation_id, position for update skip locked
    )
    select h.*, (select count(*)::int from waiting_spells s where s.conversation_id = h.conversation_id) as total
    from held h order by h.conversation_id, h.position`;
  // Who answers this very moment holds the spell: then all of that conversation is left for the next time.
  const whole = [...Map.groupBy(spells, ({ conversationId }) => conversationId)].filter(
    ([, held]) => held.length === held[0]!.total,
  );
  const countable = whole.map(([id]) => id);
  if (countable.length === 0) return [];
  const [promised, clocks] = await Promise.all([
    readPromised(tx, countable),
    sql<StoredClock[]>`
      select ${clockColumns(sql)} from service_clocks k where k.conversation_id = any (${countable as string[]}::text[])`,
  ]);
  const clocksOf = Map.groupBy(clocks, ({ conversationId }) => conversationId);
  const next: StoredClock[] = [];
  const counted: Waiting[] = [];
  for (const [conversationId, held] of whole) {
    const promise = promised.get(conversationId);
    // Erased meanwhile.
    if (!promise) continue;
    for (const clock of countSpells(clocksOf.get(conversationId) ?? [], held, promise))
      next.push({ ...clock, conversationId });
    counted.push(promise.waiting);
  }
  await Promise.all([
    storeClocks(tx, next),
    sql`delete from waiting_spells where conversation_id = any (${countable as string[]}::text[]) and ended_at is not null`,
    sql`
      update waiting_spells set is_counted = true
      where conversation_id = any (${countable as string[]}::text[]) and not is_counted`,
  ]);
  return counted;
}

async function storeClocks(tx: TransactionScope, clocks: readonly StoredClock[]): Promise<void> {
  const { sql } = tx.db;
  const rows = clocks.map((clock) => ({
    conversation_id: clock.conversationId,
    kind: clock.kind,
    started_at: clock.startedAt,
    target_seconds: clock.targetSeconds,
    warn_before_seconds: clock.warnBeforeSeconds,
    policy_version: clock.policyVersion,
    level: clock.level,
    counted_ms: clock.countedMs,
    counted_until: clock.countedUntil,
    running_since: clock.runningSince,
    due_at: clock.dueAt,
    look_at: clock.lookAt,
    warned_at: clock.warnedAt,
    breached_at: clock.breachedAt,
    ended_at: clock.endedAt,
  }));
  await sql`
    insert into service_clocks (conversation_id, kind, started_at, target_seconds, warn_before_seconds, policy_version, level,
      counted_ms, counted_until, running_since, due_at, look_at, warned_at, breached_at, ended_at)
    select r.* from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(conversation_id text, kind text, started_at timestamptz,
      target_seconds integer, warn_before_seconds integer, policy_version integer, level text, counted_ms bigint,
      counted_until timestamptz, running_since timestamptz, due_at timestamptz, look_at timestamptz, warned_at timestamptz,
      breached_at timestamptz, ended_at timestamptz)
    on conflict (conversation_id, kind) do update set started_at = excluded.started_at,
      target_seconds = excluded.target_seconds, warn_before_seconds = excluded.warn_before_seconds,
      policy_version = excluded.policy_version, level = excluded.level, counted_ms = excluded.counted_ms,
      counted_until = excluded.counted_until, running_since = excluded.running_since, due_at = excluded.due_at,
      look_at = excluded.look_at, warned_at = excluded.warned_at, breached_at = excluded.breached_at,
      ended_at = excluded.ended_at`;
}
