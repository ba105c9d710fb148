import { sql } from 'drizzle-orm';
import { bigint, boolean, date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/** A sample of what readers were shown of orders, to be compared with what was known at that moment. Nobody's name is in it. */
export const servedStatuses = pgTable(
  'served_statuses',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** By our clock. */
    servedAt: moment('served_at').notNull(),
    /** Who was shown it and how: the reader's role with `query` or `subscription`, such as `bot.query`; or `notice`. */
    touchpoint: word('touchpoint').notNull(),
    /** The channel it went out over; `graph`: none, it was read from here. */
    channel: word('channel').notNull(),
    orderId: idText('order_id').notNull(),
    /** Of an answer the status that it showed, of a notice its kind: what it said is so. */
    status: word('status').notNull(),
    /** Of a notice: the source's id, within the order, of the parcel, refund or return. Null: it was shown the order. */
    about: text('about'),
    /** Whether that was known then. Null: nobody has looked yet. */
    isRight: boolean('is_right'),
  },
  (table) => [
    index('served_statuses_unjudged')
      .on(table.servedAt)
      .where(sql`is_right is null`),
    index('served_statuses_served').using('brin', table.servedAt),
  ],
);

/** What the samples of a day (UTC) came to, for good. */
export const accuracyDays = pgTable(
  'accuracy_days',
  {
    day: date('day').notNull(),
    touchpoint: word('touchpoint').notNull(),
    channel: word('channel').notNull(),
    served: integer('served').notNull(),
    wrong: integer('wrong').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.touchpoint, table.channel] })],
);
