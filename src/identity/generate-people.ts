import { seededRandom } from '../values/seeded-random.ts';

/** What kind of file is made. */
export interface Wanted {
  readonly records: number;
  readonly seed: number;
  /** How often a field of a repeated record is wrong or left out: 0 to 1. */
  readonly errors: number;
}

export const COLUMNS = [
  ...['id', 'person', 'given_name', 'family_name', 'birth_date', 'email', 'phone', 'loyalty_id'],
  ...['street', 'house_number', 'postal_code', 'city'],
] as const;

type Column = (typeof COLUMNS)[number];
type Person = Record<Column, string>;

const GIVEN =
  `Aino Eero Helmi Väinö Sofia Elias Venla Leevi Ella Oliver Aada Onni Lilja Noel Eevi Leo Olivia Eino Linnea Toivo Kaisa Matti Liisa
Juhani Maria Antti Anna Mikko Johanna Timo Päivi Jari Riitta Kari Leena Pekka Tuula Heikki Ritva Jukka Sari Markku Minna Hannu Kirsi Seppo Anne
Janne Satu Ville Hanna Sami Katja Tomi Laura Petri Niina Marko Jenni Jonne Milla Aleksi Roosa Jesse Iida Niko Emma Otto Sanni Arttu Veera Kalle
Ilona Erik Astrid Nils Ingrid Lars Karin Sven Elsa Anders Greta Mads Freja Rasmus Signe Kwame Amina Yusuf Fatima Nguyen Linh Wei Mei Olga Dmitri`.split(
    /\s+/,
  );
const STEMS =
  `Koski Niemi Mäki Järvi Laakso Salo Lahti Virta Ranta Harju Kangas Suo Metsä Kivi Saari Lehto Vuori Pelto Aho Hirvi Karhu Kuusi Mänty Koivu
Leppä Haapa Tammi Paju Hauki Ahven Lohi Kotka Joutsen Talvi Kesä Syys Kevät Halla Lumi Tuuli Rauta Hopea Kulta Vaski Teräs`.split(
    /\s+/,
  );
const ENDS = [
  'nen',
  'la',
  'ranta',
  'niemi',
  'mäki',
  'salo',
  'lä',
  'maa',
  'vaara',
  'puro',
  'oja',
  'aho',
  'lahti',
  'virta',
  'kangas',
  'perä',
];
const STREETS = ['katu', 'tie', 'polku', 'kuja', 'kaari', 'rinne', 'raitti', 'aukio'];
const TOWNS =
  `Helsinki Espoo Tampere Vantaa Oulu Turku Jyväskylä Kuopio Lahti Pori Kouvola Joensuu Lappeenranta Vaasa Hämeenlinna Seinäjoki Rovaniemi
Mikkeli Kotka Salo Porvoo Kokkola Hyvinkää Lohja Järvenpää Rauma Kajaani Kerava Savonlinna Nokia`.split(/\s+/);
const HOSTS = ['example.fi', 'example.com', 'posti.example', 'mail.example', 'tyo.example'];
const SHORT: Readonly<Record<string, string>> = {
  Aleksi: 'Ale',
  Johanna: 'Jonna',
  Katja: 'Kati',
  Juhani: 'Jussi',
  Maria: 'Mari',
  Elias: 'Eli',
};
const LETTERS = 'abcdefghijklmnopqrstuvwyäö';

/** People with a Zipf's share of common names, families at one address, and records of the same person with errors in them. */
export function* generatePeople({ records, seed, errors }: Wanted): Generator<Person> {
  const chance = new Chance(seed);
  let made = 0;
  let family: Person | null = null;
  for (let person = 1; made < records; person += 1) {
    // Every third lives with whoever came before.
    const original = personLike(chance, chance.is(1 / 3) ? family : null);
    family = original;
    const copies = chance.is(0.6) ? 1 : 2 + Math.floor(chance.next() ** 2 * 4);
    for (let copy = 0; copy < copies && made < records; copy += 1) {
      made += 1;
      const record = copy === 0 ? original : spoilt(original, chance, errors);
      yield { ...record, id: `r${made}`, person: `p${person}` };
    }
  }
}

