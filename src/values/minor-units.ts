const AMOUNT = /^(-?)(\d{1,13})(?:\.(\d{1,18}))?$/;

/**
 * An amount as systems write it, with a point, in the smallest units of its currency: exactly, or null where it is no amount or has a
 * part of such a unit.
 */
export function minorUnits(amount: string, currency: string): number | null {
  const [, sign, whole, parts = ''] = AMOUNT.exec(amount.trim()) ?? [];
  if (whole === undefined || !/^[A-Z]{3}$/.test(currency)) return null;
  const digits = digitsOf(currency);
  if (!/^0*$/.test(parts.slice(digits))) return null;
  const minor = Number(`${whole}${parts.padEnd(digits, '0').slice(0, digits)}`);
  if (!Number.isSafeInteger(minor)) return null;
  // Not minus nothing.
  return sign === '-' && minor > 0 ? -minor : minor;
}

/** An amount in the smallest units of its currency as people write it in a language. */
export const amountText = (minor: number, currency: string, language: string): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency }).format(minor / 10 ** digitsOf(currency));

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
