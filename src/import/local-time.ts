const formats = new Map<string, Intl.DateTimeFormat>();
const DAY_MS = 86_400_000;

/** True when the runtime knows this IANA name. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The moment at which clocks in a zone show a time; `shown` is that time, written as if it were UTC. Of an hour that clocks show
 * twice the first; a time that they skip is the same distance after the skip (as ECMAScript's Temporal and RFC 5545 do).
 */
export function momentShown(shown: Date, timeZone: string): Date {
  const at = shown.getTime();
  const before = offsetAt(at - DAY_MS, timeZone);
  const after = offsetAt(at + DAY_MS, timeZone);
  const fitting = [at - before, at - after].filter((ms) => at - ms === offsetAt(ms, timeZone));
  return new Date(fitting.length > 0 ? Math.min(...fitting) : at - before);
}

/** How far clocks in the zone are ahead of UTC, in milliseconds. */
function offsetAt(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    ...digits,
    second: 'numeric',
    hourCycle: 'h23',
  });
  formats.set(timeZone, made);
  return made;
}
