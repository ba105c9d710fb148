// What taking in a fact of an order would cost without Punos: plain node:http, one transaction a fact, one prepared statement a table. What
// the fact means is known by its type; nothing is read again or derived, and no fact may come too early or contradict another.
import postgres, { type TransactionSql } from 'postgres';

import { newId } from '../../src/values/ids.ts';
import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { BENCH_SHOP, BENCH_SHOP_SECRET } from '../parts/order-life.ts';
import { signedHttp } from './plain-http.ts';
import { postEvents } from './webhooks.ts';

interface Line {
  id: string;
  sku: string;
  title: string;
  quantity: number;
  unitPriceMinor: number;
}

interface Told {
  id: string;
  type: string;
  occurredAt: string;
  order: { number: string };
  customer: { email: string };
  currency: string;
  totalMinor: number;
  lines: Line[];
  payment: { id: string; method: string; amountMinor: number; currency: string };
  shipment: { id: string; carrier: string; trackingNumber: string; lineIds: string[] };
  trackingNumber: string;
  status: string;
  place: string;
}

interface Order {
  id: string;
  number: string;
  customerId: string;
  status: string;
  fulfilmentStatus: string;
  paymentStatus: string;
}

interface Named {
  type: string;
  details?: Record<string, string | null>;
}

async function take(sql: TransactionSql, told: Told, delivery: string): Promise<void> {
  await sql`
    insert into idempotency_keys (principal, mutation, key, input_digest, result, created_at)
    values ('floor', 'delivery', ${delivery}, '\\x00', ${sql.json({ ids: { taken: '1' } })}, now())`;
  switch (told.type) {
    case 'order.placed':
      return place(sql, told);
    case 'payment.recorded':
      return pay(sql, told);
    case 'order.processed':
      return begin(sql, told);
    case 'shipment.created':
      return ship(sql, told);
    default:
      return scan(sql, told);
  }
}

async function place(sql: TransactionSql, told: Told): Promise<void> {
  const { order, currency, totalMinor, occurredAt } = told;
  const [buyer] = await sql<{ customerId: string }[]>`
    select customer_id from identities where kind = 'email' and normalized = ${told.customer.email}`;
  const { customerId } = buyer!;
  const state = { status: 'pending', fulfilmentStatus: 'unfulfilled', paymentStatus: 'unpaid' };
  const placed: Order = { id: newId('order'), number: order.number, customerId, ...state };
  await sql`
    insert into orders (id, number, source, customer_id, placed_at, currency, total_minor, status, status_occurred_at,
      status_received_at, status_recorded_at, status_source, status_source_kind, fulfilment_status, payment_status, return_status,
      updated_at)
    values (${placed.id}, ${order.number}, ${BENCH_SHOP}, ${customerId}, ${occurredAt}, ${currency}, ${totalMinor}, 'pending',
      ${occurredAt}, now(), now(), ${BENCH_SHOP}, 'orders', 'unfulfilled', 'unpaid', 'none', now())`;
  const lines = told.lines.map(({ id, ...line }) => ({ ...line, externalId: id, options: {} }));
  const rows = lines.map((line, position) => ({ ...line, position, id: newId('orderLine') }));
  await sql`
    insert into order_lines (id, order_id, external_id, position, variant_id, sku, title, options, quantity, unit_price_minor)
    select r.id, ${placed.id}, r."externalId", r.position, v.id, r.sku, r.title, '{}', r.quantity, r."unitPriceMinor"
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, "externalId" text, position int, sku text, title text,
      quantity int, "unitPriceMinor" bigint)
    left join variants v on v.sku = r.sku`;
  const body = {
    kind: 'order_placed',
    lines,
    currency,
    totalMinor,
    customerId,
    partnerId: null,
    shippingAddress: null,
  };
  await keepFact(sql, placed, told, body);
  await openVersion(sql, placed);
  await append(sql, placed, told, [{ type: 'order.recorded', details: { previousStatus: null } }]);
}

