import { sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, primaryKey, smallint, text, timestamp } from 'drizzle-orm/pg-core';

import { bytes, idText, moment, word, xid8 } from './columns.ts';

/** One row: what makes this installation itself. A restore from a backup takes a new epoch, so that old cursors are refused. */
export const installation = pgTable('installation', {
  id: smallint('id').primaryKey().default(1),
  epoch: text('epoch').notNull(),
  /** Key of cursors, input digests and hashes of source ids. 32 random bytes. */
  secret: bytes('secret').notNull(),
  /** Newest transaction whose events retention has removed: a cursor that does not see past it is expired. */
  prunedXid: xid8('pruned_xid').notNull().default('0'),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** Systems that tell us facts, and when each was heard last, to some seconds. */
export const sources = pgTable(
  'sources',
  {
    kind: word('kind').notNull(),
    name: text('name').notNull(),
    firstHeardAt: moment('first_heard_at').notNull(),
    lastHeardAt: moment('last_heard_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.name] })],
);

/** The newest version of each stream. Only ever updated in place: no second index, half-filled pages, so updates stay HOT. */
export const streamHeads = pgTable('stream_heads', {
  stream: idText('stream').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
});

/** The journal: a delivery log with retention. Ids and values that are not personal; the rest is loaded for each viewer. */
export const events = pgTable(
  'events',
  {
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity({ cache: 1 }),
    /** The reader's place is a snapshot of transactions, so each row says which one wrote it. */
    xid: xid8('xid')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    type: text('type').notNull(),
    streams: text('streams').array().notNull(),
    versions: bigint('versions', { mode: 'number' }).array().notNull(),
    topics: text('topics').array().notNull(),
    actor: text('actor').notNull(),
    occurredAt: moment('occurred_at').notNull(),
    receivedAt: moment('received_at').notNull(),
    /** After the heads were locked; microseconds, because latency is measured from it. */
    recordedAt: timestamp('recorded_at', { withTimezone: true }).notNull(),
    /** Ids concerned and new values that are not personal. */
    details: jsonb('details').notNull(),
  },
  (table) => [index('events_xid').on(table.xid), index('events_recorded_at').on(table.recordedAt)],
);

/** Where each version of a stream is in the journal: for resume and for the check for holes. */
export const eventStreams = pgTable(
  'event_streams',
  {
    stream: idText('stream').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.stream, table.version, table.position] })],
);
