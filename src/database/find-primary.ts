import { hostsOf, urlOfHost, type DatabaseHost } from './database-hosts.ts';
import { singleConnection } from './single-connection.ts';

/** A server that says nothing for so long is none, in milliseconds. */
const ANSWER_WITHIN_MS = 2_000;
/** Connections that are opened in one moment ask once. */
const FRESH_MS = 500;

/** Finds the server that may be written to. Throws when there is none now. */
export type FindPrimary = () => Promise<DatabaseHost>;

/**
 * Of several servers the one that is no standby. A primary that was left behind by a failover and came back has an older timeline than the new
 * one: it is never chosen beside it, and never again by a process that has seen the new one, so that no write of ours goes to the side that is lost.
 */
export function openFindPrimary(url: string): FindPrimary {
  const hosts = hostsOf(url);
  let newestTimeline = 0;
  let asking: { at: number; answer: Promise<DatabaseHost> } | null = null;

  const ask = async () => {
    const found = await Promise.all(hosts.map(async (host) => ({ host, timeline: await timelineOf(url, host) })));
    const [best] = found
      .flatMap(({ host, timeline }) => (timeline === null ? [] : [{ host, timeline }]))
      .sort((a, b) => b.timeline - a.timeline);
    if (!best || best.timeline < newestTimeline)
      throw Object.assign(new Error('None of the database servers can be written to.'), { code: 'ECONNREFUSED' });
    newestTimeline = best.timeline;
    return best.host;
  };

  return () => {
    if (!asking || performance.now() - asking.at > FRESH_MS) asking = { at: performance.now(), answer: ask() };
    return asking.answer;
  };
}

/** Null: a standby, or out of reach. */
async function timelineOf(url: string, host: DatabaseHost): Promise<number | null> {
  const sql = singleConnection(urlOfHost(url, host), 'punos finds the primary');
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ANSWER_WITHIN_MS).unref());
  const answer = sql<{ segment: string | null }[]>`
    select case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_insert_lsn()) end as segment`.then(
    ([row]) => (row?.segment ? Number.parseInt(row.segment.slice(0, 8), 16) : null),
    () => null,
  );
  const timeline = await Promise.race([answer, late]);
  void sql.end({ timeout: 0 }).catch(() => undefined);
  return timeline;
}
