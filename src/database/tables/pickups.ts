import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';
import { conversations } from './conversations.ts';
import { customers } from './customers.ts';
import { locations, variants } from './inventory.ts';

/** A time at a location at which so many people can pick up. */
export const pickupSlots = pgTable(
  'pickup_slots',
  {
    id: idText('id').primaryKey(),
    locationId: idText('location_id')
      .notNull()
      .references(() => locations.id),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    capacity: integer('capacity').notNull(),
    taken: integer('taken').notNull().default(0),
  },
  (table) => [
    uniqueIndex('pickup_slots_start').on(table.locationId, table.startsAt),
    check('pickup_slots_within_capacity', sql`taken >= 0 and taken <= capacity and starts_at < ends_at`),
  ],
);

/** Units that are kept for a customer at a location, with the time at which they are picked up. Both stand or fall together. */
export const holds = pgTable(
  'holds',
  {
    id: idText('id').primaryKey(),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    conversationId: idText('conversation_id').references(() => conversations.id),
    locationId: idText('location_id')
      .notNull()
      .references(() => locations.id),
    /** Null: no time was agreed. */
    slotId: idText('slot_id').references(() => pickupSlots.id),
    /** `open`, `confirmed`, `collected`, `released` or `expired`. */
    state: word('state').notNull(),
    madeAt: moment('made_at').notNull(),
    madeBy: text('made_by').notNull(),
    /** By the database's clock. What is confirmed does not expire. */
    expiresAt: moment('expires_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    index('holds_due')
      .on(table.expiresAt)
      .where(sql`state = 'open'`),
    index('holds_customer').on(table.customerId, table.madeAt, table.id),
    index('holds_conversation')
      .on(table.conversationId, table.madeAt)
      .where(sql`conversation_id is not null`),
    index('holds_location').on(table.locationId, table.madeAt, table.id),
  ],
);

export const holdLines = pgTable(
  'hold_lines',
  {
    holdId: idText('hold_id')
      .notNull()
      .references(() => holds.id),
    variantId: idText('variant_id')
      .notNull()
      .references(() => variants.id),
    quantity: integer('quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.holdId, table.variantId] })],
);
