import type { TransactionScope } from '../../scope.ts';

/** Any number; nothing else in this database uses advisory locks of the form (class, key). */
const ROUTING_LOCK = [7_001, 1] as const;

/**
 * Waits for the line in which decisions are made, one after the other until the commit. After the lock of a person and before any of an agent: whoever
 * decides takes agents, and waits for nobody's person.
 */
export async function lockRouting(tx: TransactionScope): Promise<void> {
  const { sql } = tx.db;
  await sql`select pg_advisory_xact_lock(${ROUTING_LOCK[0]}::int, ${ROUTING_LOCK[1]}::int), ${plannedOnce(tx)}`;
}

/**
 * From here on this transaction keeps one plan of each statement, and looks things up by index. What routing asks is asked alike each time, of few rows
 * by their keys: to plan it anew takes longer than to do it, and others wait for the lock meanwhile.
 */
export async function keepPlans(tx: TransactionScope): Promise<void> {
  await tx.db.sql`select ${plannedOnce(tx)}`;
}

const plannedOnce = ({ db: { sql } }: TransactionScope) =>
  sql`set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`;
