import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

import { agents } from './agents.ts';
import { idText, moment, word, xid8 } from './columns.ts';
import { conversations } from './conversations.ts';

/** What waits for an agent, has one, or had one. What a routing board holds in memory stands here: see services/routing/board. */
export const routingTasks = pgTable(
  'routing_tasks',
  {
    id: idText('id').primaryKey(),
    /** Null: the person was erased; how long it waited stays, as a figure of nobody. */
    conversationId: idText('conversation_id').references(() => conversations.id),
    /** The conversation's, as it arrived. */
    customerId: idText('customer_id'),
    state: word('state').notNull(),
    channel: word('channel').notNull(),
    /** The conversation's when it asked last. */
    inboxId: idText('inbox_id'),
    /** Of the policy, as it was decided last. Null: nothing was decided yet. */
    queue: text('queue'),
    /** { name: { value, source, at } }, of the moment when it was opened. */
    signals: jsonb('signals').notNull(),
    /** Since when it waits; kept when it comes back from an agent. */
    waitingSince: moment('waiting_since').notNull(),
    priorityMinutes: real('priority_minutes').notNull().default(0),
    /** Only for this team, until a step says otherwise. */
    teamId: idText('team_id'),
    isTransfer: boolean('is_transfer').notNull().default(false),
    /** Skills that whoever handed it over asked for, besides those of the policy: [{ skill, level }]. */
    requires: jsonb('requires')
      .notNull()
      .default(sql`'[]'`),
    /** Only for this agent until then. */
    pinnedToId: idText('pinned_to_id'),
    pinnedUntil: moment('pinned_until'),
    /** Who has served the person before, the latest first. */
    earlierAgentIds: text('earlier_agent_ids')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Who did not take it, and until when they are not asked again: [{ agentId, until }], in milliseconds. */
    declines: jsonb('declines').notNull(),
    /** The last step that was decided in, from 0; -1: none. */
    actedThrough: smallint('acted_through').notNull().default(-1),
    /** Who has it while it is reserved, assigned or wrapping; who had it when it is completed. */
    agentId: idText('agent_id').references(() => agents.id),
    /** Since when this agent has it. */
    agentSince: moment('agent_since'),
    /** How long the agent's places stay taken after the work, as the policy said when it was decided. */
    wrapUpSeconds: integer('wrap_up_seconds').notNull().default(0),
    /** When something about it is due: its next step, the end of an offer or of wrapping up. */
    dueAt: moment('due_at'),
    endedAt: moment('ended_at'),
    /** The transaction that wrote the row last. Kept by a trigger. */
    changedIn: xid8('changed_in')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    // Two processes cannot open two, whatever they have read.
    uniqueIndex('routing_tasks_live')
      .on(table.conversationId)
      .where(sql`state in ('pending', 'reserved', 'assigned')`),
    index('routing_tasks_waiting')
      .on(table.waitingSince, table.id)
      .where(sql`state = 'pending'`),
    index('routing_tasks_agent')
      .on(table.agentId)
      .where(sql`state in ('reserved', 'assigned', 'wrapping')`),
    index('routing_tasks_due')
      .on(table.dueAt)
      .where(sql`due_at is not null`),
    index('routing_tasks_conversation').on(table.conversationId, table.id),
    index('routing_tasks_customer').on(table.customerId, table.waitingSince, table.id),
    index('routing_tasks_changed_in').on(table.changedIn),
    // Each filter of the list finds its page by itself.
    index('routing_tasks_newest').on(table.waitingSince, table.id),
    index('routing_tasks_state').on(table.state, table.waitingSince, table.id),
    index('routing_tasks_of_agent').on(table.agentId, table.waitingSince, table.id),
    index('routing_tasks_inbox').on(table.inboxId, table.waitingSince, table.id),
    index('routing_tasks_queue').on(table.queue, table.waitingSince, table.id),
  ],
);

