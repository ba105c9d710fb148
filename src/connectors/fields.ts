import { readMoment } from '../values/moment.ts';
import { Refusal } from '../values/refusal.ts';

export type Path = readonly string[];

/** Characters of a name in a path that is told back. */
const LONGEST_NAME = 50;

/** The body as JSON. Throws a Refusal where it is none, is not UTF-8 or is no object. */
export function readJson(bytes: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refused('The body is not JSON in UTF-8.', []);
  }
  return new Fields(value, []);
}

/**
 * Members of an object that somebody else wrote, each read as what it is used for: what is not used is not looked at, and what is
 * wrong is refused with its path.
 */
export class Fields {
  readonly path: Path;
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(value: unknown, path: Path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw refused(path.length === 0 ? 'The body must be an object.' : `\`${path.at(-1)}\` must be an object.`, path);
    this.path = path;
    this.#members = value as Readonly<Record<string, unknown>>;
  }

  /** Null and absent are one: many systems write null for what they do not have. */
  #value(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? (this.#members[name] ?? null) : null;
  }

  at(name: string): Path {
    return [...this.path, name];
  }

  has(name: string): boolean {
    return this.#value(name) !== null;
  }

  names(): string[] {
    return Object.keys(this.#members);
  }

  #required<T>(name: string, value: T | null): T {
    if (value !== null) return value;
    throw refused(`\`${name}\` must be there.`, this.at(name));
  }

  optionalText(name: string): string | null {
    const value = this.#value(name);
    if (value === null || (typeof value === 'string' && value.trim() === '')) return null;
    if (typeof value === 'string') return value;
    throw refused(`\`${name}\` must be a text.`, this.at(name));
  }

  text(name: string): string {
    return this.#required(name, this.optionalText(name));
  }

  /** An id: systems write it as a text or as a whole number. */
  optionalId(name: string): string | null {
    const value = this.#value(name);
    if (value === null || value === '') return null;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    throw refused(`\`${name}\` must be an id: a text or a whole number.`, this.at(name));
  }

  id(name: string): string {
    return this.#required(name, this.optionalId(name));
  }

  optionalWord<W extends string>(name: string, words: readonly W[]): W | null {
    const value = this.#value(name);
    if (value === null) return null;
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw refused(`\`${name}\` must be one of: ${words.join(', ')}.`, this.at(name));
  }

  word<W extends string>(name: string, words: readonly W[]): W {
    return this.#required(name, this.optionalWord(name, words));
  }

  optionalWhole(name: string): number | null {
    const value = this.#value(name);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw refused(`\`${name}\` must be a whole number.`, this.at(name));
  }

  whole(name: string): number {
    return this.#required(name, this.optionalWhole(name));
  }

  optionalNumber(name: string): number | null {
    const value = this.#value(name);
    if (value === null || typeof value === 'number') return value;
    throw refused(`\`${name}\` must be a number.`, this.at(name));
  }

  flag(name: string): boolean {
    const value = this.#value(name);
    if (value === null) return false;
    if (typeof value === 'boolean') return value;
    throw refused(`\`${name}\` must be true or false.`, this.at(name));
  }

  /** An amount as a text; systems write it as a text or as a number. */
  optionalAmount(name: string): string | null {
    const value = this.#value(name);
    return typeof value === 'number' ? String(value) : this.optionalText(name);
  }

  /** The first of a list of texts. Null: there is no such list, or nothing in it. */
  firstText(name: string): string | null {
    const value = this.#value(name);
    const first: unknown = Array.isArray(value) ? value[0] : null;
    return typeof first === 'string' && first.trim() !== '' ? first : null;
  }

  /** RFC 3339 with a zone. */
  optionalMoment(name: string): Date | null {
    const text = this.optionalText(name);
    if (text === null) return null;
    const at = readMoment(text);
    if (at !== null) return at;
    throw refused(`\`${name}\` must be a moment such as 2026-11-20T09:30:00Z.`, this.at(name));
  }

  moment(name: string): Date {
    return this.#required(name, this.optionalMoment(name));
  }

  optionalObject(name: string): Fields | null {
    const value = this.#value(name);
    return value === null ? null : new Fields(value, this.at(name));
  }

  object(name: string): Fields {
    return this.#required(name, this.optionalObject(name));
  }

  /** Nothing where there is no list. */
  objects(name: string, most: number): Fields[] {
    return this.#list(name, most).map((value, i) => new Fields(value, [...this.at(name), String(i)]));
  }

  ids(name: string, most: number): string[] {
    return this.#list(name, most).map((value, i) => {
      if (typeof value === 'string' && value.trim() !== '') return value;
      if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
      throw refused(`Each of \`${name}\` must be an id: a text or a whole number.`, [...this.at(name), String(i)]);
    });
  }

  /** Option name to value. */
  texts(name: string): Record<string, string> {
    const options = this.optionalObject(name);
    return Object.fromEntries((options?.names() ?? []).map((key) => [key, options!.text(key)]));
  }

  #list(name: string, most: number): readonly unknown[] {
    const value = this.#value(name);
    if (value === null) return [];
    if (!Array.isArray(value)) throw refused(`\`${name}\` must be a list.`, this.at(name));
    if (value.length > most) throw refused(`\`${name}\` may have ${most} members at most.`, this.at(name));
    return value as readonly unknown[];
  }
}

export const refused = (message: string, path: Path): Refusal =>
  new Refusal(
    'INVALID_INPUT',
    message.toWellFormed().slice(0, 500),
    path.map((name) => name.toWellFormed().slice(0, LONGEST_NAME)),
  );
