import type { Sql } from '../../database/open-database.ts';
import type { Scope } from '../scope.ts';
import type { Fact } from './fact.ts';

/**
 * Appends facts to the journal: one statement, the last of its transaction. It fails where what the viewer may was taken or changed since its request
 * began: what was decided by the rights of then is not written.
 *
 * The heads are raised by an upsert sorted by stream, so that two transactions never lock them crosswise, and before the event
 * rows draw their positions, so that position order never contradicts version order within a stream. `recorded_at` is read
 * after the locks. A head stays locked only for this statement and the commit. Raising a head also gives the transaction its number: positions are
 * drawn after that, on which the floor of a reader rests (turn-journal.ts).
 */
export async function appendEvents(sql: Sql, scope: Scope, facts: readonly Fact[]): Promise<void> {
  const rows = facts.map((fact) => ({
    type: fact.type,
    streams: [...new Set(fact.streams)],
    topics: [...new Set(fact.topics ?? [])],
    occurred_at: fact.occurredAt ?? scope.now,
    received_at: fact.receivedAt ?? scope.now,
    details: fact.details ?? {},
  }));
  await sql`
    with facts as materialized (
      select row_number() over () as n, f.*
      from jsonb_to_recordset(${sql.json(rows)}::jsonb)
        as f(type text, streams text[], topics text[], occurred_at timestamptz, received_at timestamptz, details jsonb)
      where (select access_holds(${scope.viewer.principal}, ${scope.now}))
    ), touched as materialized (
      select s.stream collate "C" as stream, f.n, s.place,
        row_number() over (partition by s.stream order by f.n) as nth, count(*) over (partition by s.stream) as total
      from facts f, unnest(f.streams) with ordinality as s(stream, place)
    ), heads as (
      insert into stream_heads as head (stream, version)
      select stream, max(nth) from touched group by stream order by stream
      on conflict (stream) do update set version = head.version + excluded.version
      returning stream, version
    ), versioned as materialized (
      select t.n, array_agg(t.stream order by t.place) as streams,
        array_agg(h.version - t.total + t.nth order by t.place) as versions
      from touched t join heads h using (stream)
      group by t.n
    ), appended as (
      insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
      select f.type, v.streams, v.versions, f.topics, ${scope.viewer.principal}, f.occurred_at, f.received_at, clock_timestamp(), f.details
      from versioned v join facts f using (n)
      order by n
      returning position, streams, versions
    )
    insert into event_streams (stream, version, position)
    select s.stream, s.version, a.position
    from appended a, unnest(a.streams, a.versions) as s(stream, version)
  `;
}
