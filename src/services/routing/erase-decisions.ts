import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import type { TransactionScope } from '../scope.ts';

/** Removes why a person's conversations went to whom. */
export async function eraseDecisions(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const removed = await sql`
    delete from routing_decisions d where d.customer_id = any(${ids})
      or d.conversation_id in (select c.id from conversations c where c.customer_id = any(${ids}))`;
  return { routing_decisions: removed.count };
}

/** The same for conversations that go. */
export async function eraseDecisionsOf(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  await tx.db.sql`delete from routing_decisions where conversation_id = any(${conversationIds as string[]})`;
}
