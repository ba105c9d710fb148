import { bigint, boolean, index, integer, jsonb, pgTable, smallint, text } from 'drizzle-orm/pg-core';

import { idText, moment } from './columns.ts';

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
