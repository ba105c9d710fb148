import { normalizeIdentity } from '../normalize-identity.ts';
import { fold, sound } from './fold.ts';
import { type Word, wordOf } from './similarity.ts';

/** A person as a source tells them; whatever is absent is neither for nor against. */
export interface PersonRecord {
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  /** Read where given and family name are absent. */
  readonly displayName?: string | null;
  readonly birthDate?: string | null;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  readonly loyaltyIds?: readonly string[];
  /** With or without the house number. */
  readonly street?: string | null;
  readonly houseNumber?: string | null;
  readonly line2?: string | null;
  readonly postalCode?: string | null;
  readonly city?: string | null;
  readonly region?: string | null;
  /** ISO country in which national phone numbers are read. */
  readonly market?: string | null;
}

/** The same in the forms in which fields are compared; an empty text is a missing one. */
export interface Comparable {
  readonly given: Name;
  readonly family: Name;
  /** YYYYMMDD, also where no such day exists: typing errors make those. */
  readonly birth: string;
  readonly loyaltyIds: readonly string[];
  readonly emails: readonly Email[];
  /** Digits alone, with the country where it is known. */
  readonly phones: readonly string[];
  readonly street: Line;
  readonly houseNumber: string;
  readonly unit: Line;
  readonly postalCode: string;
  readonly city: Line;
  readonly region: string;
}

export interface Name extends Word {
  readonly sound: string;
}

export interface Email {
  readonly text: string;
  /** What stands before the @. */
  readonly local: Word;
}

/** A line of an address, with what its comparison needs, made once. */
export interface Line {
  readonly text: string;
  /** Without spaces: they are the first thing that is typed wrongly. */
  readonly squeezed: Word;
  /** Words that are long enough to mean something; empty where the line is one word. */
  readonly words: readonly string[];
}

/** What systems write where they know nothing. Somebody may be called Null: then the name is neither for nor against. */
const NOTHING =
  /^(?:null|none|nil|nan|n ?a|unknown|undefined|not (?:known|given|available)|anonymous|test|x+|0+|9{6,})$/;

const STREET_WORDS: Readonly<Record<string, string>> = {
  ...{
    street: 'st',
    str: 'st',
    strasse: 'st',
    road: 'rd',
    avenue: 'av',
    ave: 'av',
    drive: 'dr',
    place: 'pl',
    court: 'ct',
  },
  ...{
    crescent: 'cres',
    circuit: 'cct',
    close: 'cl',
    lane: 'ln',
    highway: 'hwy',
    parade: 'pde',
    terrace: 'tce',
    square: 'sq',
  },
};

export function toComparable(person: PersonRecord): Comparable {
  const { given, family } = namesOf(person);
  const { street, houseNumber } = streetOf(person);
  return {
    given: nameOf(given),
    family: nameOf(family),
    birth: birthOf(person.birthDate),
    loyaltyIds: listOf(person.loyaltyIds, (id) => fold(id).replaceAll(' ', '')),
    emails: listOf(person.emails, emailTextOf).map(emailOf),
    phones: listOf(person.phones, (phone) => phoneOf(phone, person.market ?? null)),
    street: lineOf(street),
    houseNumber,
    unit: lineOf(textOf(person.line2)),
    postalCode: textOf(person.postalCode).replaceAll(' ', ''),
    city: lineOf(textOf(person.city)),
    region: textOf(person.region),
  };
}

function textOf(text: string | null | undefined): string {
  const folded = fold(text ?? '');
  return NOTHING.test(folded) ? '' : folded;
}

const nameOf = (text: string): Name => ({ ...wordOf(text), sound: sound(text) });

function lineOf(folded: string): Line {
  const text = folded
    .split(' ')
    .map((word) => STREET_WORDS[word] ?? word)
    .join(' ');
  const words = text.includes(' ') ? text.split(' ').filter((word) => word.length > 4) : [];
  return { text, squeezed: wordOf(text.replaceAll(' ', '')), words };
}

const listOf = (values: readonly string[] | undefined, normal: (value: string) => string): string[] =>
  [...new Set((values ?? []).map(normal).filter((value) => value !== '' && !NOTHING.test(value)))].sort();

function namesOf({ givenName, familyName, displayName }: PersonRecord): { given: string; family: string } {
  const [given, family] = [textOf(givenName), textOf(familyName)];
  if (given !== '' || family !== '' || !displayName) return { given, family };
  // "Virtanen, Aino" and "Aino Virtanen".
  const [before = '', after] = displayName.split(',', 2);
  if (after !== undefined && textOf(after) !== '') return { given: textOf(after), family: textOf(before) };
  const words = textOf(displayName).split(' ');
  return { given: words.slice(0, -1).join(' '), family: words.at(-1) ?? '' };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 1971-06-24, 19710624, 24.6.1971, 6/24/71, 24 June 1971; empty for what cannot be a date. */
function birthOf(text: string | null | undefined): string {
  const named = (text ?? '').replace(/[a-z]{3,}/i, (word) => {
    const month = MONTHS.indexOf(word.slice(0, 3).toLowerCase());
    return month < 0 ? ' ' : ` ${month + 1} `;
  });
  const parts = named.split(/\D+/).filter((part) => part !== '');
  const [a = '', b = '', c = ''] = parts;
  if (parts.length === 1) return a.length === 8 && !/^(\d)\1+$/.test(a) ? a : '';
  if (parts.length < 3) return '';
  const dated = (year: string, month: string, day: string) => year + month.padStart(2, '0') + day.padStart(2, '0');
  if (a.length === 4) return dated(a, b.slice(0, 2), c.slice(0, 2));
  const year = c.length === 4 ? c : c.length === 2 ? (Number(c) > 30 ? '19' : '20') + c : null;
  if (year === null || a.length > 2 || b.length > 2) return '';
  // Day first, as most of the world writes it; where that cannot be, month first. What is left open is the level "swapped".
  return Number(b) > 12 ? dated(year, a, b) : dated(year, b, a);
}

/** What has no @ is all before it. */
const emailOf = (text: string): Email => ({ text, local: wordOf(/^(.*)@/s.exec(text)?.[1] ?? text) });

function emailTextOf(text: string): string {
  try {
    return normalizeIdentity('email', text);
  } catch {
    // A damaged address is still evidence, as near as it is to another.
    return text.trim().toLowerCase();
  }
}

function phoneOf(text: string, market: string | null): string {
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length < 5) return '';
  try {
    return normalizeIdentity('phone', text, { market }).slice(1);
  } catch {
    return digits.replace(/^0+/, '');
  }
}

function streetOf(person: PersonRecord): { street: string; houseNumber: string } {
  let street = textOf(person.street);
  let houseNumber = textOf(person.houseNumber).replaceAll(' ', '');
  if (houseNumber === '') {
    const found = /^(\d+\p{L}?) (?=.*\p{L}{2})|(?<=\p{L}{2}.*) (\d+ ?\p{L}?)$/u.exec(street);
    if (found) {
      houseNumber = (found[1] ?? found[2])!.replaceAll(' ', '');
      street = street.replace(found[0], '').trim();
    }
  }
  return { street, houseNumber };
}
