import { singleConnection } from '../../src/database/single-connection.ts';
import type { TestDatabase } from './with-database.ts';

/** Somebody who works on an order with this number until they let go of it: whoever records facts of it waits so long. */
export async function holdingOrder({ sql, superuserUrl }: TestDatabase, number: string) {
  // Of its own, for it is idle for as long as the test likes.
  const own = singleConnection(superuserUrl);
  await own`select pg_advisory_lock(hashtextextended(${`order ${number}`}, 0))`;
  return {
    /** How many wait for it now. */
    async waiting(): Promise<number> {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from pg_locks
        where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
      return row!.count;
    },
    release: () => own.end(),
  };
}
