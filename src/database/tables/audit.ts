import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { idText, moment, word } from './columns.ts';

/**
 * Who was shown whose data: ids only. The application may add rows and nothing else (grants.ts); old ones go by
 * `audit_forget`. Each process numbers its rows without a gap: a missing number is a missing row.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    /** A life of a process. */
    process: idText('process').notNull(),
    number: bigint('number', { mode: 'number' }).notNull(),
    at: moment('at').notNull(),
    act: word('act').notNull(),
    /** Principal. Null where it is said by what the row belongs to: what a stream shows, all who have it open see. */
    viewer: idText('viewer'),
    role: word('role'),
    /** The agent, partner or customer whom the viewer speaks for. */
    speaksFor: idText('speaks_for'),
    /** What the viewer uses data of persons for. */
    purposes: text('purposes').array(),
    dataClasses: text('data_classes').array(),
    /** Customers who were shown. */
    subjects: text('subjects').array().notNull(),
    /** Subscriptions of this process that get equal payloads have the same one. */
    stream: idText('stream'),
    /** How far each subject's stream was when it was shown, in the order of `subjects`. */
    versions: bigint('versions', { mode: 'number' }).array(),
    /** Number of the row whose reads were repeated. */
    repeatOf: bigint('repeat_of', { mode: 'number' }),
    repeats: integer('repeats'),
  },
  (table) => [
    primaryKey({ columns: [table.process, table.number] }),
    index('audit_entries_at').on(table.at, table.process, table.number),
    index('audit_entries_viewer')
      .on(table.viewer, table.at)
      .where(sql`viewer is not null`),
    index('audit_entries_speaks_for')
      .on(table.speaksFor, table.at)
      .where(sql`speaks_for is not null`),
    index('audit_entries_subjects').using('gin', table.subjects),
    index('audit_entries_stream')
      .on(table.process, table.stream)
      .where(sql`stream is not null`),
    index('audit_entries_repeat_of')
      .on(table.process, table.repeatOf)
      .where(sql`repeat_of is not null`),
  ],
);