async function pay(sql: TransactionSql, told: Told): Promise<void> {
  const { id: externalId, ...payment } = told.payment;
  const order = { ...(await lockOrder(sql, told.order.number)), paymentStatus: 'paid' };
  await keepFact(sql, order, told, { kind: 'payment_recorded', externalId, ...payment });
  await sql`
    insert into payments (id, order_id, external_id, kind, method, amount_minor, state, occurred_at)
    values (${newId('payment')}, ${order.id}, ${externalId}, 'payment', ${payment.method}, ${payment.amountMinor}, 'done',
      ${told.occurredAt})`;
  await sql`update orders set payment_status = 'paid', updated_at = now() where id = ${order.id}`;
  await writeVersion(sql, order);
  await append(sql, order, told, [{ type: 'order.updated' }]);
}

async function begin(sql: TransactionSql, told: Told): Promise<void> {
  const before = await lockOrder(sql, told.order.number);
  const order = { ...before, status: 'processed', fulfilmentStatus: 'in_progress' };
  await keepFact(sql, order, told, { kind: 'order_processed' });
  await writeStatus(sql, order, told, 'orders');
  await append(sql, order, told, [{ type: 'order.status_changed', details: { previousStatus: before.status } }]);
}

async function ship(sql: TransactionSql, told: Told): Promise<void> {
  const { id: externalId, lineIds, carrier, trackingNumber } = told.shipment;
  const order = await lockOrder(sql, told.order.number);
  const nothing = { partnerId: null, estimatedDeliveryAt: null, fulfilmentOrderExternalId: null };
  const parcel = { externalId, carrier, trackingNumber, lineExternalIds: lineIds, ...nothing };
  await keepFact(sql, order, told, { kind: 'shipment_created', ...parcel });
  const shipmentId = newId('shipment');
  await sql`
    insert into shipments (id, order_id, external_id, carrier, tracking_number, status, status_occurred_at, line_external_ids, created_at)
    values (${shipmentId}, ${order.id}, ${externalId}, ${carrier}, ${trackingNumber}, 'label_created', ${told.occurredAt}, ${lineIds},
      ${told.occurredAt})`;
  await sql`
    insert into source_objects (source, kind, external_id, name) values (${BENCH_SHOP}, 'shipment', ${externalId}, ${order.number})`;
  await sql`update orders set updated_at = now() where id = ${order.id}`;
  await append(sql, order, told, [
    { type: 'shipment.recorded', details: { shipmentId, shipmentStatus: 'label_created' } },
  ]);
}

async function scan(sql: TransactionSql, told: Told): Promise<void> {
  const { status: shipmentStatus, trackingNumber, occurredAt } = told;
  const [parcel] = await sql<{ id: string; number: string }[]>`
    select s.id, o.number from shipments s join orders o on o.id = s.order_id where s.tracking_number = ${trackingNumber}`;
  const { id: shipmentId, number } = parcel!;
  const before = await lockOrder(sql, number);
  const order = { ...before, status: shipmentStatus, fulfilmentStatus: shipmentStatus };
  const trackingEventId = newId('trackingEvent');
  await sql`
    insert into tracking_events (id, shipment_id, tracking_number, source, source_event_id, status, place, occurred_at, received_at,
      recorded_at)
    values (${trackingEventId}, ${shipmentId}, ${trackingNumber}, ${BENCH_SHOP}, ${told.id}, ${shipmentStatus}, ${told.place},
      ${occurredAt}, now(), now())`;
  await sql`update shipments set status = ${shipmentStatus}, status_occurred_at = ${occurredAt} where id = ${shipmentId}`;
  await writeStep(sql, order, { id: trackingEventId, kind: 'tracking', occurredAt });
  const named: Named[] = [{ type: 'tracking.recorded', details: { shipmentId, trackingEventId, shipmentStatus } }];
  if (before.status === order.status) await sql`update orders set updated_at = now() where id = ${order.id}`;
  else {
    await writeStatus(sql, order, told, 'tracking');
    named.push({ type: 'order.status_changed', details: { previousStatus: before.status } });
  }
  await append(sql, order, told, named);
}

