import type { Sql } from '../../database/open-database.ts';
import type { EventType } from '../../values/event-types.ts';
import type { Place } from './cursor.ts';
import type { FactValue } from './fact.ts';
import { durable, parseSnapshot, type Snapshot } from './snapshot.ts';

/** A fact as it stands in the journal. */
export interface JournalEvent {
  readonly position: number;
  readonly xid: bigint;
  readonly type: EventType;
  readonly streams: readonly string[];
  /** Version of each stream, in the order of `streams`. */
  readonly versions: readonly number[];
  readonly topics: readonly string[];
  readonly actor: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** Milliseconds since 1970 with microseconds behind the point: after the locks, just before the commit. */
  readonly recordedAtMs: number;
  readonly details: { readonly [key: string]: FactValue };
}

/** Events that came between two snapshots, by position. */
export interface Batch {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly events: readonly JournalEvent[];
}

export type Row = Omit<JournalEvent, 'xid'> & { xid: string };

export const toEvent = (row: Row): JournalEvent => ({ ...row, xid: BigInt(row.xid) });

export const toSnapshot = (text: string): Snapshot => {
  const snapshot = parseSnapshot(text);
  if (!snapshot) throw new Error('The database sent a snapshot in an unknown form.');
  return snapshot;
};

/** Of a table or row `e`, in the names of a `Row`. */
export const columns = (sql: Sql) => sql`
  e.position, e.xid::text as xid, e.type, e.streams, e.versions, e.topics, e.actor, e.occurred_at, e.received_at,
  (extract(epoch from e.recorded_at) * 1000)::float8 as recorded_at_ms, e.details`;

/**
 * The place of this very moment: nothing that commits later is missed from it, also after a crash. Primary only. What is newest stands
 * in the newest slice, or is the mark of that slice.
 */
export async function readSnapshot(sql: Sql): Promise<Snapshot> {
  const [row] = await sql<{ place: string; newest: string }[]>`
    select pg_current_snapshot()::text as place,
      greatest(
        (select max(e.xid) from events e where e.position >=
          (select coalesce(max(slice), 0)::bigint << 32 from journal_slices where from_xid is not null)),
        (select max(from_xid) from journal_slices),
        (select pruned_xid from installation where id = 1),
        '0'::xid8
      )::text as newest`;
  return durable(toSnapshot(row!.place), BigInt(row!.newest));
}

/**
 * The least position that an event can have which the snapshot does not see: what is below need not be looked at. Good for every later
 * snapshot too. See turn-journal.ts.
 */
export async function readFloor(sql: Sql, snapshot: Snapshot): Promise<number> {
  const [row] = await sql<{ floor: number }[]>`
    select coalesce(max(slice), 0)::bigint << 32 as floor from journal_slices
    where from_xid <= pg_snapshot_xmin(${snapshot.text}::pg_snapshot)`;
  return row!.floor;
}

/**
 * Everything that was committed since `before`, and the snapshot that the statement itself ran under, as far as it is durable: nothing is skipped,
 * nothing comes twice, and a long transaction of somebody else holds nothing up. With the floor of `before` or of an earlier snapshot only
 * the newest partitions are looked at.
 */
export async function readBatch(sql: Sql, before: Snapshot, floor = 0): Promise<Batch> {
  const rows = await sql<(Row & { place: string })[]>`
    select pg_current_snapshot()::text as place, ${columns(sql)}
    from (select 1) as always
    left join events e
      on e.position >= ${floor}
      and (e.xid >= pg_snapshot_xmax(${before.text}::pg_snapshot)
        or e.xid = any (array(select pg_snapshot_xip(${before.text}::pg_snapshot))))
    order by e.position`;
  const events = rows[0]!.position === null ? [] : rows.map(toEvent);
  const newest = events.reduce((best, { xid }) => (xid > best ? xid : best), before.xmax - 1n);
  return { before, after: durable(toSnapshot(rows[0]!.place), newest), events };
}

/** Which events a reader wants: those of any of these streams or topics. Null: all. */
export interface Interest {
  readonly streams: readonly string[];
  readonly topics: readonly string[];
  /** Of these types alone. Absent: of any. With streams only, it is not asked. */
  readonly types?: readonly EventType[];
}

/**
 * A page of what a reader at `place` missed up to the snapshot `until`, by position. Two kinds of rest come one after the
 * other: what is left of the reader's own batch, then one batch from its end to `until`. Each event comes with the place after it.
 */
export async function readMissed(
  sql: Sql,
  place: Place,
  options: { until: Snapshot; interest: Interest; limit: number },
): Promise<{ event: JournalEvent; place: Place }[]> {
  const { until, interest, limit } = options;
  const floor = await readFloor(sql, place.before);
  const isWithin = place.before.text !== place.after.text;
  const own = isWithin ? await missedWithin(sql, { ...place, floor }, interest, limit) : [];
  if (own.length >= limit || place.after.text === until.text) return own;
  const batch = { before: place.after, after: until, position: 0, floor };
  return [...own, ...(await missedWithin(sql, batch, interest, limit - own.length))];
}

/** Events between two snapshots, above a position. None of them is below the floor. */
interface Span extends Place {
  readonly floor: number;
}

// Materialised, so that the planner goes by transaction (or by stream) and does not walk the whole journal by position.
async function missedWithin(sql: Sql, { floor, ...batch }: Span, interest: Interest, limit: number) {
  const streams = interest.streams as string[];
  const topics = interest.topics as string[];
  const span = { ...batch, floor };
  const rows = await sql<Row[]>`
    with missed as materialized (
      ${topics.length === 0 && streams.length > 0 ? ofStreams(sql, span, streams) : ofTransactions(sql, span, interest)}
    )
    select ${columns(sql)}
    from missed e
    where pg_visible_in_snapshot(e.xid, ${batch.after.text}::pg_snapshot) and e.position > ${batch.position}
    order by e.position
    limit ${limit}`;
  return rows.map(toEvent).map((event) => ({ event, place: { ...batch, position: event.position } }));
}

const ofStreams = (sql: Sql, { before, floor }: Span, streams: string[]) => sql`
  select e.*
  from (
    select distinct s.xid, s.position from event_streams s
    where s.stream = any (${streams}::text[]) and s.position >= ${floor}
      and not pg_visible_in_snapshot(s.xid, ${before.text}::pg_snapshot)
  ) as touched
  join events e on e.xid = touched.xid and e.position = touched.position
  where e.position >= ${floor}`;

const ofTransactions = (sql: Sql, { before, floor }: Span, { streams, topics, types }: Interest) => sql`
  select e.*
  from events e
  where e.position >= ${floor}
    and (e.xid >= pg_snapshot_xmax(${before.text}::pg_snapshot)
      or e.xid = any (array(select pg_snapshot_xip(${before.text}::pg_snapshot))))
    and (${streams.length + topics.length === 0} or e.streams && ${streams as string[]}::text[] or e.topics && ${topics as string[]}::text[])
    ${types ? sql`and e.type = any (${types as string[]}::text[])` : sql``}`;

/** Of each place, whether the journal still holds everything after it; one statement however many there are. */
export async function areKept(sql: Sql, places: readonly Place[]): Promise<boolean[]> {
  const [row] = await sql<{ pruned: string; next: string }[]>`
    select pruned_xid::text as pruned, pg_snapshot_xmax(pg_current_snapshot())::text as next from installation where id = 1`;
  const [pruned, next] = [BigInt(row!.pruned), BigInt(row!.next)];
  return places.map(({ before, after }) => pruned < before.xmin && after.xmax <= next);
}
