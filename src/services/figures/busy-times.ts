import type { AgentId } from '../../values/ids.ts';
import { readActivePolicy } from '../routing/policies/read-active-policy.ts';
import type { Scope } from '../scope.ts';
import type { Period } from './period.ts';

/** How long places of an agent were taken, of the time in which the agent was online or took transfers. */
export interface BusyTime {
  /** At least one. */
  readonly busySeconds: number;
  /** All of them, or more. */
  readonly fullSeconds: number;
}

/** More would hold up others: of a period with more work nothing is said. */
const MOST_TENURES = 20_000;
/** Work that ended in the period is looked for so far before it; what an agent has still, however old it is. */
const DAYS_BEFORE = 7;

/**
 * How long agents had work, and as much as they can do, from what routing keeps of each task and reservation: since when an agent had it, and until it
 * was answered, ended, or went to the next one. Work takes the places that its channel takes now, of those that the agent has now. Null: there was
 * more of it than is looked at.
 */
export async function readBusyTimes(scope: Scope, { from, until }: Period): Promise<Map<AgentId, BusyTime> | null> {
  const { sql } = scope.db;
  const { weight, channels } = (await readActivePolicy(scope)).policy.capacity;
  const weights = Object.fromEntries(Object.entries(channels).map(([channel, one]) => [channel, one!.weight]));
  const [row] = await sql<[{ isWhole: boolean; agents: (BusyTime & { agentId: AgentId })[] }]>`
    with given as materialized (
      select r.id, r.task_id, r.agent_id, r.conversation_id, r.state, r.offered_at, r.answered_at from routing_reservations r
      where r.offered_at >= ${from}::timestamptz - ${DAYS_BEFORE}::int * interval '1 day' and r.offered_at < ${until}
      order by r.offered_at desc, r.id desc limit ${MOST_TENURES + 1}
    ), followed as (
      select g.*, lead(offered_at) over (partition by task_id order by offered_at, id) as next_offered_at from given g
    ), tasks as materialized (
      (select t.agent_id, t.channel, t.agent_since, t.ended_at, t.waiting_since, t.state from routing_tasks t
        where t.waiting_since >= ${from}::timestamptz - ${DAYS_BEFORE}::int * interval '1 day' and t.waiting_since < ${until}
        order by t.waiting_since desc, t.id desc limit ${MOST_TENURES + 1})
      union all
      select t.agent_id, t.channel, t.agent_since, t.ended_at, t.waiting_since, t.state from routing_tasks t
      where t.state in ('reserved', 'assigned', 'wrapping')
        and t.waiting_since < ${from}::timestamptz - ${DAYS_BEFORE}::int * interval '1 day'
    ), tenures as (
      -- Whoever has it, or had it last.
      select agent_id, channel, agent_since as since, coalesce(ended_at, ${until}) as until from tasks
      where agent_id is not null and agent_since is not null
      union all
      -- Whoever had it before, or did not take it: until it was somebody's again, and at the longest until they left.
      select g.agent_id, t.channel, g.offered_at, least(
          case when g.state in ('accepted', 'pending') then t.agent_since else g.answered_at end, t.ended_at, g.next_offered_at, passed.handed_at, gone.valid_from)
      from followed g
      join routing_tasks t on t.id = g.task_id and (t.agent_since > g.offered_at or t.agent_since is null or t.agent_id is null)
      cross join lateral (
        select min(h.handed_at) as handed_at from handoffs h
        where h.conversation_id = g.conversation_id and h.handed_at > g.offered_at and h.to_id <> g.agent_id
      ) passed
      cross join lateral (
        select min(v.valid_from) as valid_from from agent_versions v
        where v.agent_id = g.agent_id and v.presence = 'offline' and v.valid_from > g.offered_at
      ) gone
    ), held as materialized (
      select h.agent_id, greatest(h.since, ${from}) as since, least(h.until, ${until}) as until,
        case when w.weight = 'all' then a.capacity else least(w.weight::float8, a.capacity) end as places
      from tenures h join agents a on a.id = h.agent_id
      cross join lateral (select coalesce(${sql.json(weights)}::jsonb ->> h.channel, ${String(weight)}) as weight) w
      where h.since < ${until} and coalesce(h.until, ${until}) > greatest(h.since, ${from})
    ), changes as (
      select agent_id, since as at, places, 1 as work, 0 as presence from held
      union all select agent_id, until, -places, -1, 0 from held
      union all select v.agent_id, change.at, 0, 0, change.presence
      from agent_versions v
      cross join lateral (
        values (greatest(v.valid_from, ${from}), 1), (least(coalesce(v.valid_to, ${until}), ${until}), -1)
      ) change(at, presence)
      where v.presence in ('online', 'transfers_only') and v.agent_id in (select agent_id from held)
        and v.valid_from < ${until} and coalesce(v.valid_to, ${until}) > ${from}
    ), stretches as (
      select agent_id, sum(sum(places)) over by_time as places, sum(sum(work)) over by_time as work,
        sum(sum(presence)) over by_time as presence, extract(epoch from lead(at) over by_time - at) as seconds
      from changes group by agent_id, at
      window by_time as (partition by agent_id order by at)
    )
    select (select count(*) from given) <= ${MOST_TENURES} and (select count(*) from tasks) <= ${MOST_TENURES} as is_whole,
      coalesce((
        select jsonb_agg(jsonb_build_object('agentId', agent_id, 'busySeconds', busy, 'fullSeconds', "full")) from (
          select s.agent_id, sum(s.seconds)::float8 as busy,
            coalesce(sum(s.seconds) filter (where s.places >= a.capacity), 0)::float8 as "full"
          from stretches s join agents a on a.id = s.agent_id
          where s.work > 0 and s.presence > 0
          group by s.agent_id
        ) used
      ), '[]') as agents`;
  if (!row.isWhole) return null;
  return new Map(row.agents.map(({ agentId, ...times }) => [agentId, times]));
}
