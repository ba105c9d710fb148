import { singleConnection } from './single-connection.ts';

const RENEW_MS = 1_000;
/** A holder that does not say a word for this long (paused, cut off) loses it: the database ends its session. */
const EXPIRES_MS = 3_000;

/** Something that one process of many does. Held by one as a rule; after a pause two may hold it for a moment. */
export interface Lease {
  readonly isHeld: boolean;
  close(): Promise<void>;
}

/**
 * An advisory lock on a connection of its own, whose session the database ends when it is idle. So it is free at once when its holder
 * dies, and soon when its holder hangs. It is taken only while it is `wanted`.
 */
export function openLease(url: string, name: string, wanted: () => boolean): Lease {
  const sql = singleConnection(url, `punos ${name}`);
  let heldUntil = 0;
  let running: Promise<void> | null = null;

  const renew = async () => {
    const askedAt = performance.now();
    if (!wanted()) {
      if (heldUntil > 0) await sql`select pg_advisory_unlock_all()`;
      heldUntil = 0;
      return;
    }
    const [row] = await sql<{ isHeld: boolean }[]>`
      select pg_try_advisory_lock(hashtext('punos'), hashtext(${name})) as "isHeld",
        set_config('idle_session_timeout', ${String(EXPIRES_MS)}, false), set_config('statement_timeout', ${String(EXPIRES_MS)}, false)`;
    heldUntil = row!.isHeld ? askedAt + EXPIRES_MS : 0;
  };
  // Out of reach: it ends by itself.
  const tick = () =>
    void (running ??= renew()
      .catch(() => undefined)
      .finally(() => (running = null)));
  const timer = setInterval(tick, RENEW_MS);
  tick();

  return {
    get isHeld() {
      return performance.now() < heldUntil;
    },
    async close() {
      clearInterval(timer);
      heldUntil = 0;
      await sql.end({ timeout: 1 });
    },
  };
}
