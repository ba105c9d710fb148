import { type BusinessHours, type OpenHours, WEEKDAYS, type Weekday } from '../values/business-hours.ts';
import { Misshapen } from './shapes.ts';

const PART = /^([a-z]{2})[a-z]*\.?(?:\s*-\s*([a-z]{2})[a-z]*)?\.?\s+(.+)$/i;
const SPAN = /^(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)$/;

/** A week as people write it: `Mo-Fr 10:00-20:00; Sa 09:00-13:00, 14:00-18:00`. Parts end with `;` or the line. */
export function readOpeningHours(text: string, timeZone: string): BusinessHours {
  const parts = text.split(/[;\n]/).map((part) => part.trim());
  return { timeZone, weekly: parts.filter((part) => part !== '').flatMap(readPart), holidays: [] };
}

function readPart(text: string): OpenHours[] {
  const [, from = '', to = from, times = ''] = PART.exec(text) ?? [];
  const [first, last] = [dayOf(from), dayOf(to)];
  const spans = times.split(',').map((span) => SPAN.exec(span.trim()));
  if (first < 0 || last < first || spans.includes(null))
    throw new Misshapen('opening_hours: must be written as Mo-Fr 10:00-20:00; Sa 09:00-13:00, 14:00-18:00');
  const clock = (hour: string, minute: string) => `${hour.padStart(2, '0')}:${minute}`;
  return WEEKDAYS.slice(first, last + 1).flatMap((day) =>
    spans.map((span) => ({ day, opensAt: clock(span![1]!, span![2]!), closesAt: clock(span![3]!, span![4]!) })),
  );
}

/** By the first two letters, in English or German. */
function dayOf(text: string): number {
  const german: Record<string, Weekday> = { di: 'tuesday', mi: 'wednesday', do: 'thursday', so: 'sunday' };
  const short = text.toLowerCase();
  return WEEKDAYS.findIndex((day) => day.startsWith(short) || german[short] === day);
}