class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  is(share: number): boolean {
    return this.next() < share;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(from: ArrayLike<T>): T {
    return from[this.below(from.length)]!;
  }

  /** The first ones much more often than the last. */
  common<T>(from: readonly T[]): T {
    return from[Math.floor(from.length ** this.next()) - 1]!;
  }
}

function personLike(chance: Chance, relative: Person | null): Person {
  const given = chance.common(GIVEN);
  const family = relative && chance.is(0.8) ? relative.family_name : chance.common(STEMS) + chance.common(ENDS);
  const home = relative ?? addressOf(chance);
  const birth = new Date(Date.UTC(1930, 0, 1) + chance.below(28_000) * 86_400_000).toISOString().slice(0, 10);
  return {
    id: '',
    person: '',
    given_name: given,
    family_name: family,
    birth_date: birth,
    email: relative && chance.is(0.15) ? relative.email : emailOf({ given, family, birth }, chance),
    phone:
      relative && chance.is(0.2)
        ? relative.phone
        : chance.is(0.2)
          ? ''
          : `+3584${chance.below(10)}${String(chance.below(10_000_000)).padStart(7, '0')}`,
    loyalty_id: chance.is(0.4) ? '' : String(100_000_000 + chance.below(899_999_999)),
    street: home.street,
    house_number: home.house_number,
    postal_code: home.postal_code,
    city: home.city,
  };
}

function addressOf(chance: Chance): Pick<Person, 'street' | 'house_number' | 'postal_code' | 'city'> {
  const town = Math.floor(TOWNS.length ** chance.next()) - 1;
  return {
    street: chance.pick(STEMS) + chance.pick(STREETS),
    house_number: String(1 + chance.below(120)),
    postal_code: String(10_000 + town * 1_000 + chance.below(60) * 10),
    city: TOWNS[town]!,
  };
}

function emailOf({ given, family, birth }: { given: string; family: string; birth: string }, chance: Chance): string {
  if (chance.is(0.15)) return '';
  const [first, last] = [plain(given), plain(family)];
  const local = chance.pick([
    `${first}.${last}`,
    `${first[0]}${last}`,
    `${last}${birth.slice(2, 4)}`,
    `${first}${chance.below(1_000)}`,
  ]);
  return `${local}${chance.below(40)}@${chance.pick(HOSTS)}`;
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z]/g, '');

/** The same person as another till, form or clerk wrote them down. */
function spoilt(person: Person, chance: Chance, errors: number): Person {
  const record = { ...person };
  if (chance.is(errors / 4)) [record.given_name, record.family_name] = [record.family_name, record.given_name];
  else if (chance.is(errors / 2)) record.given_name = SHORT[record.given_name] ?? record.given_name[0]!;
  if (chance.is(errors / 3)) Object.assign(record, addressOf(chance));
  if (chance.is(errors / 3))
    record.email = emailOf({ given: person.given_name, family: person.family_name, birth: person.birth_date }, chance);
  if (chance.is(errors / 3)) record.birth_date = swappedDay(record.birth_date);
  if (chance.is(errors)) record.phone = record.phone.replace('+358', '0');
  for (const column of COLUMNS.slice(2)) {
    if (!chance.is(errors)) continue;
    record[column] = chance.is(0.35) ? '' : typo(record[column], chance);
    if (chance.is(0.15)) record[column] = typo(record[column], chance);
  }
  return record;
}

function swappedDay(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${year}-${day}-${month}`;
}

function typo(text: string, chance: Chance): string {
  if (text.length < 2) return text;
  const at = chance.below(text.length);
  const other = /\d/.test(text[at]!) ? String(chance.below(10)) : chance.pick(LETTERS);
  const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
  const kind = chance.below(4);
  if (kind === 0) return head + tail;
  if (kind === 1) return head + other + text[at]! + tail;
  if (kind === 2 || tail === '') return head + other + tail;
  return head + tail[0]! + text[at]! + tail.slice(1);
}

/** A line of a separated file. */
export const lineOf = (values: readonly string[]): string =>
  `${values.map((value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\n`;
