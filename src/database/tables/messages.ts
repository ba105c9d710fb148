import { sql } from 'drizzle-orm';
import { index, integer, pgTable, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** A message or an internal note. A redelivery of (inbox, external id) is a no-op. */
export const messages = pgTable(
  'messages',
  {
    id: idText('id').primaryKey(),
    /** No reference: the conversations of somebody who is erased go at once, a million messages behind them in many transactions. */
    conversationId: idText('conversation_id').notNull(),
    legId: idText('leg_id'),
    inboxId: idText('inbox_id'),
    customerId: idText('customer_id').notNull(),
    externalId: text('external_id'),
    direction: word('direction').notNull(),
    visibility: word('visibility').notNull(),
    authorKind: word('author_kind').notNull(),
    authorId: text('author_id').notNull(),
    text: text('text').notNull(),
    /** All that came, where the text is a part of it: a mail with what it quotes. Never in a packet. */
    fullText: text('full_text'),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
    /** The state of its delivery, kept here so that a packet reads no other table; null: nothing is known of one. */
    deliveryState: word('delivery_state'),
    /** The message that failed on its channel and goes out again as this one. */
    fallbackOfId: idText('fallback_of_id'),
  },
  (table) => [
    uniqueIndex('messages_inbox_external_id').on(table.inboxId, table.externalId),
    index('messages_conversation').on(table.conversationId, table.occurredAt, table.id),
    // A message goes out again once at most, whoever finds first that it failed.
    uniqueIndex('messages_fallback_of')
      .on(table.fallbackOfId)
      .where(sql`fallback_of_id is not null`),
    // For timelines. The inbox stands last: a filter by channel passes over others' entries without reading their rows.
    index('messages_customer_public')
      .on(table.customerId, table.occurredAt, table.id, table.inboxId)
      .where(sql`visibility = 'public'`),
    index('messages_customer_internal')
      .on(table.customerId, table.occurredAt, table.id)
      .where(sql`visibility = 'internal'`),
  ],
);

/** A file of a message or a note; the bytes lie apart, under their hash, and go with the last row that names them. */
export const attachments = pgTable(
  'attachments',
  {
    id: idText('id').primaryKey(),
    /** Null: uploaded, and not in a message yet; such a row is swept after a day. */
    messageId: idText('message_id').references(() => messages.id),
    /** What it was uploaded for or came to. A message may move on to another conversation: then the message is right. */
    conversationId: idText('conversation_id').notNull(),
    customerId: idText('customer_id').notNull(),
    filename: text('filename').notNull(),
    /** By its bytes. */
    contentType: text('content_type').notNull(),
    /** By whoever sent it. */
    claimedType: text('claimed_type'),
    sizeBytes: integer('size_bytes').notNull(),
    /** Of the bytes, hex. Null: they are not kept. */
    sha256: text('sha256'),
    state: word('state').notNull(),
    /** Where it is fetched from, until it is. */
    sourceUrl: text('source_url'),
    createdAt: moment('created_at').notNull(),
    /** Principal. */
    createdBy: text('created_by').notNull(),
  },
  (table) => [
    index('attachments_message')
      .on(table.messageId, table.id)
      .where(sql`message_id is not null`),
    index('attachments_unattached')
      .on(table.createdBy, table.createdAt)
      .where(sql`message_id is null`),
    index('attachments_customer').on(table.customerId),
    index('attachments_sha256')
      .on(table.sha256)
      .where(sql`sha256 is not null`),
  ],
);

/** What became of a message that we sent. The clocks are the channel's, each the earliest that was reported. */
export const deliveries = pgTable(
  'deliveries',
  {
    messageId: idText('message_id')
      .primaryKey()
      .references(() => messages.id),
    inboxId: idText('inbox_id').notNull(),
    channel: word('channel').notNull(),
    endpointId: idText('endpoint_id').notNull(),
    state: word('state').notNull(),
    attemptCount: smallint('attempt_count').notNull().default(0),
    /** When it is tried next; null: by nobody of ours. */
    nextAttemptAt: moment('next_attempt_at'),
    /** The channel's own name of the message. */
    providerId: text('provider_id'),
    /** Why the newest attempt failed, or why it does not arrive. */
    failure: word('failure'),
    /** The channel's words on that, at most 1 KB. */
    failureText: text('failure_text'),
    queuedAt: moment('queued_at').notNull(),
    sentAt: moment('sent_at'),
    deliveredAt: moment('delivered_at'),
    readAt: moment('read_at'),
    failedAt: moment('failed_at'),
  },
  (table) => [
    index('deliveries_provider_id')
      .on(table.inboxId, table.providerId)
      .where(sql`provider_id is not null`),
    // The oldest message that waits for a try: what metrics watch.
    index('deliveries_waiting')
      .on(table.nextAttemptAt)
      .where(sql`state = 'queued' and next_attempt_at is not null`),
  ],
);
