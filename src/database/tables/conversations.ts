import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, type AnyPgColumn } from 'drizzle-orm/pg-core';

import { agents } from './agents.ts';
import { endpoints } from './channels.ts';
import { idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';
import { orders } from './orders.ts';

/** One issue, over any number of channels. */
export const conversations = pgTable(
  'conversations',
  {
    id: idText('id').primaryKey(),
    /** Short text that a customer can say on another channel: C-XXXXXX. */
    reference: text('reference').notNull().unique(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    /** The source's name of the thread, with the inbox before it; null where the channel knows no threads. */
    threadKey: text('thread_key'),
    subject: text('subject'),
    topic: text('topic'),
    language: text('language'),
    status: word('status').notNull(),
    assigneeId: idText('assignee_id').references(() => agents.id),
    /** Inbox and channel of the newest leg, kept here so that lists filter without a join. */
    inboxId: idText('inbox_id').notNull(),
    channel: word('channel').notNull(),
    openedAt: moment('opened_at').notNull(),
    lastMessageAt: moment('last_message_at').notNull(),
    resolvedAt: moment('resolved_at'),
    /** Since when the customer waits for an answer: their first message after our last one. Null: nobody waits. */
    waitingSince: moment('waiting_since'),
    /** The one party that holds control of an open conversation: an agent, bot (its principal), team or store; all null: nobody. */
    controlKind: word('control_kind'),
    controlId: idText('control_id'),
    controlSince: moment('control_since'),
    issueType: word('issue_type'),
    priority: word('priority').notNull().default('normal'),
    /** Normalised, sorted, without repeats: see values/tags.ts. */
    tags: text('tags')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** What was done, what solved it and how it ended, as of the last time it was resolved. */
    actionsTaken: text('actions_taken'),
    resolution: text('resolution'),
    outcome: word('outcome'),
    /** Set exactly while it is snoozed. */
    snoozedUntil: moment('snoozed_until'),
    /** What the customer wrote in public and nobody should read there. Null: nothing, or it went on in private since. */
    sensitiveKinds: text('sensitive_kinds').array(),
    /** The survivor of a merge, never itself merged: chains are shortened when they would arise. */
    mergedIntoId: idText('merged_into_id').references((): AnyPgColumn => conversations.id),
  },
  (table) => [
    index('conversations_control')
      .on(table.controlId, table.lastMessageAt, table.id)
      .where(sql`control_id is not null`),
    index('conversations_customer').on(table.customerId, table.lastMessageAt, table.id),
    index('conversations_unresolved')
      .on(table.customerId)
      .where(sql`status <> 'resolved'`),
    index('conversations_unresolved_newest')
      .on(table.lastMessageAt, table.id)
      .where(sql`status <> 'resolved'`),
    index('conversations_snoozed')
      .on(table.snoozedUntil)
      .where(sql`status = 'snoozed'`),
    index('conversations_merged')
      .on(table.mergedIntoId)
      .where(sql`merged_into_id is not null`),
    // Partial, so that an ordinary conversation costs nothing here when a message moves it up.
    index('conversations_issue_type')
      .on(table.issueType, table.lastMessageAt, table.id)
      .where(sql`issue_type is not null`),
    index('conversations_priority')
      .on(table.priority, table.lastMessageAt, table.id)
      .where(sql`priority <> 'normal'`),
    index('conversations_tags')
      .using('gin', table.tags)
      .where(sql`tags <> '{}'`),
    index('conversations_customer_opened').on(table.customerId, table.openedAt, table.id),
    index('conversations_customer_resolved')
      .on(table.customerId, table.resolvedAt, table.id)
      .where(sql`resolved_at is not null`),
    index('conversations_newest').on(table.lastMessageAt, table.id),
    index('conversations_assignee').on(table.assigneeId, table.lastMessageAt, table.id),
    index('conversations_inbox').on(table.inboxId, table.lastMessageAt, table.id),
  ],
);

/** The part of a conversation on one endpoint. */
export const legs = pgTable(
  'legs',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    endpointId: idText('endpoint_id')
      .notNull()
      .references(() => endpoints.id),
    startedAt: moment('started_at').notNull(),
    lastMessageAt: moment('last_message_at').notNull(),
    /** When the conversation last turned to this leg: the customer wrote there, or we switched to it. A reply goes to the newest. */
    turnedToAt: moment('turned_to_at')
      .notNull()
      .default(sql`now()`),
  },
  (table) => [
    uniqueIndex('legs_conversation_endpoint').on(table.conversationId, table.endpointId),
    index('legs_endpoint').on(table.endpointId),
  ],
);

/** When each conversation was answered for the first time: small beside the conversations, because figures look at the newest hours. */
export const firstAnswers = pgTable(
  'first_answers',
  {
    /** May be gone with its person: how fast it was answered stays. */
    conversationId: idText('conversation_id').primaryKey(),
    channel: word('channel').notNull(),
    /** The customer's message that was answered. */
    askedAt: moment('asked_at').notNull(),
    answeredAt: moment('answered_at').notNull(),
  },
  (table) => [index('first_answers_newest').on(table.answeredAt)],
);

/** Orders that a conversation is about: of the same person, linked by hand or because a message named the number. */
export const conversationOrders = pgTable(
  'conversation_orders',
  {
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    orderId: idText('order_id')
      .notNull()
      .references(() => orders.id),
    linkedAt: moment('linked_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.orderId] }),
    index('conversation_orders_order').on(table.orderId),
  ],
);

/** Who gave a conversation to whom, and what the next one has to know: the record, erasable with the person. */
export const handoffs = pgTable(
  'handoffs',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** The conversation's, so that a person's timeline finds it by one index. */
    customerId: idText('customer_id').notNull(),
    /** Who held control before; both null: nobody. */
    fromKind: word('from_kind'),
    fromId: idText('from_id'),
    toKind: word('to_kind').notNull(),
    toId: idText('to_id').notNull(),
    summary: text('summary').notNull(),
    handedAt: moment('handed_at').notNull(),
    byKind: word('by_kind').notNull(),
    byId: idText('by_id').notNull(),
  },
  (table) => [
    index('handoffs_conversation').on(table.conversationId, table.handedAt, table.id),
    index('handoffs_customer').on(table.customerId, table.handedAt, table.id),
  ],
);

/** Control of a conversation offered to another party, until it answers or the time is over: the words go with the person. */
export const controlOffers = pgTable(
  'control_offers',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    customerId: idText('customer_id').notNull(),
    /** Who held control when it was offered; both null: nobody. */
    fromKind: word('from_kind'),
    fromId: idText('from_id'),
    toKind: word('to_kind').notNull(),
    toId: idText('to_id').notNull(),
    summary: text('summary').notNull(),
    state: word('state').notNull(),
    offeredAt: moment('offered_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    endedAt: moment('ended_at'),
    byKind: word('by_kind').notNull(),
    byId: idText('by_id').notNull(),
  },
  (table) => [
    // One party is asked at a time.
    uniqueIndex('control_offers_open')
      .on(table.conversationId)
      .where(sql`state = 'open'`),
    index('control_offers_to')
      .on(table.toId, table.offeredAt, table.id)
      .where(sql`state = 'open'`),
    index('control_offers_due')
      .on(table.expiresAt)
      .where(sql`state = 'open'`),
    index('control_offers_conversation').on(table.conversationId),
    index('control_offers_customer').on(table.customerId),
  ],
);

/** Who takes part in a conversation beside the party in control, and who did. */
export const conversationParticipants = pgTable(
  'conversation_participants',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** An agent; or the principal of somebody who leads and is none. */
    partyId: idText('party_id').notNull(),
    mode: word('mode').notNull(),
    state: word('state').notNull(),
    askedAt: moment('asked_at').notNull(),
    /** Until when an answer is waited for. Null: nobody was asked. */
    expiresAt: moment('expires_at'),
    joinedAt: moment('joined_at'),
    endedAt: moment('ended_at'),
    byKind: word('by_kind').notNull(),
    byId: idText('by_id').notNull(),
    /** Of the agent, while it gives advice. Says nothing of others. */
    places: integer('places').notNull().default(1),
  },
  (table) => [
    // Once at a time.
    uniqueIndex('conversation_participants_open')
      .on(table.conversationId, table.partyId)
      .where(sql`state in ('asked', 'joined')`),
    index('conversation_participants_party')
      .on(table.partyId)
      .where(sql`state in ('asked', 'joined')`),
    index('conversation_participants_conversation').on(table.conversationId, table.askedAt, table.id),
  ],
);

