/** When an inbox is staffed, in the time of one place. */
export interface BusinessHours {
  /** IANA name, for example `Europe/Helsinki`. */
  readonly timeZone: string;
  /** Open hours of a week: several a day, none over midnight. A day that is not named is closed. */
  readonly weekly: readonly OpenHours[];
  /** Local dates, `2026-12-25`, that are closed whatever the weekday. */
  readonly holidays: readonly string[];
}

export interface OpenHours {
  readonly day: Weekday;
  /** `09:00`. */
  readonly opensAt: string;
  /** `17:30`; `24:00` is the end of the day. */
  readonly closesAt: string;
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MS = 86_400_000;
/** How far ahead the next opening is looked for: past a year nobody plans. */
const DAYS_AHEAD = 366;

/** True when somebody is there at this moment. */
export function isOpen(hours: BusinessHours, at: Date): boolean {
  const local = localMs(hours.timeZone, at.getTime());
  const date = Math.floor(local / DAY_MS) * DAY_MS;
  return openOn(hours, date).some(({ from, to }) => local >= date + from && local < date + to);
}

/** The first moment after this one at which it opens. Null: within a year it does not. */
export function nextOpening(hours: BusinessHours, after: Date): Date | null {
  const today = Math.floor(localMs(hours.timeZone, after.getTime()) / DAY_MS) * DAY_MS;
  for (let day = 0; day <= DAYS_AHEAD; day += 1) {
    const date = today + day * DAY_MS;
    const opening = openOn(hours, date)
      .flatMap(({ from }) => instantsOf(hours.timeZone, date + from))
      // Where hours touch (to 12:00, from 12:00) it is open already and does not open.
      .find((at) => at > after.getTime() && !isOpen(hours, new Date(at - 1)) && isOpen(hours, new Date(at)));
    if (opening !== undefined) return new Date(opening);
  }
  return null;
}

/** The moment at which it will have been open for so many minutes from this one on. Null: within a year it is not. */
export function afterOpenMinutes(hours: BusinessHours, from: Date, minutes: number): Date | null {
  let rest = minutes * 60_000;
  let at = isOpen(hours, from) ? from : nextOpening(hours, from);
  while (at !== null && at.getTime() - from.getTime() <= DAYS_AHEAD * DAY_MS) {
    const closes = closingAfter(hours, at);
    const open = closes.getTime() - at.getTime();
    if (open >= rest) return new Date(at.getTime() + rest);
    rest -= open;
    at = isOpen(hours, closes) ? closes : nextOpening(hours, closes);
  }
  return null;
}

/** When the hours end that a moment lies in. */
function closingAfter(hours: BusinessHours, at: Date): Date {
  const local = localMs(hours.timeZone, at.getTime());
  const date = Math.floor(local / DAY_MS) * DAY_MS;
  const { to } = openOn(hours, date).find(({ from, to }) => local >= date + from && local < date + to)!;
  return new Date(instantsOf(hours.timeZone, date + to).find((moment) => moment > at.getTime())!);
}

/** The open hours of a local date, in milliseconds from its midnight on the clock, the earliest first. */
function openOn({ weekly, holidays }: BusinessHours, date: number): { from: number; to: number }[] {
  const name = new Date(date).toISOString().slice(0, 10);
  if (holidays.includes(name)) return [];
  const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];
  return weekly
    .filter(({ day }) => day === weekday)
    .map(({ opensAt, closesAt }) => ({ from: clockMs(opensAt), to: clockMs(closesAt) }))
    .sort((a, b) => a.from - b.from);
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

/** The moments at which the clocks of the place show this: two in the hour that autumn repeats; the jump itself in the one spring leaves out. */
export function instantsOf(timeZone: string, local: number): number[] {
  const offsetAt = (at: number) => localMs(timeZone, at) - at;
  const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
  const shown = [...new Set([local - before, local - after])].filter((at) => localMs(timeZone, at) === local);
  if (shown.length > 0) return shown.sort((a, b) => a - b);
  let [last, jump] = [local - DAY_MS, local + DAY_MS];
  while (jump - last > 1) {
    const middle = Math.floor((last + jump) / 2);
    if (offsetAt(middle) === before) last = middle;
    else jump = middle;
  }
  return [jump];
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
