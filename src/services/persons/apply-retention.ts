import { requireRight } from '../access/role-rights.ts';
import { removeConversations } from '../conversations/remove-conversations.ts';
import { atomically } from '../events/atomically.ts';
import { leaveConversations } from '../orders/leave-conversations.ts';
import { eraseDecisionsOf } from '../routing/erase-decisions.ts';
import { eraseSignalsOf } from '../routing/signals/erase-signals.ts';
import { removeActivities } from '../activity/erase-activity.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { RetentionClass } from '../../values/retention.ts';
import { erasePerson } from './erase-person.ts';
import { findDue, isDue, PAST_KINDS, type PastPlace } from './past-retention.ts';
import { limitOf, type RetentionRule } from './retention-rule.ts';

/** Removes what is locked. */
type Remove = (tx: TransactionScope, ids: readonly string[]) => Promise<void>;

const BATCH = { activity: 2_000, conversations: 50, persons: 10 } as const satisfies Record<RetentionClass, number>;

const REMOVE: Readonly<Record<RetentionClass, Remove>> = {
  activity: removeActivities,
  async conversations(tx, ids) {
    await eraseDecisionsOf(tx, ids);
    await eraseSignalsOf(tx, ids);
    await leaveConversations(tx, ids);
    await removeConversations(tx, ids);
  },
  async persons(tx, ids) {
    // Nobody asked for it: what happens from now on is a new contact.
    for (const id of ids) await erasePerson(tx, id, { suppressionDays: 0 });
  },
};

/**
 * Removes what a rule no longer keeps, oldest first, a small batch in a transaction of its own: no lock is held for long, and what a process was
 * killed at is there for the next one. Somebody else's locked rows are left for the next time. Answers how many were removed.
 */
export async function applyRetention(scope: Scope, rule: RetentionRule): Promise<number> {
  requireRight(scope.viewer, 'retention:write');
  const limit = await limitOf(scope.db.sql, rule, scope.now);
  const atOnce = BATCH[rule.dataClass];
  let total = 0;
  let after: PastPlace | null = null;
  do {
    const { due, reached }: { due: readonly string[]; reached: PastPlace | null } = await findDue(scope.db.sql, rule, {
      ...{ limit, after },
    });
    for (let from = 0; from < due.length; from += atOnce)
      total += await atomically(scope, (tx) => removeBatch(tx, rule, { limit, ids: due.slice(from, from + atOnce) }));
    after = reached;
  } while (after);
  return total;
}

async function removeBatch(
  tx: TransactionScope,
  rule: RetentionRule,
  { limit, ids }: { limit: Date; ids: readonly string[] },
): Promise<number> {
  const { sql } = tx.db;
  // Once more under the lock: somebody may have been heard of, or be held, meanwhile.
  const locked = await sql<{ id: string }[]>`
    select t.id from ${sql(PAST_KINDS[rule.dataClass].table)} t
    where t.id = any(${ids as string[]}) and ${isDue(sql, rule, limit)} order by t.id for update of t skip locked`;
  if (locked.length > 0)
    await REMOVE[rule.dataClass](
      tx,
      locked.map(({ id }) => id),
    );
  return locked.length;
}
