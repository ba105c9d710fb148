import type { ConnectorId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { POLL_QUEUE } from './poll.ts';

/** A round that was begun and of which nothing came for so long is begun again. */
const LOST_AFTER_MINUTES = 30;

/** Puts a round on the queue for each carrier that is to be asked by now, each once. Returns how many there were. */
export async function beginPolls(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'connectors:write');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const due = await sql<{ connectorId: ConnectorId }[]>`
      with due as (
        select connector_id from polls where next_at <= now() order by connector_id for update skip locked
      )
      update polls p set next_at = now() + make_interval(mins => ${LOST_AFTER_MINUTES})
      from due where p.connector_id = due.connector_id
      returning p.connector_id`;
    for (const { connectorId } of due)
      await tx.db.enqueue(sql, { queue: POLL_QUEUE, data: { connectorId }, group: connectorId, startAfter: null });
    return due.length;
  });
}
