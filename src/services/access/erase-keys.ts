import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';

/** Ends the keys that speak for these customers, and takes away their names: their streams end within a second. Answers how many. */
export async function eraseKeysOf(tx: TransactionScope, customerIds: readonly string[]): Promise<number> {
  const rows = await tx.db.sql<{ id: string }[]>`
    update api_keys set name = 'erased', revoked_at = coalesce(revoked_at, ${tx.now})
    where customer_id = any(${customerIds as string[]}) and (name <> 'erased' or revoked_at is null)
    returning id`;
  for (const { id } of rows)
    recordFact(tx, { type: 'viewer.revoked', streams: [stream.viewer(id)], details: { principal: id } });
  return rows.length;
}
