import { Refusal } from './refusal.ts';

/** A whole number within bounds, or a refusal that names the field. */
export function checkWhole(value: number, field: readonly string[], from: number, to: number): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  throw new Refusal('INVALID_INPUT', `\`${field.at(-1)}\` must be a whole number from ${from} to ${to}.`, field);
}

/** ISO 4217 in capitals. */
export function checkCurrency(currency: string, field: readonly string[]): void {
  if (/^[A-Z]{3}$/.test(currency)) return;
  throw new Refusal('INVALID_INPUT', 'A currency is three capital letters of ISO 4217, for example EUR.', field);
}

const YEAR_MS = 366 * 86_400_000;

/**
 * When something happened by the clock of its source, which may run ahead. What is told from years ahead is a mistake, and would outlast
 * everything that comes after it.
 */
export function checkOccurred(at: Date, field: readonly string[], now: Date): void {
  checkMoment(at, field);
  if (at.getTime() <= now.getTime() + YEAR_MS) return;
  throw new Refusal(
    'INVALID_INPUT',
    `\`${field.at(-1)}\` lies more than a year in the future. Set the clock of the source.`,
    field,
  );
}

/** A moment in years that a shop can mean: 1970 to 9999. */
export function checkMoment(at: Date, field: readonly string[]): void {
  const ms = at.getTime();
  if (ms >= 0 && ms < 253_402_300_800_000) return;
  throw new Refusal('INVALID_INPUT', `\`${field.at(-1)}\` must be a moment between 1970 and 9999.`, field);
}
