import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

import { idText, moment } from './columns.ts';
import { customers } from './customers.ts';

/** A saved filter over what is known of persons. */
export const segments = pgTable(
  'segments',
  {
    id: idText('id').primaryKey(),
    name: text('name').notNull(),
    /** As src/values/segments.ts has it. */
    filter: jsonb('filter').notNull(),
    /** Grows with each change. */
    version: integer('version').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** Everybody is looked at: those up to this id were. Null: all were. */
    examinedUpTo: idText('examined_up_to'),
    examined: integer('examined').notNull().default(0),
    /** Customers that there were when it began. Null: it has not begun. */
    toExamine: integer('to_examine'),
    /** True: nobody sees it any more; its members are leaving. */
    isDeleted: boolean('is_deleted').notNull().default(false),
  },
  (table) => [
    uniqueIndex('segments_name')
      .on(sql`lower(name)`)
      .where(sql`not is_deleted`),
    index('segments_newest').on(table.createdAt, table.id),
  ],
);

/** Who belongs to a segment: persons, by the id that goes on. */
export const segmentMembers = pgTable(
  'segment_members',
  {
    segmentId: idText('segment_id')
      .notNull()
      .references(() => segments.id),
    customerId: idText('customer_id')
      .notNull()
      .references(() => customers.id),
    enteredAt: moment('entered_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.segmentId] }),
    index('segment_members_newest').on(table.segmentId, table.enteredAt, table.customerId),
  ],
);

/** Place in the journal up to which persons who changed were looked at: one row, locked by whoever looks. */
export const segmentPlace = pgTable('segment_place', {
  id: integer('id').primaryKey(),
  /** Null: nothing was looked at yet. */
  cursor: text('cursor'),
});
