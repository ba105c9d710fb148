import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { variants } from './inventory.ts';
import { partners } from './partners.ts';

/** An order as its facts say: status is derived, never set. */
export const orders = pgTable(
  'orders',
  {
    id: idText('id').primaryKey(),
    /** The number that people say, as the source writes it. */
    number: text('number').notNull().unique(),
    source: text('source').notNull(),
    /** Of a person who was erased nothing else is left than this: the order stays for the books. */
    customerId: idText('customer_id').notNull(),
    /** Who besides the shop sees this order (a marketplace, a store chain); carriers see it through their shipments. */
    partnerId: idText('partner_id').references(() => partners.id),
    placedAt: moment('placed_at').notNull(),
    currency: text('currency').notNull(),
    totalMinor: bigint('total_minor', { mode: 'number' }).notNull(),
    /** What readers see: derived from the three axes below. */
    status: word('status').notNull(),
    statusOccurredAt: moment('status_occurred_at').notNull(),
    statusReceivedAt: moment('status_received_at').notNull(),
    statusRecordedAt: moment('status_recorded_at').notNull(),
    /** The source's code and words for what brought the status. */
    statusReasonCode: text('status_reason_code'),
    statusRaw: text('status_raw'),
    /** Who told it. Null: it came to be before this was kept. */
    statusSource: text('status_source'),
    statusSourceKind: word('status_source_kind'),
    fulfilmentStatus: word('fulfilment_status').notNull().default('unfulfilled'),
    paymentStatus: word('payment_status').notNull(),
    returnStatus: word('return_status').notNull().default('none'),
    /** When somebody at the desk last changed its lines. Null: nobody did. */
    itemsChangedAt: moment('items_changed_at'),
    cancelReason: text('cancel_reason'),
    shippingAddress: jsonb('shipping_address'),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('orders_customer').on(table.customerId, table.placedAt, table.id),
    // Numbers that begin alike, whatever the database's locale.
    index('orders_number_prefix').on(table.number.op('text_pattern_ops')),
    index('orders_newest').on(table.placedAt, table.id),
    index('orders_partner').on(table.partnerId, table.placedAt, table.id),
    index('orders_status').on(table.status, table.placedAt, table.id),
  ],
);

export const orderLines = pgTable(
  'order_lines',
  {
    id: idText('id').primaryKey(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    /** The source's own id of the line; unique within the order. */
    externalId: text('external_id').notNull(),
    position: integer('position').notNull(),
    variantId: idText('variant_id').references(() => variants.id),
    sku: text('sku').notNull(),
    title: text('title').notNull(),
    options: jsonb('options').notNull(),
    quantity: integer('quantity').notNull(),
    unitPriceMinor: bigint('unit_price_minor', { mode: 'number' }).notNull(),
  },
  (table) => [
    uniqueIndex('order_lines_external').on(table.orderId, table.externalId),
    index('order_lines_variant').on(table.variantId),
    index('order_lines_without_variant')
      .on(table.sku)
      .where(sql`variant_id is null`),
  ],
);

/**
 * What a source said, as it said it: unique per source event, so that a repeat is a no-op. Facts find their order by its number;
 * those that come before the order was placed are kept without an order and are taken in by the fact that places it.
 */
export const orderFacts = pgTable(
  'order_facts',
  {
    id: idText('id').primaryKey(),
    orderNumber: text('order_number').notNull(),
    /** Null until the order is placed. */
    orderId: idText('order_id').references(() => orders.id),
    source: text('source').notNull(),
    sourceEventId: text('source_event_id').notNull(),
    /** Version of the object at its source, when it has one: orders facts better than clocks do. */
    sourceVersion: bigint('source_version', { mode: 'number' }),
    kind: text('kind').notNull(),
    body: jsonb('body').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    uniqueIndex('order_facts_source_event').on(table.source, table.sourceEventId),
    index('order_facts_order_number').on(table.orderNumber),
    index('order_facts_order').on(table.orderId),
    // Figures look at the newest hours; rows lie in the order of this clock.
    index('order_facts_recorded').using('brin', table.recordedAt),
  ],
);

export const orderVersions = pgTable(
  'order_versions',
  {
    orderId: idText('order_id').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    status: word('status').notNull(),
    fulfilmentStatus: word('fulfilment_status').notNull().default('unfulfilled'),
    paymentStatus: word('payment_status').notNull(),
    returnStatus: word('return_status').notNull().default('none'),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.validFrom] })],
);

