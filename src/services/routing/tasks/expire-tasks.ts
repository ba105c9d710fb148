import type { RoutingTaskId } from '../../../values/ids.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import { lockTasks } from './lock-tasks.ts';
import { returnTasks } from './return-tasks.ts';

const MOST_AT_ONCE = 100;

/**
 * What ends by time or because its agent is gone: offers that nobody answered go to the next one, work that is wrapped up gives its place back, and what an
 * agent who is offline had waits again. Persons whom somebody has locked come the next time. Answers whether anything ended.
 */
export function expireTasks(scope: Scope): Promise<boolean> {
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const { policy } = (await catchUp(tx)).active!;
    const due = await sql<{ id: RoutingTaskId; ends: 'offer' | 'wrap_up' | 'agent' }[]>`
      (select id, case state when 'reserved' then 'offer' else 'wrap_up' end as ends from routing_tasks
        where due_at <= ${tx.now} and state in ('reserved', 'wrapping') order by due_at limit ${MOST_AT_ONCE})
      union all
      (select t.id, 'agent' from agents a join routing_tasks t on t.agent_id = a.id and t.state in ('reserved', 'assigned')
          join conversations c on c.id = t.conversation_id
        where a.presence = 'offline' and c.status = 'open' order by t.waiting_since limit ${MOST_AT_ONCE})`;
    if (due.length === 0) return false;
    const idsOf = (what: string) => due.filter(({ ends }) => ends === what).map(({ id }) => id as string);
    const wrapped = idsOf('wrap_up');
    if (wrapped.length > 0)
      await sql`
        with done as (
          update routing_tasks set state = 'completed', due_at = null, ended_at = ${tx.now}
          where id = any (${wrapped}::text[]) and state = 'wrapping'
          returning agent_id
        ), seats as (select agent_id, count(*)::int as places from done group by agent_id),
        locked as materialized (select id from agents where id in (select agent_id from seats) order by id for no key update)
        update agents a set load = greatest(0, a.load - s.places), last_work_at = ${tx.now}
        from seats s where a.id = s.agent_id and a.id in (select id from locked)`;
    const [offers, orphaned] = [idsOf('offer'), idsOf('agent')];
    const locked = await lockTasks(tx, [...offers, ...orphaned]);
    const lockedOf = (ids: readonly string[]) => ids.flatMap((id) => locked.get(id) ?? []);
    const { declineSeconds } = policy;
    await returnTasks(tx, lockedOf(orphaned), { reason: 'offline', declineSeconds });
    // An offer to an agent who is gone is not one that was declined.
    const unanswered = lockedOf(offers).filter(({ taskId }) => !orphaned.includes(taskId));
    await returnTasks(tx, unanswered, { reason: 'timed_out', declineSeconds });
    return wrapped.length + locked.size > 0;
  });
}
