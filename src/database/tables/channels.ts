import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';

/** What each channel is like. Written at each start from the files in src/channels; here for whoever asks in SQL. */
export const channels = pgTable('channels', {
  name: text('name').primaryKey(),
  class: word('class').notNull(),
  title: text('title').notNull(),
  description: text('description').notNull(),
  senderKind: word('sender_kind').notNull(),
  isPublic: boolean('is_public').notNull(),
  hasThreads: boolean('has_threads').notNull(),
  sendsBy: word('sends_by'),
  longestText: integer('longest_text'),
});

/** Our own address on a channel. Secrets are sealed: see services/access/sealed-secret.ts. */
export const inboxes = pgTable('inboxes', {
  id: idText('id').primaryKey(),
  channel: word('channel').notNull(),
  /** Unique name that systems use in paths and imports. */
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  address: text('address'),
  brand: text('brand'),
  market: text('market'),
  /** { timeZone, weekly: [{ day, from, to }], holidays: [date] }. Null: always open. */
  businessHours: jsonb('business_hours'),
  /** What verifies requests to its hook. Null: the hook is closed. */
  hookSecret: bytes('hook_secret'),
  hookSecretPrefix: text('hook_secret_prefix'),
  /** The secret before the last rotation: good until the moment beside it. */
  earlierHookSecret: bytes('earlier_hook_secret'),
  earlierHookSecretUntil: moment('earlier_hook_secret_until'),
  /** What its channel asks of us, by name: a sealed JSON object of texts. */
  credentials: bytes('credentials'),
  /** Where messages of ours go that a bridge carries out, and what signs them. */
  bridgeUrl: text('bridge_url'),
  bridgeSecret: bytes('bridge_secret'),
  bridgeSecretPrefix: text('bridge_secret_prefix'),
  createdAt: moment('created_at').notNull(),
  /** Whether a customer's message asks for an agent by itself, or somebody asks for one. */
  routing: word('routing').notNull().default('on_request'),
  /** Since when the channel says that what we send with is gone; null: sending goes on. */
  sendingStoppedAt: moment('sending_stopped_at'),
});

/** The customer's address as seen from one inbox: what a conversation replies to. */
export const endpoints = pgTable(
  'endpoints',
  {
    id: idText('id').primaryKey(),
    inboxId: idText('inbox_id')
      .notNull()
      .references(() => inboxes.id),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    address: text('address').notNull(),
    /** What is written there stands for everybody to read: a post, a comment, a review. */
    isPublic: boolean('is_public').notNull().default(false),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // With the customer: the same text may be the handle of one person and the loyalty number of another. With the privacy: posts
    // and private messages of one handle are two places.
    uniqueIndex('endpoints_inbox_address').on(table.inboxId, table.address, table.customerId, table.isPublic),
    index('endpoints_customer').on(table.customerId),
  ],
);
