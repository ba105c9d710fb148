import { connectionsOf } from '../database/open-database.ts';
import { singleConnection } from '../database/single-connection.ts';

/** For the operator's own tools, a backup, a migration. */
const LEFT_FOR_OTHERS = 5;
const LEAST_POOL = 2;

/** Connections that some processes together take at most, with what is left for others. */
export const connectionsNeeded = (count: number, poolSize: number) => count * connectionsOf(poolSize) + LEFT_FOR_OTHERS;

/**
 * The pool that each of some processes may have, so that together they do not take more connections than the database gives: the one that was
 * asked for, or the largest that fits. Throws when not even the smallest does.
 */
export async function shareConnections(
  databaseUrl: string,
  { count, poolSize }: { count: number; poolSize: number },
): Promise<{ poolSize: number; warning: string | null }> {
  const sql = singleConnection(databaseUrl, 'punos start');
  try {
    const [row] = await sql<{ free: number }[]>`
      select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as free`;
    const { free } = row!;
    let fitting = poolSize;
    while (fitting > LEAST_POOL && connectionsNeeded(count, fitting) > free) fitting -= 1;
    const asked = `${count} processes with DATABASE_POOL_SIZE=${poolSize} take up to ${connectionsNeeded(count, poolSize)} connections, the database gives ${free}`;
    if (connectionsNeeded(count, fitting) > free)
      throw new Error(`${asked}. Raise its max_connections, or start fewer processes.`);
    if (fitting === poolSize) return { poolSize, warning: null };
    return { poolSize: fitting, warning: `${asked}: each process takes a pool of ${fitting} instead.` };
  } finally {
    await sql.end({ timeout: 5 });
  }
}
