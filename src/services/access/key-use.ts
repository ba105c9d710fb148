import type { Sql } from '../../database/open-database.ts';

/** Notes which keys are used. */
export interface KeyUse {
  used(keyId: string): void;
  close(): Promise<void>;
}

const WRITTEN_EVERY_MS = 60_000;

/** Keys that were used are put down once a minute, all in one statement; what a process has not put down when it dies is lost. */
export function openKeyUse(sql: Sql, { everyMs = WRITTEN_EVERY_MS }: { readonly everyMs?: number } = {}): KeyUse {
  let used = new Set<string>();
  const write = async (): Promise<void> => {
    const ids = [...used];
    used = new Set();
    if (ids.length === 0) return;
    // In the order of their ids, so that two processes do not wait for each other; a use of the same minute is known already.
    await sql`
      update api_keys set last_used_at = now() where id in (
        select id from api_keys where id = any(${ids}::text[]) and (last_used_at is null or last_used_at < now() - interval '30 seconds')
        order by id for update)`;
  };
  const timer = setInterval(() => void write().catch(() => undefined), everyMs).unref();
  return {
    used: (keyId) => void used.add(keyId),
    close() {
      clearInterval(timer);
      return write().catch(() => undefined);
    },
  };
}
