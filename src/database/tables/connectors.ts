import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';
import { shipments } from './orders.ts';

/** A shop, carrier or till that tells us facts by webhook. */
export const connectors = pgTable('connectors', {
  id: idText('id').primaryKey(),
  /** How it speaks: `facts`, `shopify`, `easypost`. Never changes. */
  dialect: word('dialect').notNull(),
  /** The source that its facts stand under, and the end of its hook's path. Never changes. */
  name: text('name').notNull().unique(),
  /** ISO 4217: of prices that the source writes without one. Null: such prices are left out. */
  currency: text('currency'),
  /** What signs its requests, sealed. */
  secret: bytes('secret').notNull(),
  secretPrefix: text('secret_prefix').notNull(),
  earlierSecret: bytes('earlier_secret'),
  earlierSecretUntil: moment('earlier_secret_until'),
  createdAt: moment('created_at').notNull(),
});

/** How a carrier is asked that calls nobody. */
export const polls = pgTable(
  'polls',
  {
    connectorId: idText('connector_id')
      .primaryKey()
      .references(() => connectors.id),
    /** Where, without a final slash. */
    url: text('url').notNull(),
    /** What we are known by there, sealed. */
    key: bytes('key').notNull(),
    /** Whose parcels are asked about, in lower case as orders name carriers. Empty: everybody’s. */
    carriers: text('carriers').array().notNull(),
    everySeconds: integer('every_seconds').notNull(),
    /** When the next round is due, by the database's clock. */
    nextAt: moment('next_at').notNull(),
    /** Rounds in a row that brought no answer at all. */
    failures: integer('failures').notNull().default(0),
    /** When the newest round ended. Null: there was none. */
    askedAt: moment('asked_at'),
  },
  (table) => [index('polls_due').on(table.nextAt)],
);

/** When a carrier last answered about a parcel. */
export const polledParcels = pgTable(
  'polled_parcels',
  {
    connectorId: idText('connector_id')
      .notNull()
      .references(() => polls.connectorId),
    shipmentId: idText('shipment_id')
      .notNull()
      .references(() => shipments.id),
    askedAt: moment('asked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectorId, table.shipmentId] }),
    index('polled_parcels_shipment').on(table.shipmentId),
  ],
);

/**
 * What sources call things by ids of their own: the order number behind an order's id, the SKU behind a stock item's, our id behind a customer's. And the newest
 * version of what has no history here (products, locations, customers), so that an old copy is not taken for news.
 */
export const sourceObjects = pgTable(
  'source_objects',
  {
    source: text('source').notNull(),
    kind: word('kind').notNull(),
    externalId: text('external_id').notNull(),
    /** What we call it. Null: it has no other name. */
    name: text('name'),
    version: bigint('version', { mode: 'number' }),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.kind, table.externalId] }),
    // Whose order has a number.
    index('source_objects_order_number')
      .on(table.name)
      .where(sql`kind = 'order'`),
    // What a source calls a customer of ours, to be erased with the person.
    index('source_objects_customer')
      .on(table.name)
      .where(sql`kind = 'customer'`),
  ],
);

/** Facts about something that nobody has named yet (a parcel of an unknown order, stock of an unknown SKU), taken in when it is. */
export const waitingFacts = pgTable(
  'waiting_facts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    sourceEventId: text('source_event_id').notNull(),
    /** What it waits for: `order`, `item`, `shipment` of its source, a `sku` or `location` of anybody. */
    waitsFor: word('waits_for').notNull(),
    waitsForId: text('waits_for_id').notNull(),
    version: bigint('version', { mode: 'number' }),
    /** The fact without what the other columns hold. */
    body: jsonb('body').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (table) => [
    uniqueIndex('waiting_facts_source_event').on(table.source, table.sourceEventId),
    index('waiting_facts_name').on(table.waitsFor, table.waitsForId),
  ],
);
