import { planOnce } from '../../events/plan-once.ts';
import type { TransactionScope } from '../../scope.ts';

/** Any number; nothing else in this database uses advisory locks of the form (class, key). */
const ROUTING_LOCK = [7_001, 1] as const;

/**
 * Waits for the line in which decisions are made, one after the other until the commit. After the lock of a person and before any of an agent: whoever
 * decides takes agents, and waits for nobody's person.
 */
export async function lockRouting(tx: TransactionScope): Promise<void> {
  const { sql } = tx.db;
  planOnce(tx);
  await sql`select pg_advisory_xact_lock(${ROUTING_LOCK[0]}::int, ${ROUTING_LOCK[1]}::int)`;
}
