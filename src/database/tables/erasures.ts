import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, xid8 } from './columns.ts';

/** That a person was erased: the certificate. Ids and counts; nothing of the person. */
export const erasures = pgTable(
  'erasures',
  {
    id: idText('id').primaryKey(),
    /** Everybody who was one person then. Of them nothing is left; a restored backup is rid of them by this list. */
    customerIds: text('customer_ids').array().notNull(),
    /** Principal. */
    requestedBy: text('requested_by').notNull(),
    erasedAt: moment('erased_at').notNull(),
    /** When every transaction that might have written of the person had ended, and its leftovers were removed. Null: not yet. */
    completedAt: moment('completed_at'),
    /** Rows that were removed or rid of the person, by table. */
    counts: jsonb('counts').notNull(),
    /** The transaction that erased: what began before it may have left something behind. */
    xid: xid8('xid')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    index('erasures_newest').on(table.erasedAt, table.id),
    index('erasures_open')
      .on(table.erasedAt, table.id)
      .where(sql`completed_at is null`),
  ],
);

/** Identifiers that somebody was erased with, as keyed hashes: what comes late under one of them is not kept. */
export const suppressions = pgTable(
  'suppressions',
  {
    /** HMAC-SHA-256 with the installation's secret. */
    hash: bytes('hash').primaryKey(),
    erasureId: idText('erasure_id').notNull(),
    /** What happened before this moment is refused for ever. */
    erasedAt: moment('erased_at').notNull(),
    /** Until then everything is; what happens afterwards is a new contact of somebody new. */
    endsAt: moment('ends_at').notNull(),
    refusedCount: integer('refused_count').notNull().default(0),
    lastRefusedAt: moment('last_refused_at'),
  },
  (table) => [index('suppressions_erasure').on(table.erasureId)],
);
