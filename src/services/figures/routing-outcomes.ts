import type { Sql } from '../../database/open-database.ts';
import type { OutcomeDimension } from '../../values/routing-outcomes.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { requirePeriod, type Period } from './period.ts';

/** What became of decisions that have something in common. */
export interface OutcomeGroup {
  /** The skill, agent, channel, policy version, queue or step. Null: nothing was asked for, or there was none of it yet. */
  readonly key: string | null;
  readonly decisionCount: number;
  readonly acceptedCount: number;
  readonly rejectedCount: number;
  readonly timedOutCount: number;
  readonly transferredCount: number;
  readonly resolvedCount: number;
  readonly solvedAtFirstContactCount: number;
  readonly reopenedCount: number;
  readonly ratedCount: number;
  readonly meanRating: number | null;
}

export interface RoutingOutcomes extends Period {
  readonly asOf: Date;
  /** Decisions that were looked at. */
  readonly decisionCount: number;
  /** False: there were more; the newest were looked at. */
  readonly isWhole: boolean;
  /** Most decisions first. */
  readonly groups: readonly OutcomeGroup[];
}

/** More would hold up others; a month of a shop with three hundred conversations a day is looked at whole. */
const MOST_DECISIONS = 10_000;
const MOST_GROUPS = 200;

type Fragment = ReturnType<Sql>;
/** A decision has one agent and channel, and as many skills as it asked for. */
const KEYS: Readonly<Record<OutcomeDimension, (sql: Sql) => Fragment>> = {
  agent: (sql) => sql`select d.chosen_agent_id as key`,
  channel: (sql) => sql`select d.channel as key`,
  policy_version: (sql) => sql`select d.policy_version::text as key`,
  queue: (sql) => sql`select d.circumstances ->> 'queue' as key`,
  // Steps have names within their queue.
  step: (sql) => sql`select (d.circumstances ->> 'queue') || ': ' || (d.circumstances ->> 'step') as key`,
  skill: (sql) => sql`
    select r ->> 'skill' as key from jsonb_array_elements(d.requirements) r
    union all select null where jsonb_array_length(d.requirements) = 0`,
};

/** What became of giving the task to whom the decision chose. Where there was nothing to offer, they had it already. */
const answerTo = (sql: Sql, decision: Fragment) => sql`
  coalesce((
    select r.state from routing_reservations r where r.task_id = ${decision}.task_id and r.decision_id = ${decision}.id
  ), 'accepted')`;

/**
 * What became of the decisions of a period that chose somebody: whether they took it, whether the conversation went on to another one, was resolved,
 * at the first contact or after others, opened again, how it was rated. Each decision answers for what came after it, until today; who did not take
 * an offer was no contact of the customer's. At most the newest 10,000 are looked at, each by its conversation's own rows.
 */
export async function readRoutingOutcomes(
  scope: Scope,
  period: Period,
  dimension: OutcomeDimension,
): Promise<RoutingOutcomes> {
  requireRight(scope.viewer, 'figures:read');
  const { from, until } = requirePeriod(period);
  const { sql } = scope.db;
  const [row] = await sql<{ decisionCount: number; isWhole: boolean; groups: OutcomeGroup[] }[]>`
    with newest as materialized (
      select d.id, d.task_id, d.conversation_id, d.decided_at, d.chosen_agent_id, d.requirements, d.policy_version, d.circumstances
      from routing_decisions d
      where d.decided_at >= ${from} and d.decided_at < ${until} and d.chosen_agent_id is not null
      order by d.decided_at desc, d.id desc limit ${MOST_DECISIONS + 1}
    ), ended as materialized (
      select d.*, c.channel, c.customer_id, given.answer,
        passed.is_transferred, again.is_reopened,
        c.status = 'resolved' or again.is_reopened as is_resolved,
        c.status = 'resolved' and given.answer = 'accepted' and not passed.is_transferred and not again.is_reopened and not earlier.is_second
          and coalesce(c.outcome, 'solved') = 'solved' as is_solved_first,
        rated.score
      from (select * from newest order by decided_at desc, id desc limit ${MOST_DECISIONS}) d
      join conversations c on c.id = d.conversation_id
      cross join lateral (select ${answerTo(sql, sql`d`)} as answer) given
      cross join lateral (
        select given.answer = 'accepted' and (exists (
          select from handoffs h
          where h.conversation_id = d.conversation_id and h.handed_at > d.decided_at
            and (h.to_kind <> 'agent' or h.to_id <> d.chosen_agent_id)
        ) or exists (
          select from routing_decisions o
          where o.conversation_id = d.conversation_id and o.decided_at > d.decided_at and o.chosen_agent_id <> d.chosen_agent_id
        )) as is_transferred
      ) passed
      cross join lateral (
        select exists (
          select from routing_decisions o
          where o.conversation_id = d.conversation_id and o.decided_at < d.decided_at and o.chosen_agent_id <> d.chosen_agent_id
            and ${answerTo(sql, sql`o`)} = 'accepted'
        ) as is_second
      ) earlier
      cross join lateral (
        select exists (
          select from conversation_reopenings r where r.conversation_id = d.conversation_id and r.resolved_at >= d.decided_at
        ) as is_reopened
      ) again
      left join lateral (
        select (a.details ->> 'score')::float8 as score from activities a
        where a.customer_id = c.customer_id and a.kind in ('review', 'survey_answer') and a.occurred_at >= d.decided_at
          and a.kind = 'survey_answer' and a.details ->> 'conversationId' = d.conversation_id and a.details ->> 'score' is not null
        order by a.occurred_at desc, a.id desc limit 1
      ) rated on true
    ), grouped as (
      select k.key, count(*)::int as decision_count,
        count(*) filter (where answer = 'accepted')::int as accepted_count,
        count(*) filter (where answer = 'rejected')::int as rejected_count,
        count(*) filter (where answer = 'timed_out')::int as timed_out_count,
        count(*) filter (where is_transferred)::int as transferred_count,
        count(*) filter (where is_resolved)::int as resolved_count,
        count(*) filter (where is_solved_first)::int as solved_at_first_contact_count,
        count(*) filter (where is_reopened)::int as reopened_count, count(score)::int as rated_count, avg(score)::float8 as mean_rating
      from ended d cross join lateral (${KEYS[dimension](sql)}) k
      group by k.key order by count(*) desc, k.key limit ${MOST_GROUPS}
    )
    select (select count(*)::int from ended) as decision_count, (select count(*) from newest) <= ${MOST_DECISIONS} as is_whole,
      coalesce((select jsonb_agg(jsonb_build_object('key', key, 'decisionCount', decision_count, 'acceptedCount', accepted_count,
        'rejectedCount', rejected_count, 'timedOutCount', timed_out_count, 'transferredCount', transferred_count, 'resolvedCount', resolved_count, 'solvedAtFirstContactCount', solved_at_first_contact_count, 'reopenedCount', reopened_count,
        'ratedCount', rated_count, 'meanRating', mean_rating) order by decision_count desc, key) from grouped), '[]') as groups`;
  return { asOf: scope.now, from, until, ...row! };
}
