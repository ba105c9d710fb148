import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/**
 * Touches without a message, under the customer they came with. Many and written in batches: customer and location are looked up in
 * the transaction that writes, a foreign key would lock a customer's row for each page view.
 */
export const activities = pgTable(
  'activities',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id').notNull(),
    kind: word('kind').notNull(),
    /** Null: the web shop, which is no channel of messages. */
    channel: word('channel'),
    locationId: idText('location_id'),
    /** Of what was looked at or reviewed; may be unknown to the catalogue. */
    sku: text('sku'),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
    /** Name of the system that told us; `customer:<id>` where the customer's own browser did. */
    source: text('source').notNull(),
    /** The source's own id: a redelivery is a no-op. */
    externalId: text('external_id'),
    /** What belongs to the kind: src/services/activity/activity.ts. */
    details: jsonb('details').notNull(),
  },
  (table) => [
    uniqueIndex('activities_source_external_id')
      .on(table.source, table.externalId)
      .where(sql`external_id is not null`),
    index('activities_customer').on(table.customerId, table.occurredAt, table.id),
    index('activities_browsing')
      .on(table.customerId, table.occurredAt, table.id)
      .where(sql`kind in ('visit', 'search', 'product_view')`),
    index('activities_opinions')
      .on(table.customerId, table.occurredAt, table.id)
      .where(sql`kind in ('review', 'survey_answer')`),
  ],
);

/** The newest basket of each customer by the source's clock; earlier ones are activities. No lines: it was emptied. */
export const baskets = pgTable('baskets', {
  customerId: idText('customer_id').primaryKey(),
  activityId: idText('activity_id').notNull(),
  /** A list of { sku, quantity, unitPriceMinor }. */
  lines: jsonb('lines').notNull(),
  currency: text('currency'),
  changedAt: moment('changed_at').notNull(),
  source: text('source').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

/** Which process shows packets of which customer, until when: their activity is told in the journal. Renewed, or it ends by itself. */
export const packetWatches = pgTable(
  'packet_watches',
  {
    customerId: idText('customer_id').notNull(),
    processId: text('process_id').notNull(),
    until: moment('until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.processId] })],
);

/** A browser that holds a token for a customer. */
export const visitorSessions = pgTable(
  'visitor_sessions',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id').notNull(),
    /** The identity of an anonymous browser. Null: a shopper whom the shop knows. */
    visitorId: text('visitor_id'),
    inboxId: idText('inbox_id'),
    origin: text('origin'),
    startedAt: moment('started_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull(),
  },
  (table) => [index('visitor_sessions_customer').on(table.customerId)],
);
