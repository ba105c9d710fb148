import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** How long a class of data is kept in a market, or in all that have no rule of their own. */
export const retentionRules = pgTable(
  'retention_rules',
  {
    id: idText('id').primaryKey(),
    dataClass: word('data_class').notNull(),
    /** Null: everywhere else. */
    market: text('market'),
    /** Days of the calendar in the time zone. */
    keepDays: integer('keep_days').notNull(),
    timeZone: text('time_zone').notNull(),
    setAt: moment('set_at').notNull(),
    setBy: text('set_by').notNull(),
  },
  (table) => [unique('retention_rules_place').on(table.dataClass, table.market).nullsNotDistinct()],
);

/** Whom or what nobody may remove, because a court or an office asks for it. */
export const legalHolds = pgTable(
  'legal_holds',
  {
    id: idText('id').primaryKey(),
    /** One of the two. */
    customerId: idText('customer_id'),
    orderId: idText('order_id'),
    /** The number of the matter; no names. */
    reference: text('reference').notNull(),
    placedAt: moment('placed_at').notNull(),
    placedBy: text('placed_by').notNull(),
    releasedAt: moment('released_at'),
    releasedBy: text('released_by'),
  },
  (table) => [
    index('legal_holds_newest').on(table.placedAt, table.id),
    index('legal_holds_in_force')
      .on(table.customerId, table.orderId)
      .where(sql`released_at is null`),
  ],
);
