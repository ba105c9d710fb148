import type { PromiseKind } from '../../values/promises.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { type CustomerPromise, promiseColumns } from './customer-promise.ts';
import type { OrderState } from './fold-order.ts';
import { promiseFact } from './promise-fact.ts';
import type { Refolded } from './refolded.ts';

const refundsDone = ({ payments }: OrderState): number =>
  payments.filter(({ kind, state }) => kind === 'refund' && state === 'done').length;

/** True when what is known of an order now keeps a promise of this kind. A refund is kept by one more than there was before. */
export function isKept(kind: PromiseKind, before: OrderState | null, after: OrderState): boolean {
  switch (kind) {
    case 'delivery':
      return after.fulfilmentStatus === 'delivered';
    case 'pickup':
      return after.fulfilmentStatus === 'ready_for_pickup' || after.fulfilmentStatus === 'delivered';
    case 'refund':
      return refundsDone(after) > (before === null ? 0 : refundsDone(before));
    case 'other':
      return false;
  }
}

const BY_FACTS = ['delivery', 'pickup', 'refund'] as const;

/** Settles the promises that what was told of these orders keeps, late ones too. One statement where there may be some, else none. */
export async function keepPromises(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<void> {
  const kept = orders.flatMap(({ id, before, after, changed }) =>
    changed
      ? BY_FACTS.filter(
          (kind) => isKept(kind, before, after) && (kind === 'refund' || !before || !isKept(kind, null, before)),
        ).map((kind) => ({ order_id: id as string, kind }))
      : [],
  );
  if (kept.length === 0) return;
  const { sql } = tx.db;
  const rows = await sql<CustomerPromise[]>`
    with settled as (
      update customer_promises set state = 'kept', settled_at = ${recordedAt}
      from jsonb_to_recordset(${sql.json(kept)}::jsonb) as k(order_id text, kind text)
      where customer_promises.order_id = k.order_id and customer_promises.kind = k.kind and state in ('open', 'overdue')
      returning customer_promises.*
    )
    select ${promiseColumns(sql)} from settled p order by p.id`;
  for (const promise of rows) recordFact(tx, promiseFact(promise, 'promise.kept'));
}
