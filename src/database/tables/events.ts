import { sql } from 'drizzle-orm';
import {
  bigint,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

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

/** Systems that tell us facts, when each was heard last, to some seconds, and what is expected of it. */
export const sources = pgTable(
  'sources',
  {
    kind: word('kind').notNull(),
    name: text('name').notNull(),
    firstHeardAt: moment('first_heard_at').notNull(),
    lastHeardAt: moment('last_heard_at').notNull(),
    /** How often it should be heard. Null: nobody said; it is never called stale. */
    expectedEverySeconds: integer('expected_every_seconds'),
    /** Who answers for it here. */
    owner: text('owner'),
    /** What was agreed with it, and what to do when it fails, in words. */
    serviceLevel: text('service_level'),
    errorProcedure: text('error_procedure'),
    /** Since when it should have been heard and was not. Null: it is as it should be. */
    staleSince: moment('stale_since'),
  },
  (table) => [primaryKey({ columns: [table.kind, table.name] })],
);

/** The newest version of each stream. Only ever updated in place: no second index, half-filled pages, so updates stay HOT. */
export const streamHeads = pgTable('stream_heads', {
  stream: idText('stream').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
});

/**
 * Positions of the journal. The upper bits are the number of a slice, the lower 32 count within it; a new slice begins by setting this ahead
 * (services/events/turn-journal.ts).
 */
export const journalPositions = pgSequence('journal_positions', { cache: 1 });

/**
 * The journal in slices of time: each is a partition of `events` and of `event_streams`, by position, made before it begins and dropped whole
 * when its time is over.
 */
export const journalSlices = pgTable('journal_slices', {
  slice: integer('slice').primaryKey(),
  /** When its partitions were made. */
  preparedAt: moment('prepared_at')
    .notNull()
    .default(sql`clock_timestamp()`),
  /** When positions began to be drawn from it. Null: not yet. */
  startedAt: moment('started_at'),
  /** Events of this transaction and of all later ones lie in this slice or in later ones. Null: not known yet. */
  fromXid: xid8('from_xid'),
});

/**
 * The journal: a delivery log with retention. Ids and values that are not personal; the rest is loaded for each viewer. Partitioned by
 * ranges of positions, which drizzle knows nothing of: migrations/0016_journal_in_slices.sql.
 */
export const events = pgTable(
  'events',
  {
    position: bigint('position', { mode: 'number' })
      .notNull()
      .default(sql`nextval('journal_positions')`),
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
  // By transaction first: so the tailer asks. Alone, an index of positions would lure the planner away from what is new.
  (table) => [primaryKey({ columns: [table.xid, table.position] })],
);

/** Where each version of a stream is in the journal: for resume and for the check for holes. Partitioned as `events` is. */
export const eventStreams = pgTable(
  'event_streams',
  {
    stream: idText('stream').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    /** The event's; with the position it finds the event. */
    xid: xid8('xid')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [primaryKey({ columns: [table.stream, table.version, table.position] })],
);
