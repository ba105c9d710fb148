import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import type { TransactionScope } from '../scope.ts';

/** Removes what a person agreed to and what they were told without asking, before the messages that say so. */
export async function eraseConsents(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const [consents, outreaches] = await Promise.all([
    sql`delete from consents where customer_id = any(${ids})`,
    sql`delete from outreaches where customer_id = any(${ids})`,
  ]);
  return { consents: consents.count, outreaches: outreaches.count };
}

/** The same of messages that go, whoever of the person it was told. */
export async function forgetOutreaches(tx: TransactionScope, messageIds: readonly string[]): Promise<void> {
  await tx.db.sql`delete from outreaches where message_id = any(${messageIds as string[]})`;
}