async function lockOrder(sql: TransactionSql, number: string): Promise<Order> {
  const [order] = await sql<Order[]>`
    select id, number, customer_id, status, fulfilment_status, payment_status from orders where number = ${number} for no key update`;
  return order!;
}

async function keepFact(
  sql: TransactionSql,
  { id, number }: Order,
  { id: event, occurredAt }: Told,
  body: { kind: string; [name: string]: unknown },
): Promise<void> {
  await sql`
    insert into order_facts (id, order_number, order_id, source, source_event_id, kind, body, occurred_at, received_at, recorded_at)
    values (${newId('orderFact')}, ${number}, ${id}, ${BENCH_SHOP}, ${event}, ${body.kind}, ${sql.json(body as never)}, ${occurredAt}, now(),
      now())`;
}

async function writeStatus(sql: TransactionSql, order: Order, { occurredAt }: Told, kind: string): Promise<void> {
  await sql`
    update orders set status = ${order.status}, fulfilment_status = ${order.fulfilmentStatus}, status_occurred_at = ${occurredAt},
      status_received_at = now(), status_recorded_at = now(), status_source_kind = ${kind}, updated_at = now()
    where id = ${order.id}`;
  await writeVersion(sql, order);
  await writeStep(sql, order, { id: `${order.id}@${Date.now()}`, kind: 'order_status_changed', occurredAt });
}

async function writeVersion(sql: TransactionSql, order: Order): Promise<void> {
  await sql`
    update order_versions set valid_to = greatest(now(), valid_from + interval '1 millisecond')
    where order_id = ${order.id} and valid_to is null`;
  await openVersion(sql, order);
}

async function openVersion(sql: TransactionSql, order: Order): Promise<void> {
  await sql`
    insert into order_versions (order_id, valid_from, status, fulfilment_status, payment_status, return_status)
    values (${order.id}, clock_timestamp(), ${order.status}, ${order.fulfilmentStatus}, ${order.paymentStatus}, 'none')`;
}

async function writeStep(
  sql: TransactionSql,
  { id: orderId, customerId, status }: Order,
  { id, kind, occurredAt }: { id: string; kind: string; occurredAt: string },
): Promise<void> {
  await sql`
    insert into order_steps (id, customer_id, order_id, kind, status, occurred_at)
    values (${id}, ${customerId}, ${orderId}, ${kind}, ${status}, ${occurredAt})`;
}

async function append(sql: TransactionSql, order: Order, { occurredAt }: Told, named: readonly Named[]): Promise<void> {
  const { id: orderId, customerId, status, fulfilmentStatus } = order;
  const streams = [`order:${orderId}`, `customer:${customerId}`];
  const heads = await sql<{ stream: string; version: number }[]>`
    insert into stream_heads as head (stream, version)
    select stream, ${named.length}::int from unnest(${streams}::text[]) as stream order by stream
    on conflict (stream) do update set version = head.version + excluded.version returning stream, version`;
  for (const [i, { type, details }] of named.entries()) {
    const back = named.length - 1 - i;
    const versions = streams.map((stream) => Number(heads.find((head) => head.stream === stream)!.version) - back);
    const all = { orderId, customerId, status, fulfilmentStatus, orderReturnStatus: 'none', ...details };
    const [event] = await sql<{ position: string }[]>`
      insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
      values (${type}, ${streams}, ${versions}, '{orders}', 'floor', ${occurredAt}, now(), clock_timestamp(), ${sql.json(all)})
      returning position`;
    await sql`
      insert into event_streams (stream, version, position)
      select stream, version, ${event!.position} from unnest(${streams}::text[], ${versions}::bigint[]) as s(stream, version)`;
  }
}

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize, transform: { column: { from: postgres.toCamel } } });
  return signedHttp(BENCH_SHOP_SECRET, async (told: Told, delivery) => {
    await sql.begin((tx) => take(tx, told, delivery));
    return JSON.stringify({ taken: 1, waiting: 0, quarantined: 0 });
  });
}

answerParent({ start, post: postEvents, cpu: cpuSeconds });
