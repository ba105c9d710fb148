import type { Sql } from '../../database/open-database.ts';
import { columns, toEvent, type JournalEvent, type Row } from './read-events.ts';

/** One event by its version in a stream. Null: the journal does not reach back to it any more. */
export async function readEvent(
  sql: Sql,
  { stream, version, position }: { readonly stream: string; readonly version: number; readonly position: number },
): Promise<JournalEvent | null> {
  const [row] = await sql<Row[]>`
    select ${columns(sql)} from event_streams s join events e on e.xid = s.xid and e.position = s.position
    where s.stream = ${stream} and s.version = ${version} and s.position = ${position} and e.position = ${position}`;
  return row ? toEvent(row) : null;
}
