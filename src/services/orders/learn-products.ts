import type { ProductId } from '../../values/ids.ts';
import { atomically } from '../events/atomically.ts';
import { type ProductRecord, recordProducts } from '../inventory/record-products.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockOrders } from './lock-orders.ts';
import { refoldOrders } from './refold-orders.ts';

/**
 * Records products, and lets in what was kept apart only because the catalogue did not know an article of them yet.
 *
 * Throws INVALID_INPUT; `field` begins with `products`, index.
 */
export const learnProducts = (scope: Scope, records: readonly ProductRecord[]): Promise<ProductId[]> =>
  atomically(scope, async (tx) => {
    const ids = await recordProducts(tx, records);
    await weighAgain(tx, [...new Set(records.flatMap(({ variants }) => variants.map(({ sku }) => sku)))]);
    return ids;
  });

/** Hardly ever anything is held for an article: then this is one look at a short index. */
async function weighAgain(tx: TransactionScope, skus: readonly string[]): Promise<void> {
  const rows = await tx.db.sql<{ number: string }[]>`
    select distinct q.order_number as number from quarantined_facts q
    where q.state = 'held' and q.reason = 'unknown_sku' and q.order_number is not null
      and exists (select from jsonb_array_elements(q.body -> 'lines') line where line ->> 'sku' = any(${skus as string[]}))
    order by 1`;
  if (rows.length === 0) return;
  const numbers = rows.map(({ number }) => number);
  const recordedAt = await lockOrders(tx, numbers);
  await refoldOrders(tx, numbers, { facts: new Set(), scans: new Set() }, recordedAt);
}
