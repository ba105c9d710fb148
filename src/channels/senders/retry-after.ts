/** An hour: a channel that asks for more gets a try all the same. */
const LONGEST_WAIT_MS = 3_600_000;

/** What a `Retry-After` asks for, in milliseconds: seconds or a date (RFC 9110, 10.2.3), an hour at most. Null: it says nothing we can read. */
export function readRetryAfter(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? '';
  const waitMs = /^\d{1,15}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS) : null;
}
