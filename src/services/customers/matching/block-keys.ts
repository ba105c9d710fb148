import type { Comparable } from './comparable.ts';

/** Ways in which two records of one person usually still agree: each makes blocks of records that are worth comparing. */
export interface Blocking {
  readonly name: string;
  keys(record: Comparable): readonly string[];
}

const joined = (...parts: readonly string[]): string[] => (parts.includes('') ? [] : [parts.join('|')]);
/** By either name: given and family name are often swapped. */
const byEachName = (record: Comparable, rest: string): string[] =>
  rest === ''
    ? []
    : [...new Set([record.given.sound, record.family.sound].filter((each) => each.length > 1))].map(
        (each) => `${each}|${rest}`,
      );
const byBeginning = (record: Comparable, rest: string): string[] =>
  rest === ''
    ? []
    : [...new Set([record.given.text, record.family.text].filter((each) => each.length > 2))].map(
        (each) => `${each.slice(0, 3)}|${rest}`,
      );

const year = ({ birth }: Comparable) => birth.slice(0, 4);

export const BLOCKINGS: readonly Blocking[] = [
  { name: 'loyalty id', keys: ({ loyaltyIds }) => loyaltyIds },
  { name: 'e-mail', keys: ({ emails }) => emails.map(({ text }) => text) },
  { name: 'phone', keys: ({ phones }) => phones.map((phone) => phone.slice(-7)) },
  { name: 'birth date', keys: ({ birth }) => joined(birth) },
  {
    name: 'e-mail before the @',
    keys: ({ emails }) => emails.map(({ local }) => local.text).filter((local) => local.length > 3),
  },
  { name: 'sound of both names', keys: ({ given, family }) => joined(...[given.sound, family.sound].sort()) },
  {
    name: 'beginning of both names',
    keys: ({ given, family }) => joined(...[given.text.slice(0, 3), family.text.slice(0, 3)].sort()),
  },
  { name: 'a name and year', keys: (record) => byEachName(record, year(record)) },
  { name: 'a name and birthday', keys: (record) => byEachName(record, record.birth.slice(4)) },
  { name: 'a name and postal code', keys: (record) => byEachName(record, record.postalCode) },
  { name: 'a beginning and town', keys: (record) => byBeginning(record, record.city.squeezed.text.slice(0, 4)) },
  { name: 'a beginning and year and month', keys: (record) => byBeginning(record, record.birth.slice(0, 6)) },
  {
    name: 'street and number',
    keys: ({ street, houseNumber }) => joined(street.squeezed.text.slice(0, 6), houseNumber),
  },
  {
    name: 'street and postal code',
    keys: ({ street, postalCode }) => joined(street.squeezed.text.slice(0, 4), postalCode),
  },
  { name: 'number and postal code', keys: ({ houseNumber, postalCode }) => joined(houseNumber, postalCode) },
  {
    name: 'second line and number',
    keys: ({ unit, houseNumber }) => joined(unit.squeezed.text.slice(0, 6), houseNumber),
  },
];
