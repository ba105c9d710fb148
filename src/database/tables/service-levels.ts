import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/**
 * From when until when customers waited for us: begun with a message, ended by an answer, a snooze, a resolution. Rows stand here until the
 * clocks have counted them, a second or so; who waits has one without an end. Whoever changes who waits writes them in the same
 * transaction. No references: a row costs an intake one insert and nothing else.
 */
export const waitingSpells = pgTable(
  'waiting_spells',
  {
    conversationId: idText('conversation_id').notNull(),
    position: bigint('position', { mode: 'number' }).generatedAlwaysAsIdentity(),
    /** The customer's message that waits for its answer. */
    askedAt: moment('asked_at').notNull(),
    beganAt: moment('began_at').notNull(),
    /** Null: it goes on. */
    endedAt: moment('ended_at'),
    /** True: it ended without an answer, and the same message waits on later. */
    isPause: boolean('is_pause').notNull().default(false),
    /** Whether the clocks know it as it stands here. */
    isCounted: boolean('is_counted').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.position] }),
    index('waiting_spells_news')
      .on(table.position)
      .where(sql`not is_counted`),
  ],
);

/** How long a customer has waited of what was promised: one row for each target of a conversation. */
export const serviceClocks = pgTable(
  'service_clocks',
  {
    conversationId: idText('conversation_id').notNull(),
    kind: word('kind').notNull(),
    /** The customer's message that it began with. */
    startedAt: moment('started_at').notNull(),
    targetSeconds: integer('target_seconds').notNull(),
    warnBeforeSeconds: integer('warn_before_seconds').notNull(),
    /** The version of the routing policy and the level in it that the target is from. */
    policyVersion: integer('policy_version').notNull(),
    level: text('level').notNull(),
    /** Open milliseconds of the spells that have ended. */
    countedMs: bigint('counted_ms', { mode: 'number' }).notNull(),
    /** When the last of them ended. */
    countedUntil: moment('counted_until'),
    /** Null: it stands still. */
    runningSince: moment('running_since'),
    /** When the target is missed, if it runs on, or would have been; null: it was stopped before that was certain. */
    dueAt: moment('due_at'),
    /** When it has to be looked at next; null: when something happens. */
    lookAt: moment('look_at'),
    warnedAt: moment('warned_at'),
    breachedAt: moment('breached_at'),
    /** When it was answered or resolved. */
    endedAt: moment('ended_at'),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.kind] }),
    index('service_clocks_due')
      .on(table.lookAt)
      .where(sql`look_at is not null`),
  ],
);
