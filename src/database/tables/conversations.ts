import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { customers } from './customers.ts';

/** Our own address on a channel. */
export const inboxes = pgTable('inboxes', {
  id: idText('id').primaryKey(),
  channel: word('channel').notNull(),
  /** Unique name that systems use in paths and imports. */
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  address: text('address'),
  brand: text('brand'),
  market: text('market'),
  createdAt: moment('created_at').notNull(),
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
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // With the customer: the same text may be the handle of one person and the loyalty number of another.
    uniqueIndex('endpoints_inbox_address').on(table.inboxId, table.address, table.customerId),
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
  },
  (table) => [
    index('conversations_customer').on(table.customerId, table.lastMessageAt, table.id),
    index('conversations_open')
      .on(table.customerId)
      .where(sql`status = 'open'`),
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
  },
  (table) => [
    uniqueIndex('legs_conversation_endpoint').on(table.conversationId, table.endpointId),
    index('legs_endpoint').on(table.endpointId),
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
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    uniqueIndex('messages_inbox_external_id').on(table.inboxId, table.externalId),
    index('messages_conversation').on(table.conversationId, table.occurredAt, table.id),
  ],
);

export const agents = pgTable('agents', {
  id: idText('id').primaryKey(),
  externalId: text('external_id').notNull().unique(),
  name: text('name').notNull(),
  presence: word('presence').notNull(),
  presenceChangedAt: moment('presence_changed_at').notNull(),
  /** Open conversations at once, at most. */
  capacity: smallint('capacity').notNull(),
  /** Open conversations assigned now; moves in the transaction that assigns or resolves. */
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

/** Who was chosen and why: the record, not the log. */
export const routingDecisions = pgTable(
  'routing_decisions',
  {
    id: idText('id').primaryKey(),
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
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
    index('routing_decisions_newest').on(table.decidedAt, table.id),
  ],
);
