import { momentShown } from '../local-time.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';

/** A moment as people and systems write it: a day, a time with or without seconds, a zone or none. */
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;
const AMOUNT = /^(-?)(\d{1,12})(?:([.,])(\d{1,6}))?$/;

const DAY_MS = 86_400_000;

/** Readers of one value of a record. What is not as it should be is thrown as Misshapen, with the name of its column. */
export const cell = {
  /** Null where there is nothing. */
  optional(record: TableRecord, column: string, longest = 300): string | null {
    const text = record.get(column);
    if (text.trim() === '') return null;
    if (text.length > longest) throw new Misshapen(`${column}: may have ${longest} characters at most`);
    return text;
  },
  /** An id, a name, a word: spaces around it mean nothing. */
  name(record: TableRecord, column: string, longest = 200): string | null {
    return cell.optional(record, column, longest)?.trim() ?? null;
  },
  required<T>(value: T | null, column: string): T {
    if (value !== null) return value;
    throw new Misshapen(`${column}: must not be empty`);
  },
  word<T extends string>(record: TableRecord, column: string, words: readonly T[]): T | null {
    const text = cell.name(record, column)?.toLowerCase() ?? null;
    if (text === null || words.includes(text as T)) return text as T | null;
    throw new Misshapen(`${column}: must be one of ${words.join(', ')}`);
  },
  whole(record: TableRecord, column: string): number | null {
    const text = cell.name(record, column);
    if (text === null) return null;
    // Some programs write whole numbers as 6.0.
    if (!/^-?\d{1,9}(\.0+)?$/.test(text)) throw new Misshapen(`${column}: must be a whole number, such as 6`);
    return Number(text);
  },
  notNegative(value: number | null, column: string): number | null {
    if (value === null || value >= 0) return value;
    throw new Misshapen(`${column}: must not be below 0`);
  },
  /** When something happened. Some systems write their local time as if it were UTC: a day ahead. */
  past(at: Date | null, column: string): Date | null {
    if (at === null || at.getTime() <= Date.now() + DAY_MS) return at;
    throw new Misshapen(`${column}: must not lie in the future`);
  },
  degrees(record: TableRecord, column: string, most: number): number | null {
    const text = cell.name(record, column);
    if (text === null) return null;
    if (/^-?\d{1,3}(\.\d+)?$/.test(text) && Math.abs(Number(text)) <= most) return Number(text);
    throw new Misshapen(`${column}: must be degrees from -${most} to ${most} with a point, such as 60.17`);
  },
  currency(record: TableRecord, column: string): string | null {
    const text = cell.name(record, column)?.toUpperCase() ?? null;
    if (text === null || /^[A-Z]{3}$/.test(text)) return text;
    throw new Misshapen(`${column}: must be three letters of ISO 4217, such as EUR`);
  },
  /**
   * The smallest units of the currency. A comma is taken for a point where it can mean nothing else: as many digits behind it
   * as the currency has, and not three, which could be thousands.
   */
  minor(record: TableRecord, column: string, currency: string): number | null {
    const text = cell.name(record, column);
    if (text === null) return null;
    const digits = digitsOf(currency);
    const [, sign, whole, mark, parts = ''] = AMOUNT.exec(text) ?? [];
    const isClear = mark !== ',' || (parts.length === digits && digits !== 3);
    const isFine = /^0*$/.test(parts.slice(digits));
    if (whole !== undefined && isClear && isFine)
      return Number(`${whole}${parts.padEnd(digits, '0').slice(0, digits)}`) * (sign === '-' ? -1 : 1);
    const example = (1250 / 10 ** digits).toFixed(digits);
    throw new Misshapen(
      `${column}: must be an amount in ${currency} with a point, ${digits} decimals at most and nothing between thousands, such as ${example}`,
    );
  },
  /** A time without a zone is read in `timeZone`, a day alone is its first moment there. */
  moment(record: TableRecord, column: string, timeZone: string): Date | null {
    const text = cell.name(record, column);
    if (text === null) return null;
    const [, year, month, day, hour = '00', minute = '00', second = '00', parts = '', zone] = MOMENT.exec(text) ?? [];
    const shown = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${parts.padEnd(3, '0').slice(0, 3)}Z`);
    // JavaScript takes 31 February for 3 March.
    if (Number.isNaN(shown.getTime()) || shown.getUTCDate() !== Number(day))
      throw new Misshapen(
        `${column}: must be a day of the calendar, written as 2026-11-21, 2026-11-21 14:30 or 2026-11-21T14:30:00+02:00`,
      );
    if (shown.getTime() < 0) throw new Misshapen(`${column}: must not be before 1970`);
    if (zone === undefined) return momentShown(shown, timeZone);
    return new Date(shown.getTime() - minutesOf(zone) * 60_000);
  },
};

const minutesOf = (zone: string) => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
};

function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
