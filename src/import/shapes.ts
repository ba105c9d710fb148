/** A value that is not what its source promises: a sentence part such as `price: must be an amount`. */
export class Misshapen extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** Readers of values whose shape nobody has checked. `name` says in the complaint where the value stands. */
export const shape = {
  fields(value: unknown, name: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    throw new Misshapen(`${name}: must be an object`);
  },
  list(value: unknown, name: string): readonly unknown[] {
    if (Array.isArray(value)) return value as readonly unknown[];
    throw new Misshapen(`${name}: must be a list`);
  },
  text(value: unknown, name: string): string {
    if (typeof value === 'string' && value.trim() !== '') return value;
    throw new Misshapen(`${name}: must be a text`);
  },
  optionalText(value: unknown, name: string): string | null {
    return value == null || value === '' ? null : shape.text(value, name);
  },
  flag(value: unknown, name: string): boolean {
    if (typeof value === 'boolean') return value;
    throw new Misshapen(`${name}: must be true or false`);
  },
  /** An amount in hundredths, from a number with two decimals at most. */
  minor(value: unknown, name: string): number {
    const minor = typeof value === 'number' ? Math.round(value * 100) : Number.NaN;
    if (minor >= 0 && Math.abs(minor - (value as number) * 100) < 1e-6) return minor;
    throw new Misshapen(`${name}: must be an amount with two decimals at most`);
  },
  /** Option name to value. */
  texts(value: unknown, name: string): Record<string, string> {
    const entries = Object.entries(shape.fields(value, name));
    return Object.fromEntries(entries.map(([key, text]) => [key, shape.text(text, `${name}.${key}`)]));
  },
} as const;