/** What was told last of where a waiting conversation stands. Apart from the task, whose every change the boards read. */
export const queueFeedback = pgTable('queue_feedback', {
  conversationId: idText('conversation_id')
    .primaryKey()
    .references(() => conversations.id),
  /** From 1. */
  position: integer('position').notNull(),
  /** From `told_at` on. Null: nobody who is fit is working, so nobody can say. */
  waitSeconds: integer('wait_seconds'),
  toldAt: moment('told_at').notNull(),
});

/** When it was estimated last where everybody stands: one row, taken by the process that does it next. */
export const queueFeedbackPlace = pgTable('queue_feedback_place', {
  id: integer('id').primaryKey(),
  estimatedAt: moment('estimated_at').notNull(),
});

/** A task that was given to an agent: offered, or accepted by itself. */
export const routingReservations = pgTable(
  'routing_reservations',
  {
    id: idText('id').primaryKey(),
    taskId: idText('task_id')
      .notNull()
      .references(() => routingTasks.id),
    agentId: idText('agent_id')
      .notNull()
      .references(() => agents.id),
    /** Null: the person was erased. */
    conversationId: idText('conversation_id').references(() => conversations.id),
    customerId: idText('customer_id'),
    decisionId: idText('decision_id'),
    state: word('state').notNull(),
    offeredAt: moment('offered_at').notNull(),
    /** Until when an answer is waited for. Null: none was asked for. */
    expiresAt: moment('expires_at'),
    answeredAt: moment('answered_at'),
  },
  (table) => [
    uniqueIndex('routing_reservations_live')
      .on(table.taskId)
      .where(sql`state = 'pending'`),
    index('routing_reservations_newest').on(table.offeredAt, table.id),
    index('routing_reservations_agent').on(table.agentId, table.offeredAt, table.id),
    index('routing_reservations_pending')
      .on(table.agentId)
      .where(sql`state = 'pending'`),
    index('routing_reservations_task').on(table.taskId),
    index('routing_reservations_customer').on(table.customerId),
    index('routing_reservations_conversation').on(table.conversationId),
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
    /** Skills asked for: [{ skill, level, weight, isRequired, isDropped, signal, source }]; old ones { skill, weight, isRequired, source }. */
    requirements: jsonb('requirements').notNull(),
    /** The best 20: [{ agentId, name, score, parts, matched, missing, levels, load, capacity, rejectedBecause }]; old ones without parts and levels. */
    candidates: jsonb('candidates').notNull(),
    /** Everybody else, counted by reason: { offline: 3, full: 1 }. */
    othersByReason: jsonb('others_by_reason').notNull(),
    explanation: text('explanation').notNull(),
    /** These three are null where it was decided before there were policies. */
    taskId: idText('task_id').references(() => routingTasks.id),
    policyVersion: integer('policy_version'),
    /** Queue, step, signals, waiting, priority, pin and acts: what the core's record has besides. */
    circumstances: jsonb('circumstances'),
  },
  (table) => [
    index('routing_decisions_conversation').on(table.conversationId, table.decidedAt, table.id),
    index('routing_decisions_customer').on(table.customerId, table.decidedAt, table.id),
    index('routing_decisions_newest').on(table.decidedAt, table.id),
    index('routing_decisions_task').on(table.taskId),
  ],
);

/** Whether a bot or a person came first to a customer whom nobody served, and why: the record, not the log. */
export const receptions = pgTable(
  'receptions',
  {
    conversationId: idText('conversation_id')
      .notNull()
      .references(() => conversations.id),
    /** The conversation's, as it arrived. */
    customerId: idText('customer_id').notNull(),
    decidedAt: moment('decided_at').notNull(),
    /** `bot` or `person`. */
    receiver: word('receiver').notNull(),
    /** Name of the rule in the policy. */
    rule: text('rule').notNull(),
    policyVersion: integer('policy_version').notNull(),
    /** What was looked at: [{ name, value, source, at, isReason }], at in milliseconds. */
    signals: jsonb('signals').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.decidedAt] }),
    index('receptions_customer').on(table.customerId, table.decidedAt),
  ],
);
