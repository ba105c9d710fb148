import { isDeepStrictEqual } from 'node:util';

import { newId } from '../../values/ids.ts';
import { writeBeside } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import type { OrderState } from './fold-order.ts';
import type { Refolded } from './refolded.ts';

/**
 * Writes orders and their parts as they were derived: one statement per table, whatever the number of orders, and none for a table of which
 * nothing differs: most facts speak of one part.
 */
export async function writeOrders(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<void> {
  const changed = orders.filter((order) => order.changed);
  if (changed.length > 0) {
    await dropLost(tx, changed);
    // One connection runs them one after the other, the orders before what refers to them.
    const writes = [
      writeHeads(tx, changed, recordedAt),
      ...writeLines(tx, differingIn(changed, 'lines')),
      writePayments(tx, differingIn(changed, 'payments')),
      writeShipments(tx, differingIn(changed, 'shipments')),
      writeFulfilmentOrders(tx, differingIn(changed, 'fulfilmentOrders')),
      ...writeReturns(tx, differingIn(changed, 'returns'), recordedAt),
      writeVersions(tx, changed, recordedAt),
    ];
    for (const write of writes) writeBeside(tx, write);
  }
  takeInWaiting(tx, orders);
}

/** The orders of which these parts are other ones now. */
const differingIn = (
  orders: readonly Refolded[],
  parts: 'lines' | 'payments' | 'shipments' | 'fulfilmentOrders' | 'returns',
): Refolded[] => orders.filter(({ before, after }) => !isDeepStrictEqual(before?.[parts] ?? [], after[parts]));

async function writeHeads(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<void> {
  const rows = orders.map(({ id, number, customerId, after }) => ({
    id,
    number,
    customer_id: customerId,
    source: after.source,
    partner_id: after.partnerId,
    placed_at: after.placedAt,
    currency: after.currency,
    total_minor: after.totalMinor,
    status: after.status,
    status_occurred_at: after.statusClocks.occurredAt,
    status_received_at: after.statusClocks.receivedAt,
    status_recorded_at: after.statusClocks.recordedAt,
    status_reason_code: after.statusReasonCode,
    status_raw: after.statusRaw,
    status_source: after.statusSource,
    status_source_kind: after.statusSourceKind,
    fulfilment_status: after.fulfilmentStatus,
    payment_status: after.paymentStatus,
    return_status: after.returnStatus,
    items_changed_at: after.itemsChangedAt,
    cancel_reason: after.cancelReason,
    shipping_address: after.shippingAddress,
  }));
  const { sql } = tx.db;
  await sql`
    insert into orders (id, number, customer_id, source, partner_id, placed_at, currency, total_minor, status, status_occurred_at,
      status_received_at, status_recorded_at, status_reason_code, status_raw, status_source, status_source_kind, fulfilment_status, payment_status, return_status,
      items_changed_at, cancel_reason, shipping_address, updated_at)
    select r.*, ${recordedAt}::timestamptz
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, number text, customer_id text, source text,
      partner_id text, placed_at timestamptz, currency text, total_minor bigint, status text, status_occurred_at timestamptz,
      status_received_at timestamptz, status_recorded_at timestamptz,
      status_reason_code text, status_raw text, status_source text, status_source_kind text, fulfilment_status text, payment_status text, return_status text,
      items_changed_at timestamptz, cancel_reason text, shipping_address jsonb)
    on conflict (id) do update set source = excluded.source, partner_id = excluded.partner_id, placed_at = excluded.placed_at,
      currency = excluded.currency, total_minor = excluded.total_minor, status = excluded.status, status_occurred_at = excluded.status_occurred_at,
      status_received_at = excluded.status_received_at, status_recorded_at = excluded.status_recorded_at,
      status_reason_code = excluded.status_reason_code, status_raw = excluded.status_raw,
      status_source = excluded.status_source, status_source_kind = excluded.status_source_kind,
      fulfilment_status = excluded.fulfilment_status, payment_status = excluded.payment_status,
      return_status = excluded.return_status, items_changed_at = excluded.items_changed_at, cancel_reason = excluded.cancel_reason,
      shipping_address = excluded.shipping_address, updated_at = excluded.updated_at`;
}

/** Takes away payments and returns of which nothing counts any more. Hardly ever there are some: what else was told put them in doubt. */
async function dropLost(tx: TransactionScope, orders: readonly Refolded[]): Promise<void> {
  const lostOf = <P extends { readonly externalId: string }>(partsOf: (state: OrderState) => readonly P[]) =>
    orders.flatMap(({ id, customerId, before, after }) => {
      const left = new Set(partsOf(after).map(nameOf));
      return (before ? partsOf(before) : [])
        .filter((part) => !left.has(nameOf(part)))
        .map((part) => ({ order_id: id, customer_id: customerId, name: nameOf(part) }));
    });
  const payments = lostOf((state) => state.payments);
  const returns = lostOf((state) => state.returns);
  const { sql } = tx.db;
  if (payments.length > 0)
    await sql`
      delete from payments p using jsonb_to_recordset(${sql.json(payments)}::jsonb) as l(order_id text, name text)
      where p.order_id = l.order_id and p.kind || ' ' || p.external_id = l.name`;
  if (returns.length > 0)
    await sql`
      with lost as (
        select r.id, l.customer_id from returns r
        join jsonb_to_recordset(${sql.json(returns)}::jsonb) as l(order_id text, customer_id text, name text)
          on r.order_id = l.order_id and r.external_id = l.name
      ), steps as (
        delete from order_steps s using lost where s.customer_id = lost.customer_id and s.kind = 'return_step' and s.return_id = lost.id
      ), lines as (
        delete from return_lines rl using lost where rl.return_id = lost.id
      )
      delete from returns r using lost where r.id = lost.id`;
}

/** The name of a payment or return within its order. */
const nameOf = (part: { readonly externalId: string; readonly kind?: string }): string =>
  part.kind === undefined ? part.externalId : `${part.kind} ${part.externalId}`;

function writeLines(tx: TransactionScope, orders: readonly Refolded[]): Promise<unknown>[] {
  if (orders.length === 0) return [];
  const rows = orders.flatMap(({ id, after }) =>
    after.lines.map((line, position) => ({
      id: newId('orderLine'),
      order_id: id,
      external_id: line.externalId,
      position,
      sku: line.sku,
      title: line.title,
      options: line.options,
      quantity: line.quantity,
      unit_price_minor: line.unitPriceMinor,
    })),
  );
  const { sql } = tx.db;
  return [
    sql`
      delete from order_lines l where l.order_id = any(${orders.map(({ id }) => id)}) and (l.order_id, l.external_id) not in (
        select * from unnest(${rows.map((row) => row.order_id)}::text[], ${rows.map((row) => row.external_id)}::text[])
      )`,
    sql`
      insert into order_lines (id, order_id, external_id, position, variant_id, sku, title, options, quantity, unit_price_minor)
      select r.id, r.order_id, r.external_id, r.position, v.id, r.sku, r.title, r.options, r.quantity, r.unit_price_minor
      from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, order_id text, external_id text, position int, sku text,
        title text, options jsonb, quantity int, unit_price_minor bigint)
      left join variants v on v.sku = r.sku
      on conflict (order_id, external_id) do update set position = excluded.position, variant_id = excluded.variant_id,
        sku = excluded.sku, title = excluded.title, options = excluded.options, quantity = excluded.quantity,
        unit_price_minor = excluded.unit_price_minor`,
  ];
}

async function writePayments(tx: TransactionScope, orders: readonly Refolded[]): Promise<void> {
  if (orders.length === 0) return;
  const rows = orders.flatMap(({ id, after }) =>
    after.payments.map((payment) => ({
      id: newId('payment'),
      order_id: id,
      external_id: payment.externalId,
      kind: payment.kind,
      method: payment.method,
      amount_minor: payment.amountMinor,
      state: payment.state,
      expected_by: payment.expectedBy,
      occurred_at: payment.occurredAt,
    })),
  );
  const { sql } = tx.db;
  await sql`
    insert into payments (id, order_id, external_id, kind, method, amount_minor, state, expected_by, occurred_at)
    select * from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, order_id text, external_id text, kind text,
      method text, amount_minor bigint, state text, expected_by timestamptz, occurred_at timestamptz)
    on conflict (order_id, kind, external_id) do update set method = excluded.method, amount_minor = excluded.amount_minor,
      state = excluded.state, expected_by = excluded.expected_by, occurred_at = excluded.occurred_at`;
}

async function writeShipments(tx: TransactionScope, orders: readonly Refolded[]): Promise<void> {
  if (orders.length === 0) return;
  const rows = orders.flatMap(({ id, after, shipmentIds }) =>
    after.shipments.map((shipment) => ({
      id: shipmentIds.get(shipment.externalId),
      order_id: id,
      external_id: shipment.externalId,
      fulfilment_order_external_id: shipment.fulfilmentOrderExternalId,
      partner_id: shipment.partnerId,
      carrier: shipment.carrier,
      tracking_number: shipment.trackingNumber,
      status: shipment.status,
      status_occurred_at: shipment.statusOccurredAt,
      estimated_delivery_at: shipment.estimatedDeliveryAt,
      line_external_ids: shipment.lineExternalIds,
      created_at: shipment.createdAt,
    })),
  );
  const { sql } = tx.db;
  await sql`
    insert into shipments (id, order_id, external_id, fulfilment_order_external_id, partner_id, carrier, tracking_number, status, status_occurred_at,
      estimated_delivery_at, line_external_ids, created_at)
    select * from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, order_id text, external_id text,
      fulfilment_order_external_id text, partner_id text, carrier text, tracking_number text, status text, status_occurred_at timestamptz,
      estimated_delivery_at timestamptz, line_external_ids text[], created_at timestamptz)
    on conflict (order_id, external_id) do update set
      fulfilment_order_external_id = excluded.fulfilment_order_external_id, partner_id = excluded.partner_id, carrier = excluded.carrier,
      tracking_number = excluded.tracking_number, status = excluded.status, status_occurred_at = excluded.status_occurred_at,
      estimated_delivery_at = excluded.estimated_delivery_at, line_external_ids = excluded.line_external_ids,
      created_at = excluded.created_at`;
}

/** What is planned for the whole order is an empty list. */
async function writeFulfilmentOrders(tx: TransactionScope, orders: readonly Refolded[]): Promise<void> {
  const rows = orders.flatMap(({ id, after }) =>
    after.fulfilmentOrders.map((work) => ({
      id: newId('fulfilmentOrder'),
      order_id: id,
      external_id: work.externalId,
      location_external_id: work.locationExternalId,
      method: work.method,
      status: work.status,
      status_occurred_at: work.statusOccurredAt,
      fulfil_by: work.fulfilBy,
      lines: work.lines,
      created_at: work.createdAt,
    })),
  );
  if (rows.length === 0) return;
  const { sql } = tx.db;
  await sql`
    insert into fulfilment_orders (id, order_id, external_id, location_external_id, method, status, status_occurred_at, fulfil_by,
      lines, created_at)
    select * from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, order_id text, external_id text,
      location_external_id text, method text, status text, status_occurred_at timestamptz, fulfil_by timestamptz, lines jsonb,
      created_at timestamptz)
    on conflict (order_id, external_id) do update set location_external_id = excluded.location_external_id,
      method = excluded.method, status = excluded.status, status_occurred_at = excluded.status_occurred_at,
      fulfil_by = excluded.fulfil_by, lines = excluded.lines, created_at = excluded.created_at`;
}

function writeReturns(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<unknown>[] {
  if (orders.length === 0) return [];
  const returns = orders.flatMap(({ id, after, returnIds }) =>
    after.returns.map((one) => ({
      id: returnIds.get(one.externalId)!,
      order_id: id,
      external_id: one.externalId,
      outcome: one.outcome,
      status: one.status,
      reason: one.reason,
      steps: one.steps,
      refund_method: one.refundMethod,
      refund_expected_by: one.refundExpectedBy,
      told_at: one.toldAt,
      requested_at: one.requestedAt,
      status_occurred_at: one.statusOccurredAt,
      lines: one.lines,
    })),
  );
  const lines = returns.flatMap((one) =>
    one.lines.map((line) => ({
      id: newId('returnLine'),
      return_id: one.id,
      line_external_id: line.lineExternalId,
      quantity: line.quantity,
      received_quantity: line.receivedQuantity,
      exchange_sku: line.exchangeSku,
    })),
  );
  const { sql } = tx.db;
  return [
    sql`
      insert into returns (id, order_id, external_id, outcome, status, reason, steps, refund_method, refund_expected_by, told_at,
        requested_at, status_occurred_at, updated_at)
      select r.*, ${recordedAt}::timestamptz
      from jsonb_to_recordset(${sql.json(returns as never)}::jsonb) as r(id text, order_id text, external_id text, outcome text,
        status text, reason text, steps jsonb, refund_method text, refund_expected_by timestamptz, told_at timestamptz,
        requested_at timestamptz, status_occurred_at timestamptz)
      on conflict (order_id, external_id) do update set outcome = excluded.outcome, status = excluded.status,
        reason = excluded.reason, steps = excluded.steps, refund_method = excluded.refund_method,
        refund_expected_by = excluded.refund_expected_by, told_at = excluded.told_at,
        requested_at = excluded.requested_at, status_occurred_at = excluded.status_occurred_at, updated_at = excluded.updated_at`,
    sql`
      delete from return_lines l where l.return_id = any(${returns.map(({ id }) => id)}) and (l.return_id, l.line_external_id) not in (
        select * from unnest(${lines.map((row) => row.return_id)}::text[], ${lines.map((row) => row.line_external_id)}::text[])
      )`,
    sql`
      insert into return_lines (id, return_id, line_external_id, quantity, received_quantity, exchange_sku)
      select * from jsonb_to_recordset(${sql.json(lines)}::jsonb)
        as r(id text, return_id text, line_external_id text, quantity int, received_quantity int, exchange_sku text)
      on conflict (return_id, line_external_id) do update set quantity = excluded.quantity,
        received_quantity = excluded.received_quantity, exchange_sku = excluded.exchange_sku`,
  ];
}

const STATUSES = ['status', 'fulfilmentStatus', 'paymentStatus', 'returnStatus'] as const;

/** The past of status, by our clock: what could be known at a moment. Two changes within a millisecond stand one after the other. */
async function writeVersions(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<void> {
  const rows = orders
    .filter(({ before, after }) => !before || STATUSES.some((axis) => before[axis] !== after[axis]))
    .map(({ id, after }) => ({
      order_id: id,
      status: after.status,
      fulfilment_status: after.fulfilmentStatus,
      payment_status: after.paymentStatus,
      return_status: after.returnStatus,
    }));
  if (rows.length === 0) return;
  const { sql } = tx.db;
  await sql`
    with changed as (
      select * from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(order_id text, status text, fulfilment_status text,
        payment_status text, return_status text)
    ), closed as (
      update order_versions v set valid_to = greatest(${recordedAt}::timestamptz, v.valid_from + interval '1 millisecond')
      from changed c where v.order_id = c.order_id and v.valid_to is null
      returning v.order_id, v.valid_to
    )
    insert into order_versions (order_id, valid_from, status, fulfilment_status, payment_status, return_status)
    select c.order_id, coalesce(o.valid_to, ${recordedAt}::timestamptz), c.status, c.fulfilment_status, c.payment_status, c.return_status
    from changed c left join closed o on o.order_id = c.order_id`;
}

/** Facts and scans that came too early find their order and their shipment. */
function takeInWaiting(tx: TransactionScope, orders: readonly Refolded[]): void {
  const { sql } = tx.db;
  const facts = orders.filter(({ facts, held }) => held.length > 0 || facts.some((fact) => fact.orderId === null));
  const scans = orders.flatMap((order) =>
    order.scans
      .filter((scan) => scan.shipmentId === null)
      .map((scan) => ({ id: scan.id, shipmentId: order.shipmentIds.get(scan.shipmentExternalId)! })),
  );
  if (facts.length > 0)
    writeBeside(
      tx,
      sql`
      update order_facts f set order_id = o.id
      from unnest(${facts.map(({ id }) => id)}::text[], ${facts.map(({ number }) => number)}::text[]) as o(id, number)
      where f.order_number = o.number and f.order_id is null`,
    );
  if (scans.length > 0)
    writeBeside(
      tx,
      sql`
      update tracking_events t set shipment_id = s.shipment_id
      from unnest(${scans.map(({ id }) => id)}::text[], ${scans.map(({ shipmentId }) => shipmentId)}::text[]) as s(id, shipment_id)
      where t.id = s.id`,
    );
}
