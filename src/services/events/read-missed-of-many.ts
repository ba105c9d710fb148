import type { Sql } from '../../database/open-database.ts';
import type { Place } from './cursor.ts';
import { columns, readFloor, toEvent, type JournalEvent, type Row } from './read-events.ts';
import type { Snapshot } from './snapshot.ts';

/** What one reader of one stream missed, up to a snapshot. */
export interface MissedQuestion {
  readonly place: Place;
  readonly until: Snapshot;
  readonly stream: string;
  readonly limit: number;
}

export type Missed = readonly { event: JournalEvent; place: Place }[];

/** `readMissed` for many readers of one stream each, in one statement: after an outage thousands ask at once. */
export async function readMissedOfMany(sql: Sql, questions: readonly MissedQuestion[]): Promise<Missed[]> {
  // Of each reader the rest of its own batch, then the one batch from there to the end.
  const parts = questions.flatMap(({ place, until, stream, limit }, reader) => [
    { reader, stream, limit, batch: place },
    { reader, stream, limit, batch: { before: place.after, after: until, position: 0 } },
  ]);
  const oldest = questions.reduce(
    (one, { place }) => (place.before.xmin < one.xmin ? place.before : one),
    questions[0]!.place.before,
  );
  const floor = await readFloor(sql, oldest);
  const of = <T>(read: (part: (typeof parts)[number]) => T) => parts.map(read);
  const rows = await sql<(Row & { part: number })[]>`
    select asked.part, ${columns(sql)}
    from unnest(
      ${parts.map((_, index) => index)}::int[], ${of(({ stream }) => stream)}::text[], ${of(({ batch }) => batch.before.text)}::text[],
      ${of(({ batch }) => batch.after.text)}::text[], ${of(({ batch }) => batch.position)}::bigint[], ${of(({ limit }) => limit)}::int[]
    ) as asked (part, stream, before, after, behind, at_most)
    cross join lateral (
      select found.*
      from event_streams s join events found on found.xid = s.xid and found.position = s.position
      where s.stream = asked.stream and s.position >= ${floor} and found.position >= ${floor} and s.position > asked.behind
        and not pg_visible_in_snapshot(s.xid, asked.before::pg_snapshot)
        and pg_visible_in_snapshot(s.xid, asked.after::pg_snapshot)
      order by s.position limit asked.at_most
    ) e
    order by asked.part, e.position`;
  const missed = questions.map((): { event: JournalEvent; place: Place }[] => []);
  for (const { part, ...row } of rows) {
    const { reader, limit, batch } = parts[part]!;
    const event = toEvent(row);
    if (missed[reader]!.length < limit) missed[reader]!.push({ event, place: { ...batch, position: event.position } });
  }
  return missed;
}
