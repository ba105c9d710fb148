import { newId } from '../../values/ids.ts';
import { isNews, lateFrom, NOTICE_POLICY } from '../../values/notice-policy.ts';
import type { ShipmentStatus } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';
import type { FoldedShipment } from './fold-order.ts';
import type { Raised } from './notice.ts';
import type { Refolded } from './refolded.ts';

/** A parcel that may still be late. */
export const ON_ITS_WAY: readonly ShipmentStatus[] = [
  'label_created',
  'in_transit',
  'out_for_delivery',
  'attempt_failed',
  'exception',
];

/**
 * Keeps when parcels are expected, as plans to tell of their delay; nothing happens where they come in time. A carrier that moves an estimate
 * past what the customer was let expect, or that says it has trouble, makes the delay true at once; one that moves it little by little
 * is measured by where it began.
 */
export async function planDelays(
  tx: TransactionScope,
  orders: readonly Refolded[],
  recordedAt: Date,
): Promise<Raised[]> {
  const told = orders.flatMap((order) =>
    order.after.fulfilmentStatus === 'delivered' || order.after.fulfilmentStatus === 'cancelled'
      ? []
      : order.after.shipments.flatMap((parcel) => toldOf(order, parcel, recordedAt)),
  );
  if (told.length === 0) return [];
  const { sql } = tx.db;
  const grace = sql`make_interval(mins => ${NOTICE_POLICY.delayGraceMinutes})`;
  return sql<Raised[]>`
    with told as (
      select * from jsonb_to_recordset(${sql.json(told)}::jsonb) as t(id text, customer_id text, order_id text, about text,
        estimate timestamptz, late_at timestamptz, is_trouble boolean)
      -- Whoever was erased is told nothing.
      where exists (select from customers c where c.id = t.customer_id)
    ), known as (
      select n.id, t.late_at, t.is_trouble or t.estimate >= n.expected_at + ${grace} as is_late
      from told t join notices n on n.order_id = t.order_id and n.kind = 'delay' and n.about = t.about and n.state = 'planned'
    ), moved as (
      update notices n set
        state = case when k.is_late then 'raised' else n.state end,
        raised_at = case when k.is_late then ${recordedAt}::timestamptz end,
        due_at = case when k.is_late then ${recordedAt}::timestamptz else least(n.due_at, k.late_at) end
      from known k where n.id = k.id
      returning n.id, n.kind, n.order_id, n.state
    ), planned as (
      insert into notices (id, customer_id, order_id, kind, about, expected_at, state, due_at, raised_at)
      select t.id, t.customer_id, t.order_id, 'delay', t.about, t.estimate,
        case when t.is_trouble then 'raised' else 'planned' end,
        case when t.is_trouble then ${recordedAt}::timestamptz else t.late_at end,
        case when t.is_trouble then ${recordedAt}::timestamptz end
      from told t
      where not exists (
        select from notices n where n.order_id = t.order_id and n.kind = 'delay' and n.about = t.about and n.state = 'planned')
      on conflict do nothing
      returning id, kind, order_id, state
    )
    select id, kind, order_id from (select * from moved union all select * from planned) as news where state = 'raised' order by id`;
}

/** What is new of when it comes, or that it has trouble. Of old: nothing. */
function toldOf({ id, customerId, before }: Refolded, parcel: FoldedShipment, recordedAt: Date) {
  if (!ON_ITS_WAY.includes(parcel.status)) return [];
  const known = before?.shipments.find(({ externalId }) => externalId === parcel.externalId);
  const { estimatedDeliveryAt: estimate } = parcel;
  const isTrouble =
    parcel.status === 'exception' && known?.status !== 'exception' && isNews(parcel.statusOccurredAt, recordedAt);
  const isMoved = estimate !== null && estimate.getTime() !== known?.estimatedDeliveryAt?.getTime();
  if (!isTrouble && !(isMoved && isNews(estimate, recordedAt))) return [];
  const row = { customer_id: customerId, order_id: id, about: parcel.externalId };
  return [{ ...row, id: newId('notice'), estimate, late_at: estimate && lateFrom(estimate), is_trouble: isTrouble }];
}
