/** The value below which this share of the values lies; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The middle one; of an even number the lower of the two in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Rounded to so many significant digits that nobody reads precision into noise. */
export const rounded = (value: number, digits = 3): number => (value === 0 ? 0 : Number(value.toPrecision(digits)));

export interface Spread {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  p50: rounded(quantile(values, 0.5)),
  p95: rounded(quantile(values, 0.95)),
  p99: rounded(quantile(values, 0.99)),
  max: rounded(quantile(values, 1)),
});
