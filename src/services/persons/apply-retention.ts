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
import { isDue, PAST_KINDS } from './past-retention.ts';
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

interface Found {
  readonly id: string;
  /** Microseconds are kept. */
  readonly at: string | null;
}

/**
 * Removes what a rule no longer keeps, oldest first, a small batch in a transaction of its own: no lock is held for long, and what a process was
 * killed at is there for the next one. Somebody else's locked rows are left for the next time. Answers how many were removed.
 */
export async function applyRetention(scope: Scope, rule: RetentionRule): Promise<number> {
  requireRight(scope.viewer, 'retention:write');
  const limit = await limitOf(scope.db.sql, rule, scope.now);
  let total = 0;
  let after: Found | null = null;
  for (;;) {
    const batch: readonly Found[] = await findPast(scope, rule, { limit, after });
    if (batch.length === 0) return total;
    total += await atomically(scope, (tx) => removeBatch(tx, rule, { limit, ids: batch.map(({ id }) => id) }));
    after = batch.at(-1)!;
  }
}

async function findPast(
  { db: { sql } }: Scope,
  rule: RetentionRule,
  { limit, after }: { limit: Date; after: Found | null },
): Promise<readonly Found[]> {
  const { table, sortedBy } = PAST_KINDS[rule.dataClass];
  const at = sortedBy === null ? sql`null::text` : sql`t.${sql(sortedBy)}::text`;
  const key = sortedBy === null ? sql`t.id` : sql`t.${sql(sortedBy)}, t.id`;
  const behind =
    after === null
      ? sql`true`
      : after.at === null
        ? sql`t.id > ${after.id}`
        : sql`(${key}) > (${after.at}::timestamptz, ${after.id})`;
  return sql<Found[]>`
    select t.id, ${at} as at from ${sql(table)} t
    where ${behind} and ${isDue(sql, rule, limit)} order by ${key} limit ${BATCH[rule.dataClass]}`;
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
