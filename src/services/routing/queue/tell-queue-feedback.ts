import type { ConversationId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Standing } from '../../conversations/conversation-fact.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream, topic } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import { estimateInSlices } from './estimate-in-slices.ts';
import { isWorthTelling, type Told } from './is-worth-telling.ts';
import { readHandlingTimes } from './read-handling-times.ts';

/** Whoever waits is told no oftener. */
const LEAST_INTERVAL_MS = 2_000;
/** Of its time a process spends a fiftieth on it, however many wait. */
const REST_PER_WORK = 50;
/** At a time; the others come the next time, the front of the queue first. */
const MOST_AT_ONCE = 500;
/** So long what was read of how long work takes is good enough, with what this process learns meanwhile. */
const TIMES_LAST_MS = 5 * 60_000;
/** In one transaction, which holds their persons' streams: whoever writes to one of them waits no longer than for so many. */
const MOST_AT_A_STRETCH = 50;

interface Feedback extends Told {
  readonly taskId: string;
}

/** By database, when this process may do it again. */
const restsUntil = new WeakMap<Scope['db']['committed'], number>();

/**
 * Estimates where everybody stands who waits, and tells those for whom that changed worth telling: all of them together now and then, not at each
 * event, by one process at a time. The line of routing is stood in only to learn what is new. Answers how many were told.
 */
export async function tellQueueFeedback(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:route');
  const now = scope.now.getTime();
  const { committed } = scope.db;
  const until = restsUntil.get(committed);
  if (until !== undefined && now < until && until - now < 60_000) return 0;
  const [row] = await scope.db.sql<{ isDue: boolean }[]>`
    select exists (select from routing_tasks where state = 'pending') or exists (select from queue_feedback) as is_due`;
  if (!row!.isDue) return 0;
  const shared = await atomically(scope, async (tx) => ((await isOurTurn(tx)) ? catchUp(tx) : null));
  if (shared === null) {
    restsUntil.set(committed, now + LEAST_INTERVAL_MS);
    return 0;
  }
  await renewHandlingTimes(scope, shared);
  const { estimates, workMs } = await estimateInSlices(shared, now);
  restsUntil.set(committed, now + Math.max(LEAST_INTERVAL_MS, REST_PER_WORK * workMs));
  const news = await newsAmong(
    scope,
    estimates.map(({ taskId, position, waitMs }) => ({
      ...{ taskId, position, toldAt: scope.now },
      waitSeconds: waitMs === null ? null : Math.round(waitMs / 1_000),
    })),
  );
  let told = 0;
  for (let from = 0; from < news.length; from += MOST_AT_A_STRETCH)
    told += await atomically(scope, (tx) => tell(tx, news.slice(from, from + MOST_AT_A_STRETCH)));
  return told;
}

/** What other processes completed, and what was completed before this one was started, counts too. */
async function renewHandlingTimes(scope: Scope, shared: SharedBoard): Promise<void> {
  const now = scope.now.getTime();
  const { handlingTimesReadAt: readAt } = shared;
  if (readAt !== null && Math.abs(now - readAt) < TIMES_LAST_MS) return;
  shared.handlingTimes.know(await readHandlingTimes(scope));
  shared.handlingTimesReadAt = now;
}

async function isOurTurn({ db: { sql }, now }: TransactionScope): Promise<boolean> {
  const taken = await sql`
    insert into queue_feedback_place as p (id, estimated_at) values (1, ${now})
    on conflict (id) do update set estimated_at = excluded.estimated_at
    where p.estimated_at <= excluded.estimated_at - ${LEAST_INTERVAL_MS}::int * interval '1 millisecond'`;
  return taken.count === 1;
}

/** Those for whom it differs from what they were told; what was told to others is forgotten, who wait no more. */
async function newsAmong({ db: { sql } }: Scope, estimates: readonly Feedback[]): Promise<readonly Feedback[]> {
  const known = await sql<(Told & { conversationId: ConversationId; taskId: string | null })[]>`
    select q.conversation_id, q.position, q.wait_seconds, q.told_at, t.id as task_id
    from queue_feedback q left join routing_tasks t on t.conversation_id = q.conversation_id and t.state = 'pending'`;
  const before = new Map(known.map((one) => [one.taskId, one]));
  const gone = known.filter(({ taskId }) => taskId === null).map(({ conversationId }) => conversationId as string);
  if (gone.length > 0)
    await sql`
      delete from queue_feedback q where conversation_id = any (${gone}::text[])
        and not exists (select from routing_tasks t where t.conversation_id = q.conversation_id and t.state = 'pending')`;
  return estimates
    .filter((one) => isWorthTelling(before.get(one.taskId) ?? null, one))
    .sort((a, b) => a.position - b.position)
    .slice(0, MOST_AT_ONCE);
}

async function tell(tx: TransactionScope, news: readonly Feedback[]): Promise<number> {
  const { sql } = tx.db;
  const rows = news.map(({ taskId, position, waitSeconds }) => ({
    task_id: taskId,
    position,
    wait_seconds: waitSeconds,
  }));
  const told = await sql<(Standing & Pick<Feedback, 'position' | 'waitSeconds'>)[]>`
    with news as materialized (
      select d.position, d.wait_seconds, c.id, c.inbox_id, c.channel, c.assignee_id, coalesce(p.person_id, c.customer_id) as person_id
      from jsonb_to_recordset(${sql.json(rows)}::jsonb) as d(task_id text, position int, wait_seconds int)
      join routing_tasks t on t.id = d.task_id and t.state = 'pending'
      join conversations c on c.id = t.conversation_id
      left join person_links p on p.member_id = c.customer_id
    ), written as (
      insert into queue_feedback (conversation_id, position, wait_seconds, told_at)
      select id, position, wait_seconds, ${tx.now}::timestamptz from news
      on conflict (conversation_id) do update set position = excluded.position, wait_seconds = excluded.wait_seconds, told_at = excluded.told_at
        -- Somebody who estimated later was faster.
        where queue_feedback.told_at <= excluded.told_at
      returning conversation_id
    )
    select n.* from news n join written w on w.conversation_id = n.id order by n.position, n.id`;
  for (const one of told) nameFact(tx, one);
  return told.length;
}

/** In the person’s stream, which packets and the customer’s own subscriptions follow, and not in the conversation’s: whoever acts on it saw all of it. */
function nameFact(
  tx: TransactionScope,
  {
    id,
    personId,
    inboxId,
    channel,
    assigneeId,
    position,
    waitSeconds,
  }: Standing & Pick<Feedback, 'position' | 'waitSeconds'>,
): void {
  recordFact(tx, {
    type: 'conversation.queue_moved',
    streams: [stream.customer(personId), stream.queue(id)],
    topics: [topic.conversations, topic.inbox(inboxId), topic.channel(channel)],
    details: {
      ...{ conversationId: id, customerId: personId, inboxId, channel, assigneeId },
      ...{ position, estimatedWaitSeconds: waitSeconds },
    },
  });
}
