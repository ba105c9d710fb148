import { MOST_AT_ONCE, type RowCounts } from '../customers/leaving-person.ts';
import { forgetOutreaches } from '../privacy/erase-consents.ts';
import type { TransactionScope } from '../scope.ts';

/**
 * Removes what these customers wrote and were written, as much as one transaction may, in one conversation or all. Without a conversation nobody sees
 * the rest.
 */
export async function eraseMessages(
  tx: TransactionScope,
  customerIds: readonly string[],
  conversationId: string | null = null,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const theirs = sql`
    m.customer_id = any(${customerIds as string[]}) ${conversationId === null ? sql`` : sql`and m.conversation_id = ${conversationId}`}`;
  // Each half by an index of its own.
  const some = await sql<{ id: string }[]>`
    (select m.id from messages m where ${theirs} and m.visibility = 'public' limit ${MOST_AT_ONCE})
    union all
    (select m.id from messages m where ${theirs} and m.visibility = 'internal' limit ${MOST_AT_ONCE})
    limit ${MOST_AT_ONCE}`;
  return removeMessages(tx, some);
}

/** Removes all that was written in these conversations, whoever wrote it: many statements, none of them long. */
export async function eraseWrittenIn(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  for (let isWhole = false; !isWhole;) {
    const some = await tx.db.sql<{ id: string }[]>`
      select m.id from messages m where m.conversation_id = any(${conversationIds as string[]}) limit ${MOST_AT_ONCE}`;
    await removeMessages(tx, some);
    isWhole = some.length < MOST_AT_ONCE;
  }
}

async function removeMessages(tx: TransactionScope, rows: readonly { readonly id: string }[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = rows.map(({ id }) => id);
  await forgetOutreaches(tx, ids);
  const deliveries = await sql`delete from deliveries where message_id = any(${ids})`;
  const messages = await sql`delete from messages where id = any(${ids})`;
  return { deliveries: deliveries.count, messages: messages.count };
}