export const payments = pgTable(
  'payments',
  {
    id: idText('id').primaryKey(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    externalId: text('external_id').notNull(),
    kind: word('kind').notNull(),
    method: text('method').notNull(),
    amountMinor: bigint('amount_minor', { mode: 'number' }).notNull(),
    /** `done`; `pending`: promised, not moved yet; `kept`: promised, and moved as another refund. */
    state: word('state').notNull().default('done'),
    /** By when the customer should have it, by the policy of its method. Null: it moved, or it is no refund. */
    expectedBy: moment('expected_by'),
    occurredAt: moment('occurred_at').notNull(),
  },
  (table) => [uniqueIndex('payments_external').on(table.orderId, table.kind, table.externalId)],
);

/** Work planned at one place: what is packed and sent from there. Parcels come out of it. */
export const fulfilmentOrders = pgTable(
  'fulfilment_orders',
  {
    id: idText('id').primaryKey(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    externalId: text('external_id').notNull(),
    /** Where the work is done, as its source calls the place. */
    locationExternalId: text('location_external_id'),
    method: word('method').notNull(),
    status: word('status').notNull(),
    statusOccurredAt: moment('status_occurred_at').notNull(),
    fulfilBy: moment('fulfil_by'),
    /** External id of each line with its units. Empty: the whole order. */
    lines: jsonb('lines').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('fulfilment_orders_external').on(table.orderId, table.externalId),
    index('fulfilment_orders_place').on(table.locationExternalId),
  ],
);

export const shipments = pgTable(
  'shipments',
  {
    id: idText('id').primaryKey(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    externalId: text('external_id').notNull(),
    /** The source's id of the fulfilment order that the parcel comes out of. Null: not told. */
    fulfilmentOrderExternalId: text('fulfilment_order_external_id'),
    partnerId: idText('partner_id').references(() => partners.id),
    carrier: text('carrier'),
    trackingNumber: text('tracking_number'),
    status: word('status').notNull(),
    statusOccurredAt: moment('status_occurred_at').notNull(),
    estimatedDeliveryAt: moment('estimated_delivery_at'),
    /** External ids of the order lines in this parcel. */
    lineExternalIds: text('line_external_ids').array().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('shipments_external').on(table.orderId, table.externalId),
    index('shipments_tracking_number').on(table.trackingNumber),
    // Those that a carrier may still tell of.
    index('shipments_on_their_way')
      .on(table.createdAt, table.id)
      .where(sql`status not in ('delivered', 'cancelled') and tracking_number is not null`),
    index('shipments_partner').on(table.partnerId, table.orderId),
  ],
);

export const trackingEvents = pgTable(
  'tracking_events',
  {
    id: idText('id').primaryKey(),
    /** Null: the carrier was faster than the shop, nobody has named a shipment with this tracking number yet. */
    shipmentId: idText('shipment_id').references(() => shipments.id),
    trackingNumber: text('tracking_number'),
    source: text('source').notNull(),
    sourceEventId: text('source_event_id').notNull(),
    status: word('status').notNull(),
    /** The carrier's own words, beside our small vocabulary. */
    rawStatus: text('raw_status'),
    /** The carrier's own code of what happened. */
    reasonCode: text('reason_code'),
    place: text('place'),
    estimatedDeliveryAt: moment('estimated_delivery_at'),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    uniqueIndex('tracking_events_source_event').on(table.source, table.sourceEventId),
    index('tracking_events_shipment').on(table.shipmentId, table.occurredAt, table.id),
    index('tracking_events_recorded').using('brin', table.recordedAt),
    index('tracking_events_waiting')
      .on(table.trackingNumber)
      .where(sql`shipment_id is null`),
  ],
);

export const returns = pgTable(
  'returns',
  {
    id: idText('id').primaryKey(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    externalId: text('external_id').notNull(),
    /** What the customer gets for it: `refund` or `exchange`. */
    outcome: word('outcome').notNull().default('refund'),
    status: word('status').notNull(),
    reason: text('reason'),
    /** Each step that was told, in the order in which they became true, with its three clocks. */
    steps: jsonb('steps').notNull().default([]),
    /** Means of payment that the refund goes to, in the source's words. Null: not told. */
    refundMethod: text('refund_method'),
    /** By when the customer should have the money. Null: nothing to wait for. */
    refundExpectedBy: moment('refund_expected_by'),
    /** When a source last told of it: the next news is due a day later while it is under way. */
    toldAt: moment('told_at')
      .notNull()
      .default(sql`now()`),
    requestedAt: moment('requested_at').notNull(),
    statusOccurredAt: moment('status_occurred_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [uniqueIndex('returns_external').on(table.orderId, table.externalId)],
);

export const returnLines = pgTable(
  'return_lines',
  {
    id: idText('id').primaryKey(),
    returnId: idText('return_id')
      .notNull()
      .references(() => returns.id),
    lineExternalId: text('line_external_id').notNull(),
    quantity: integer('quantity').notNull(),
    /** Units that arrived so far. Null: not counted. */
    receivedQuantity: integer('received_quantity'),
    /** What goes out instead. Null: nothing, or not told. */
    exchangeSku: text('exchange_sku'),
  },
  (table) => [uniqueIndex('return_lines_line').on(table.returnId, table.lineExternalId)],
);

/**
 * What happened to orders, one row each, under the customer: timelines read the newest without going over all orders. Statuses by the
 * source's clock, scans of carriers, steps of returns.
 */
export const orderSteps = pgTable(
  'order_steps',
  {
    /** The scan's own id, or one that the step's place in the order gives: a repeat is no second row. */
    id: idText('id').primaryKey(),
    customerId: idText('customer_id').notNull(),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    /** order_status_changed, tracking or return_step. */
    kind: word('kind').notNull(),
    status: word('status').notNull(),
    /** Which return. Null: another kind of step. */
    returnId: idText('return_id'),
    occurredAt: moment('occurred_at').notNull(),
  },
  (table) => [index('order_steps_customer').on(table.customerId, table.kind, table.occurredAt, table.id)],
);

/** How often a proof was wrong lately, by a keyed hash of the number and by who asked: guessing stops here, whichever process it comes to. */
export const orderProofFailures = pgTable(
  'order_proof_failures',
  {
    subject: idText('subject').primaryKey(),
    failures: integer('failures').notNull(),
    /** Counted from then on; it is forgotten a quarter of an hour later. */
    since: moment('since').notNull(),
  },
  (table) => [index('order_proof_failures_since').on(table.since)],
);

/**
 * Facts that are authentic and cannot be true (another currency, more back than was paid, an unknown SKU): kept apart, without effect, until
 * a person lets them in or puts them away.
 */
export const quarantinedFacts = pgTable(
  'quarantined_facts',
  {
    id: idText('id').primaryKey(),
    source: text('source').notNull(),
    sourceEventId: text('source_event_id').notNull(),
    version: bigint('version', { mode: 'number' }),
    /** Kind of the fact, for example `refund_recorded`. */
    kind: text('kind').notNull(),
    reason: word('reason').notNull(),
    /** Null: it is no fact of an order. */
    orderNumber: text('order_number'),
    /** The whole fact as it was told, without who ordered and to where. */
    body: jsonb('body').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
    /** `held`, `released` or `discarded`. */
    state: word('state').notNull(),
    decidedAt: moment('decided_at'),
    decidedBy: text('decided_by'),
    /** Why, in the words of who decided. */
    note: text('note'),
  },
  (table) => [
    uniqueIndex('quarantined_facts_source_event').on(table.source, table.sourceEventId),
    index('quarantined_facts_newest').on(table.recordedAt, table.id),
    index('quarantined_facts_held')
      .on(table.recordedAt, table.id)
      .where(sql`state = 'held'`),
    index('quarantined_facts_order').on(table.orderNumber),
  ],
);
