import type { Sql } from '../../database/open-database.ts';
import type { CustomerId } from '../../values/ids.ts';
import { parseSnapshot, type Snapshot } from '../events/snapshot.ts';

/** A watch that is not renewed ends by itself after this long: its process is gone. */
const WATCH_SECONDS = 60;

/**
 * Watches customers for a process, and everybody who is one person with them: from the commit on, their activity is told in the
 * journal. Says of each whether it was watched without a gap until now.
 */
export async function watchCustomers(
  sql: Sql,
  processId: string,
  customerIds: readonly string[],
): Promise<{ customerId: CustomerId; isNew: boolean }[]> {
  // Sorted, so that processes that watch the same customers wait for each other in one direction only.
  return sql<{ customerId: CustomerId; isNew: boolean }[]>`
    with persons as (
      select distinct coalesce(l.person_id, asked.id) as id
      from unnest(${customerIds as string[]}::text[]) asked(id) left join person_links l on l.member_id = asked.id
    ), members as (
      select id from persons union select l.member_id from persons p join person_links l on l.person_id = p.id
    ), before as (
      select customer_id from packet_watches
      where process_id = ${processId} and customer_id in (select id from members) and until > clock_timestamp()
    )
    insert into packet_watches (customer_id, process_id, until)
    select id, ${processId}, clock_timestamp() + ${WATCH_SECONDS} * interval '1 second' from members order by id collate "C"
    on conflict (customer_id, process_id) do update set until = excluded.until
    returning customer_id, customer_id not in (select customer_id from before) as is_new`;
}

/** Ends watches of a process: of these customers, or of all. */
export async function unwatchCustomers(sql: Sql, processId: string, customerIds: readonly string[] | 'all') {
  await sql`
    delete from packet_watches
    where process_id = ${processId}
      ${customerIds === 'all' ? sql`` : sql`and customer_id = any(${customerIds as string[]}::text[])`}`;
}

/** Of these customers those whose packets are watched. Asked after the rows were written that concern them: see src/live/packet-watches.ts. */
export async function watchedAmong(sql: Sql, customerIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ customerId: string }[]>`
    select customer_id from packet_watches
    where customer_id = any(${[...new Set(customerIds)]}::text[]) and until > clock_timestamp()`;
  return new Set(rows.map(({ customerId }) => customerId));
}

/** Removes what processes left behind that did not end in order. */
export async function forgetEndedWatches(sql: Sql): Promise<void> {
  await sql`delete from packet_watches where until < clock_timestamp() - ${WATCH_SECONDS} * interval '1 second'`;
}

/** Which transactions are running now. Unlike a place in the journal it also counts those that write no event. */
export async function readRunning(sql: Sql): Promise<Snapshot> {
  const [row] = await sql<{ text: string }[]>`select pg_current_snapshot()::text as text`;
  return parseSnapshot(row!.text)!;
}
