import type { LeavingPerson, RowCounts } from '../../customers/leaving-person.ts';
import type { TransactionScope } from '../../scope.ts';

/** Removes what was said of a person's conversations. */
export async function eraseSignals(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const removed = await tx.db.sql`
    delete from conversation_signals s
    where s.conversation_id in (select c.id from conversations c where c.customer_id = any (${memberIds as string[]}))`;
  return { conversation_signals: removed.count };
}

/** The same for conversations that go. */
export async function eraseSignalsOf(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  await tx.db.sql`delete from conversation_signals where conversation_id = any (${conversationIds as string[]})`;
}
