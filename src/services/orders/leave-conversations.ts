import type { TransactionScope } from '../scope.ts';

/** Before conversations go: what was promised or held in them is about an order or a place from then on, or goes with them. */
export async function leaveConversations(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  const { sql } = tx.db;
  const ids = conversationIds as string[];
  await Promise.all([
    sql`delete from customer_promises where conversation_id = any(${ids}) and order_id is null`,
    sql`update customer_promises set conversation_id = null where conversation_id = any(${ids})`,
    sql`update holds set conversation_id = null where conversation_id = any(${ids})`,
  ]);
}
