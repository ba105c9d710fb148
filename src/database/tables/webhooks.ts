import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';

/** Where somebody else wants events posted to, and the subscription that says which and how they look. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: idText('id').primaryKey(),
    name: text('name').notNull(),
    url: text('url').notNull(),
    /** A GraphQL document with one subscription, and its variables. What is sent is made of them at every attempt. */
    document: text('document').notNull(),
    variables: jsonb('variables').notNull(),
    /** Whose rights decide what is sent, as they are at each attempt. */
    keyId: idText('key_id').notNull(),
    /** What signs, sealed. */
    secret: bytes('secret').notNull(),
    secretPrefix: text('secret_prefix').notNull(),
    earlierSecret: bytes('earlier_secret'),
    earlierSecretUntil: moment('earlier_secret_until'),
    /** One more with each change that processes which know the endpoint must hear of. */
    revision: integer('revision').notNull(),
    /** Place in the journal: only what came after it is sent by itself. */
    fromCursor: text('from_cursor').notNull(),
    /** Place behind which everything is to be sent once more. Null: nothing is. */
    replayCursor: text('replay_cursor'),
    /** Since when no attempt has succeeded. Null: the newest one did, or there was none. */
    failingSince: moment('failing_since'),
    /** Null: events are sent. */
    disabledAt: moment('disabled_at'),
    disabledReason: word('disabled_reason'),
    /** The newest time in which its key could not have what its document asks for, so that nothing was queued. Null: there was none. */
    gapSince: moment('gap_since'),
    /** Null: it lasts, or there was none. */
    gapUntil: moment('gap_until'),
    /** Why, in words for its owner. */
    gapReason: text('gap_reason'),
    /** Place before the first event that was not queued: a replay from there has them all. */
    gapCursor: text('gap_cursor'),
    createdBy: text('created_by').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('webhook_endpoints_newest').on(table.createdAt, table.id),
    index('webhook_endpoints_key').on(table.keyId),
  ],
);

/** The place in the journal up to which every endpoint has its rows: one row for all, so that one process at a time moves it. */
export const webhookPlace = pgTable('webhook_place', {
  id: integer('id').primaryKey(),
  /** Null: no endpoint is there to have rows. */
  cursor: text('cursor'),
});

/** One event for one endpoint. Never what is sent: that is made anew at each attempt. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** Also the `webhook-id` of every attempt. */
    id: idText('id').primaryKey(),
    endpointId: idText('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id),
    /** Where the event is in the journal, as long as that keeps it. Null: a test, which has no event. */
    eventPosition: bigint('event_position', { mode: 'number' }),
    /** Version of the stream that the ordering key names: with it the event is found. */
    eventVersion: bigint('event_version', { mode: 'number' }),
    eventType: text('event_type'),
    /** The reader's place after the event. */
    cursor: text('cursor').notNull(),
    /** The event's own stream. Of deliveries with one key one at a time is sent, in the order of their events. */
    orderingKey: text('ordering_key').notNull(),
    state: word('state').notNull(),
    /** Attempts, all of them. */
    attemptCount: integer('attempt_count').notNull(),
    /** Attempts since it was queued, first or again. */
    tries: integer('tries').notNull(),
    /** What came of the newest attempt, or why there was none. Null: nothing yet. */
    outcome: word('outcome'),
    /** Not before this moment. Null: it is settled. */
    dueAt: moment('due_at'),
    /** Until then a process is at it; a process that dies leaves it to the others afterwards. */
    claimedUntil: moment('claimed_until'),
    createdAt: moment('created_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    uniqueIndex('webhook_deliveries_event').on(table.endpointId, table.eventPosition),
    index('webhook_deliveries_newest').on(table.endpointId, table.createdAt, table.id),
    index('webhook_deliveries_lane')
      .on(table.endpointId, table.orderingKey, table.eventPosition)
      .where(sql`state = 'pending'`),
    index('webhook_deliveries_due')
      .on(table.endpointId, table.dueAt)
      .where(sql`state = 'pending'`),
  ],
);

/** What came of each attempt: sizes and times, nothing of what was sent or answered. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    id: idText('id').primaryKey(),
    deliveryId: idText('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id),
    startedAt: moment('started_at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    outcome: word('outcome').notNull(),
    /** Of HTTP. Null: there was no answer. */
    status: integer('status'),
    requestBytes: integer('request_bytes').notNull(),
    /** Of the answer's body as far as it was read, 16 KB at most. */
    responseBytes: integer('response_bytes').notNull(),
  },
  (table) => [index('webhook_attempts_delivery').on(table.deliveryId, table.startedAt, table.id)],
);
