import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  type AnyPgColumn,
} from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';
import { orders } from './orders.ts';

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
    conversationId: idText('conversation_id')
      .primaryKey()
      .references(() => conversations.id),
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

/** A message or an internal note. A redelivery of (inbox, external id) is a no-op. */
export const messages = pgTable(
  'messages',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
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

export const agents = pgTable('agents', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  presence: word('presence').notNull(),
  presenceChangedAt: moment('presence_changed_at').notNull(),
  /** Unresolved conversations at once, at most. */
  capacity: smallint('capacity').notNull(),
  /** Conversations assigned now, open or snoozed; moves in the transaction that assigns or resolves. */
  load: integer('load').notNull().default(0),
  createdAt: moment('created_at').notNull(),
});

export const agentSkills = pgTable(
  'agent_skills',
  {
    agentId: idText('agent_id')
      .notNull()
      .references(() => agents.id),
    /** class:name, for example language:fi, channel:email, topic:returns. */
    skill: text('skill').notNull(),
    /** 1 (knows of it) to 5 (expert). */
    level: smallint('level').notNull(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.skill] }), index('agent_skills_skill').on(table.skill)],
);

export const agentVersions = pgTable(
  'agent_versions',
  {
    agentId: idText('agent_id').notNull(),
    validFrom: moment('valid_from').notNull(),
    validTo: moment('valid_to'),
    presence: word('presence').notNull(),
  },
  (table) => [primaryKey({ columns: [table.agentId, table.validFrom] })],
);

export const teams = pgTable(
  'teams',
  {
    id: idText('id').primaryKey(),
    externalId: text('external_id').notNull().unique(),
    name: text('name').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('teams_newest').on(table.createdAt, table.id)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    teamId: idText('team_id')
      .notNull()
      .references(() => teams.id),
    agentId: idText('agent_id')
      .notNull()
      .references(() => agents.id),
  },
  (table) => [primaryKey({ columns: [table.teamId, table.agentId] }), index('team_members_agent').on(table.agentId)],
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
  (table) => [index('channel_switches_conversation').on(table.conversationId, table.switchedAt, table.id)],
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

/** Who was chosen and why: the record, not the log. */
export const routingDecisions = pgTable(
  'routing_decisions',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** The conversation's, so that a person's timeline finds it by one index. */
    customerId: idText('customer_id').notNull(),
    decidedAt: moment('decided_at').notNull(),
    chosenAgentId: idText('chosen_agent_id').references(() => agents.id),
    /** Skills asked for with their weight: [{ skill, weight, source }]. */
    requirements: jsonb('requirements').notNull(),
    /** The best 20: [{ agentId, score, matched, missing, load, capacity, rejectedBecause }]. */
    candidates: jsonb('candidates').notNull(),
    /** Everybody else, counted by reason: { offline: 3, full: 1 }. */
    othersByReason: jsonb('others_by_reason').notNull(),
    explanation: text('explanation').notNull(),
  },
  (table) => [
    index('routing_decisions_conversation').on(table.conversationId, table.decidedAt, table.id),
    index('routing_decisions_customer').on(table.customerId, table.decidedAt, table.id),
    index('routing_decisions_newest').on(table.decidedAt, table.id),
  ],
);
