import { setTimeout as pause } from 'node:timers/promises';

import { singleConnection } from './single-connection.ts';

/** Any number, as long as it is ours alone in a cluster that is ours alone. */
const LOCK = 7_304_201;
/** Enough for a process that is just stopping in order, or was killed and PostgreSQL has not noticed yet. */
const PATIENCE_MS = 5_000;

export interface TakenDirectory {
  release(): Promise<void>;
}

/**
 * Claims an embedded cluster for this process by a lock that lives in the cluster itself: whatever
 * ends the process, also kill -9, frees it, and no process number can be mistaken for another.
 */
export async function takeDirectory(superuserUrl: string, directory: string): Promise<TakenDirectory> {
  const sql = singleConnection(superuserUrl, `punos ${process.pid}`);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const [answer] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as taken`;
    if (answer?.taken) return { release: () => sql.end({ timeout: 1 }) };
    if (Date.now() > deadline) break;
    await pause(100);
  }
  const other = await holderOf(sql);
  await sql.end({ timeout: 1 });
  throw new Error(
    `Another Punos process (${other ?? 'unknown'}) already uses ${directory}. ` +
      'Stop it first, or start this one with another DATA_DIR; several processes share one database through DATABASE_URL.',
  );
}

/** True when a process works with this embedded cluster at the moment: another one may join it as a guest. */
export async function isTaken(superuserUrl: string): Promise<boolean> {
  const sql = singleConnection(superuserUrl, `punos ${process.pid}`);
  try {
    return (await holderOf(sql)) !== null;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function holderOf(sql: ReturnType<typeof singleConnection>): Promise<string | null> {
  const [holder] = await sql<{ name: string }[]>`
    select application_name as name from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and classid = 0 and objid = ${LOCK} and granted`;
  return holder?.name ?? null;
}
