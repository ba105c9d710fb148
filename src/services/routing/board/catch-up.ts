import type { TransactionScope } from '../../scope.ts';
import { RoutingBoard } from '../core/routing-board.ts';
import { readActivePolicy } from '../policies/read-active-policy.ts';
import { newsOf, type AgentRow, type TaskRow } from './board-rows.ts';
import { lockRouting } from './lock-routing.ts';
import { sharedBoardOf, type SharedBoard } from './shared-board.ts';
import { writtenSince } from './written-since.ts';

/**
 * Takes the lock under which decisions are made, one after the other until the commit, and brings the board of this process to what is true under
 * it. Each decision so sees the places that the one before took, in whichever process that was.
 *
 * What is read is what was written since the snapshot of the last time, by the transaction number in each row: exact however many write, in whatever
 * order they commit, and as much work as there is news. What was learned in a transaction that came to nothing, or from a server that was
 * started anew since, is thrown away, and all is read again.
 */
export async function catchUp(tx: TransactionScope): Promise<SharedBoard> {
  const shared = sharedBoardOf(tx.db);
  const { place: placeBefore } = shared;
  // In one flight: the news is read when the lock is had.
  const [, active, newsSince] = await Promise.all([lockRouting(tx), readActivePolicy(tx), readNews(tx, shared)]);
  let news = newsSince;
  shared.takeOver(tx);
  // The same object is the same policy, with the same trial.
  if (shared.active?.policy !== active.policy) shared.forget();
  // Another transaction of this process brought the board further while this one waited, or threw it away.
  if (shared.place !== placeBefore) news = await readNews(tx, shared);
  const { place } = shared;
  if (place && !holds(place, news)) {
    shared.forget();
    news = await readNews(tx, shared);
  }
  const now = tx.now.getTime();
  shared.board ??= new RoutingBoard(active.policy, {
    policyVersion: active.version,
    handlingTimes: shared.handlingTimes,
  });
  shared.active = active;
  shared.place = { snapshot: news.snapshot, xid: news.xid, startedAt: news.startedAt };
  shared.board.learn(newsOf(news.agents, news.tasks), now);
  for (const { id, writtenIn } of news.agents) shared.agentWrittenIn.set(id, writtenIn);
  for (const { id, state, dueAt } of news.tasks)
    if (state === 'pending') shared.writtenDueAt.set(id, dueAt);
    else shared.writtenDueAt.delete(id);
  return shared;
}

interface News {
  readonly snapshot: string;
  readonly xid: string;
  readonly startedAt: string;
  /** What became of the transaction that read last. */
  readonly lastOutcome: string | null;
  readonly agents: readonly AgentRow[];
  readonly tasks: readonly TaskRow[];
}

const holds = ({ startedAt, xid }: NonNullable<SharedBoard['place']>, news: News) =>
  startedAt === news.startedAt && (news.lastOutcome === 'committed' || xid === news.xid);

async function readNews({ db: { sql } }: TransactionScope, { place }: SharedBoard): Promise<News> {
  const written = place
    ? sql`${writtenSince(sql, place.snapshot, sql`or changed_in in (${place.xid}::xid8, pg_current_xact_id())`)}`
    : null;
  const agents = written ?? sql`true`;
  const tasks = written ?? sql`state in ('pending', 'reserved', 'assigned', 'wrapping')`;
  const [row] = await sql<[News]>`
    select pg_current_snapshot()::text as snapshot, pg_current_xact_id()::text as xid, pg_postmaster_start_time()::text as started_at,
      ${place ? sql`pg_xact_status(${place.xid}::xid8)` : sql`null`} as last_outcome,
      (
        select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'presence', a.presence, 'channelsOff', a.channels_off,
          'capacity', a.capacity, 'load', a.load, 'lastWorkAt', ${millis(sql, sql`greatest(a.last_work_at, a.presence_changed_at)`)},
          'skills', coalesce((select jsonb_object_agg(s.skill, s.level) from agent_skills s where s.agent_id = a.id), '{}'),
          'teamIds', coalesce((select jsonb_agg(m.team_id) from team_members m where m.agent_id = a.id), '[]'),
          'writtenIn', a.changed_in::text)), '[]')
        from (select * from agents where ${agents}) a
      ) as agents,
      (
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'state', t.state, 'channel', t.channel, 'signals', t.signals,
          'waitingSince', ${millis(sql, sql`t.waiting_since`)}, 'priorityMinutes', t.priority_minutes, 'teamId', t.team_id,
          'isTransfer', t.is_transfer, 'requires', t.requires, 'pinnedToId', t.pinned_to_id, 'pinnedUntil', ${millis(sql, sql`t.pinned_until`)},
          'earlierAgentIds', t.earlier_agent_ids, 'declines', t.declines, 'actedThrough', t.acted_through, 'agentId', t.agent_id,
          'agentSince', ${millis(sql, sql`t.agent_since`)}, 'dueAt', ${millis(sql, sql`t.due_at`)})), '[]')
        from (select * from routing_tasks where ${tasks}) t
      ) as tasks`;
  return row;
}

const millis = (sql: TransactionScope['db']['sql'], moment: ReturnType<typeof sql>) =>
  sql`(extract(epoch from ${moment}) * 1000)::bigint`;
