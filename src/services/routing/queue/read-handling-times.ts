import type { Scope } from '../../scope.ts';
import type { LearnedTime } from '../core/handling-times.ts';

/** The newest completed tasks say how long work takes: so many, and none older. */
const TASKS = 2_000;
const DAYS = 28;

/** How long completed work took: by channel, of those by queue, of those by the skills that were asked for. The widest first. */
export function readHandlingTimes({ db: { sql }, now }: Scope): Promise<LearnedTime[]> {
  return sql<LearnedTime[]>`
    with done as materialized (
      select id, channel, coalesce(queue, '') as queue, (extract(epoch from ended_at - agent_since) * 1000)::float8 as took_ms
      from routing_tasks
      where state = 'completed' and waiting_since > ${now}::timestamptz - ${DAYS}::int * interval '1 day'
      order by waiting_since desc, id desc limit ${TASKS}
    ), kinds as (
      select d.channel, d.queue, d.took_ms, coalesce(asked.skills, '') as skills
      from done d left join lateral (
        select (
          select string_agg(r ->> 'skill', ' ' order by (r ->> 'skill') collate "C") from jsonb_array_elements(newest.requirements) r
        ) as skills
        from (select requirements from routing_decisions where task_id = d.id order by decided_at desc, id desc limit 1) newest
      ) asked on true
      where d.took_ms > 0
    )
    select channel, queue, skills, avg(took_ms) as mean_ms, count(*)::int as count
    from kinds group by grouping sets ((channel), (channel, queue), (channel, queue, skills))
    order by grouping(channel, queue, skills) desc, count(*) desc`;
}
