import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** Routing policies as people wrote them. A version never changes; 1 is the one that Punos brings, which has no row. */
export const routingPolicies = pgTable(
  'routing_policies',
  {
    id: idText('id').primaryKey(),
    version: integer('version').notNull().unique(),
    name: text('name').notNull(),
    /** JSON, with its own order and spaces. */
    document: text('document').notNull(),
    note: text('note'),
    createdAt: moment('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (table) => [index('routing_policies_newest').on(table.createdAt, table.id)],
);

/**
 * Since when which version holds, and for whom: the newest that has begun and is for all holds, the newest that began after it and is for some holds
 * for them. So nothing has to be done at the moment itself.
 */
export const routingPolicyActivations = pgTable(
  'routing_policy_activations',
  {
    number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    version: integer('version').notNull(),
    beginsAt: moment('begins_at').notNull(),
    /** For whom, as conditions on signals. Null: for all. */
    segment: jsonb('segment'),
    /** How many of them go on as before, to compare with. Null: it is for all. */
    controlPercent: smallint('control_percent'),
    isRollBack: boolean('is_roll_back').notNull().default(false),
    note: text('note'),
    madeAt: moment('made_at').notNull(),
    madeBy: text('made_by').notNull(),
    /** Rolled back before it began. */
    cancelledAt: moment('cancelled_at'),
  },
  (table) => [
    index('routing_policy_activations_begun').on(table.beginsAt, table.number),
    index('routing_policy_activations_version').on(table.version, table.number),
  ],
);

/** A policy that is tried on what was, or on a drawn day, beside the active one. */
export const routingRehearsals = pgTable(
  'routing_rehearsals',
  {
    id: idText('id').primaryKey(),
    state: word('state').notNull(),
    /** The version that is rehearsed; null: a document that is kept nowhere else. */
    version: integer('version'),
    document: text('document').notNull(),
    /** The version that was active when it was asked for: what it is compared with. */
    activeVersion: integer('active_version').notNull(),
    /** Of history, so many days; null: a day that is drawn from `seed`. */
    historyDays: smallint('history_days'),
    seed: integer('seed'),
    progressPercent: smallint('progress_percent').notNull().default(0),
    /** { active, rehearsed }, when it is done. */
    report: jsonb('report'),
    madeAt: moment('made_at').notNull(),
    madeBy: text('made_by').notNull(),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('routing_rehearsals_open')
      .on(table.madeAt)
      .where(sql`state in ('waiting', 'running')`),
    index('routing_rehearsals_newest').on(table.madeAt, table.id),
  ],
);

/** What became of each contact of a rehearsal under both policies. Ids, skills and times. */
export const routingRehearsedContacts = pgTable(
  'routing_rehearsed_contacts',
  {
    rehearsalId: idText('rehearsal_id')
      .notNull()
      .references(() => routingRehearsals.id),
    number: integer('number').notNull(),
    /** The conversation, of history; else a name of the drawn day. */
    contact: idText('contact').notNull(),
    /** { agentId, waitSeconds, missing, transfers } under each; null: nobody answered. */
    active: jsonb('active'),
    rehearsed: jsonb('rehearsed'),
    isDifferent: boolean('is_different').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.rehearsalId, table.number] }),
    index('routing_rehearsed_contacts_different')
      .on(table.rehearsalId, table.number)
      .where(sql`is_different`),
  ],
);