/** What a conversation's row forgets when it is opened again: until when it was resolved, and that it was. */
export const conversationReopenings = pgTable(
  'conversation_reopenings',
  {
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    customerId: idText('customer_id').notNull(),
    resolvedAt: moment('resolved_at').notNull(),
    reopenedAt: moment('reopened_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.reopenedAt] }),
    index('conversation_reopenings_resolved').on(table.customerId, table.resolvedAt, table.conversationId),
    index('conversation_reopenings_reopened').on(table.customerId, table.reopenedAt, table.conversationId),
  ],
);

/** Why and when a conversation went on over another leg. */
export const channelSwitches = pgTable(
  'channel_switches',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** Null: there was no leg before. */
    fromLegId: idText('from_leg_id'),
    toLegId: idText('to_leg_id').notNull(),
    reason: word('reason').notNull(),
    /** What the customer was told on the leg before; null: nothing could be. */
    guidanceMessageId: idText('guidance_message_id'),
    switchedAt: moment('switched_at').notNull(),
    byKind: word('by_kind').notNull(),
    byId: idText('by_id').notNull(),
  },
  (table) => [
    index('channel_switches_conversation').on(table.conversationId, table.switchedAt, table.id),
    index('channel_switches_to_leg').on(table.toLegId),
  ],
);

/** Who looks at a conversation or types in it now. A row past its end counts as absent, and is swept. */
export const conversationPresences = pgTable(
  'conversation_presences',
  {
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    partyKind: word('party_kind').notNull(),
    partyId: idText('party_id').notNull(),
    state: word('state').notNull(),
    since: moment('since').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.partyKind, table.partyId] }),
    index('conversation_presences_due').on(table.expiresAt),
  ],
);

/** What enrichers say of a conversation, under a name and from when on: what routing read at any moment can be told afterwards. */
export const conversationSignals = pgTable(
  'conversation_signals',
  {
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    name: text('name').notNull(),
    /** Principal of the bot or person who says so. */
    source: text('source').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    /** A text, a number, true or false, or a list of texts. */
    value: jsonb('value').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.name, table.source, table.validFrom] }),
    index('conversation_signals_now')
      .on(table.conversationId)
      .where(sql`valid_to is null`),
  ],
);
