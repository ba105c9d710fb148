/** When somebody is there, in the time of one place: the hours of an inbox, of a store, of a calendar that clocks run by. */
export interface BusinessHours {
  /** IANA name, for example `Europe/Helsinki`. */
  readonly timeZone: string;
  /** Open hours of a week: several a day. A day that is not named is closed. */
  readonly weekly: readonly OpenHours[];
  /** Local dates, `2026-12-25`, on which nothing opens whatever the weekday. */
  readonly holidays: readonly string[];
}

export interface OpenHours {
  readonly day: Weekday;
  /** `09:00`. */
  readonly opensAt: string;
  /** `17:30`; `24:00` is the end of the day. Earlier than it opens: of the next day. */
  readonly closesAt: string;
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MS = 86_400_000;
/** How far ahead is looked: past a year nobody plans. */
const LONGEST_LOOK_MS = 366 * DAY_MS;

/** True when somebody is there at this moment. */
export function isOpen(hours: BusinessHours, at: Date): boolean {
  const local = localMs(hours.timeZone, at.getTime());
  const today = Math.floor(local / DAY_MS) * DAY_MS;
  return [today - DAY_MS, today].some((date) =>
    openOn(hours, date).some(({ from, to }) => local >= date + from && local < date + to),
  );
}

/** The first moment after this one at which it opens. Null: within a year it does not. */
export function nextOpening(hours: BusinessHours, after: Date): Date | null {
  const at = after.getTime();
  let openUntil = Number.NEGATIVE_INFINITY;
  for (const { from, to } of openSpans(hours, at, at + LONGEST_LOOK_MS)) {
    // Where hours touch (to 12:00, from 12:00) it is open already and does not open.
    if (from > at && from > openUntil) return new Date(from);
    openUntil = to;
  }
  return null;
}

/** The moment at which it will have been open for so many milliseconds from this one on. Null: within a year it is not. No hours: always open. */
export function afterOpenMs(hours: BusinessHours | null, from: Date, ms: number): Date | null {
  if (!hours) return new Date(from.getTime() + ms);
  const begin = from.getTime();
  let rest = ms;
  for (const span of openSpans(hours, begin, begin + LONGEST_LOOK_MS)) {
    const at = Math.max(span.from, begin);
    if (span.to - at >= rest) return new Date(at + rest);
    rest -= span.to - at;
  }
  return null;
}

export const afterOpenMinutes = (hours: BusinessHours, from: Date, minutes: number): Date | null =>
  afterOpenMs(hours, from, minutes * 60_000);

/** How many milliseconds it is open from one moment to another; 0 when the second is not the later one. No hours: always open. */
export function openMsBetween(hours: BusinessHours | null, from: Date, to: Date): number {
  const [begin, end] = [from.getTime(), to.getTime()];
  if (end <= begin) return 0;
  if (!hours) return end - begin;
  let total = 0;
  for (const span of openSpans(hours, begin, end))
    total += Math.max(0, Math.min(span.to, end) - Math.max(span.from, begin));
  return total;
}

/** From a moment, included, to another one. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** When it is open, in order and without overlap: all that ends after one moment and begins before another. What lasts on may come in parts that touch. */
function* openSpans(hours: BusinessHours, after: number, before: number): Generator<Span> {
  const { timeZone } = hours;
  // What opened the day before may be open still.
  let date = Math.floor(localMs(timeZone, after) / DAY_MS) * DAY_MS - DAY_MS;
  let begun: Span[] = [];
  for (let dayEnd = Number.NEGATIVE_INFINITY; dayEnd < before; date += DAY_MS) {
    // Nothing of later dates begins before that.
    dayEnd = instantsOf(timeZone, date + DAY_MS)[0]!;
    const spans = merged([...begun, ...spansOn(hours, date)]);
    for (const { from, to } of spans)
      if (from < dayEnd && Math.min(to, dayEnd) > after) yield { from, to: Math.min(to, dayEnd) };
    begun = spans.filter(({ to }) => to > dayEnd).map(({ from, to }) => ({ from: Math.max(from, dayEnd), to }));
  }
}

function merged(spans: Span[]): Span[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** When it is open by the hours that begin on a local date: whenever the clocks there show a time within them, also in an hour that autumn repeats. */
function spansOn(hours: BusinessHours, date: number): Span[] {
  const open = openOn(hours, date);
  if (open.length === 0) return [];
  const { timeZone } = hours;
  const [first, last] = [date - DAY_MS, date + 3 * DAY_MS];
  const [before, after] = [offsetAt(timeZone, first), offsetAt(timeZone, last)];
  const jump = before === after ? last : jumpBetween(timeZone, first, last);
  return open.flatMap(({ from, to }) =>
    [
      { from: date + from - before, to: Math.min(date + to - before, jump) },
      { from: Math.max(date + from - after, jump), to: date + to - after },
    ].filter((span) => span.from < span.to),
  );
}

/** The open hours that begin on a local date, in milliseconds from its midnight on the clock. */
function openOn({ weekly, holidays }: BusinessHours, date: number): Span[] {
  const name = new Date(date).toISOString().slice(0, 10);
  if (holidays.includes(name)) return [];
  const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];
  return weekly.filter(({ day }) => day === weekday).map(clockSpan);
}

/** Milliseconds from midnight; past a day where it closes on the next one. */
export function clockSpan({ opensAt, closesAt }: Pick<OpenHours, 'opensAt' | 'closesAt'>): Span {
  const [from, to] = [clockMs(opensAt), clockMs(closesAt)];
  return { from, to: to < from ? to + DAY_MS : to };
}

/** Milliseconds from midnight that a clock shows: `09:30`. */
export const clockMs = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60_000;

/** What the clocks of the place show, as if it were UTC. */
function localMs(timeZone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** How much more than UTC the clocks of the place show. */
const offsetAt = (timeZone: string, at: number): number => localMs(timeZone, at) - at;

/** The moments at which the clocks of the place show this: two in the hour that autumn repeats; the jump itself in the one spring leaves out. */
export function instantsOf(timeZone: string, local: number): number[] {
  const [first, last] = [local - DAY_MS, local + DAY_MS];
  const offsets = new Set([offsetAt(timeZone, first), offsetAt(timeZone, last)]);
  const shown = [...offsets].map((offset) => local - offset).filter((at) => localMs(timeZone, at) === local);
  return shown.length > 0 ? shown.sort((a, b) => a - b) : [jumpBetween(timeZone, first, last)];
}

/** When the clocks of the place jump, between two moments whose offsets differ. */
function jumpBetween(timeZone: string, first: number, last: number): number {
  const before = offsetAt(timeZone, first);
  let [still, jump] = [first, last];
  while (jump - still > 1) {
    const middle = Math.floor((still + jump) / 2);
    if (offsetAt(timeZone, middle) === before) still = middle;
    else jump = middle;
  }
  return jump;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    // One for each zone of the world at most: the names are checked before they come here.
    formats.set(timeZone, format);
  }
  return format;
}

export function isTimeZone(name: string): boolean {
  try {
    return name.length <= 64 && formatOf(name) !== undefined;
  } catch {
    return false;
  }
}
