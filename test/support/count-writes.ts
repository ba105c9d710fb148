import { singleConnection } from '../../src/database/single-connection.ts';
import type { Sql } from '../../src/database/open-database.ts';

/** What a refused act may leave: the refusal under its key. */
const OF_REFUSALS = ['idempotency_keys'];

/**
 * From now on each row that is inserted, changed or deleted counts, in every table but that of refusals, also where it ends as it was. What is
 * rolled back does not. Two equal answers mean that nothing at all was written in between, the journal included; to ask takes a
 * millisecond, where reading all rows takes twenty.
 */
export async function countWrites(sql: Sql, ownerUrl: string): Promise<() => Promise<string>> {
  const owner = singleConnection(ownerUrl);
  try {
    await owner.unsafe(`
      create schema seen;
      create table seen.writes (number bigserial primary key);
      create function seen.note_write() returns trigger language plpgsql security definer as
        $$ begin insert into seen.writes default values; return null; end $$;
      grant usage on schema seen to public;
      grant select on seen.writes to public`);
    const tables = await owner<{ name: string }[]>`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> all(${OF_REFUSALS})`;
    for (const { name } of tables)
      await owner.unsafe(`
        create trigger seen_rows after insert or update or delete on "${name}" for each row execute function seen.note_write();
        create trigger seen_emptied after truncate on "${name}" for each statement execute function seen.note_write()`);
  } finally {
    await owner.end();
  }
  return async () => {
    const [row] = await sql<{ last: string }[]>`select coalesce(max(number), 0)::text as last from seen.writes`;
    return row!.last;
  };
}
