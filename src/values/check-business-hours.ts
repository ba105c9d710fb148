import { type BusinessHours, clockMs, isTimeZone, WEEKDAYS } from './business-hours.ts';
import { Refusal } from './refusal.ts';

const MOST_OPEN_HOURS = 50;
const MOST_HOLIDAYS = 400;
const CLOCK = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Refuses what is no week of one place. Returns it without anything else, holidays in order. */
export function checkBusinessHours(
  { timeZone, weekly, holidays }: BusinessHours,
  field: readonly string[],
): BusinessHours {
  if (!isTimeZone(timeZone))
    throw new Refusal('INVALID_INPUT', 'A time zone is a name of the IANA, for example Europe/Helsinki.', [
      ...field,
      'timeZone',
    ]);
  if (weekly.length > MOST_OPEN_HOURS || holidays.length > MOST_HOLIDAYS)
    throw new Refusal('INVALID_INPUT', `At most ${MOST_OPEN_HOURS} open hours and ${MOST_HOLIDAYS} holidays.`, field);
  weekly.forEach(({ day, opensAt, closesAt }, index) => {
    const at = [...field, 'weekly', String(index)];
    if (!WEEKDAYS.includes(day) || !CLOCK.test(opensAt) || !CLOCK.test(closesAt) || opensAt >= closesAt)
      throw new Refusal('INVALID_INPUT', 'Open hours are a day, and from an earlier to a later 00:00 … 24:00.', at);
    const overlaps = weekly.some(
      (other, place) =>
        place < index &&
        other.day === day &&
        clockMs(other.opensAt) < clockMs(closesAt) &&
        clockMs(opensAt) < clockMs(other.closesAt),
    );
    if (overlaps) throw new Refusal('INVALID_INPUT', 'These open hours overlap earlier ones of the same day.', at);
  });
  holidays.forEach((date, index) => {
    const time = DATE.test(date) ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
      throw new Refusal('INVALID_INPUT', 'A holiday is a date, for example 2026-12-25.', [
        ...field,
        'holidays',
        String(index),
      ]);
  });
  return {
    timeZone,
    weekly: weekly.map(({ day, opensAt, closesAt }) => ({ day, opensAt, closesAt })),
    holidays: [...new Set(holidays)].sort(),
  };
}
