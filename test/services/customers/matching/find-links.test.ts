import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type COLUMNS, generatePeople } from '../../../../src/identity/generate-people.ts';
import { type PersonField, personOf } from '../../../../src/identity/person-fields.ts';
import type { PersonRecord } from '../../../../src/services/customers/matching/comparable.ts';
import { findLinks } from '../../../../src/services/customers/matching/find-links.ts';
import { groupLinks } from '../../../../src/services/customers/matching/group-links.ts';
import { seededRandom } from '../../../../src/values/seeded-random.ts';

const COLUMN_OF: Partial<Record<PersonField, (typeof COLUMNS)[number]>> = {
  ...{ givenName: 'given_name', familyName: 'family_name', birthDate: 'birth_date', email: 'email', phone: 'phone' },
  ...{
    loyaltyId: 'loyalty_id',
    street: 'street',
    houseNumber: 'house_number',
    postalCode: 'postal_code',
    city: 'city',
  },
};

const generated = [...generatePeople({ records: 600, seed: 5, errors: 0.15 })];
const background: PersonRecord[] = generated.map((row) =>
  personOf((field) => {
    const column = COLUMN_OF[field];
    return column ? [row[column]] : [];
  }),
);

/** Which of the first records are one person, among six hundred others. */
async function groupsOf(persons: readonly PersonRecord[], from = 0.95): Promise<string> {
  const matching = await findLinks([...persons, ...background]);
  const groupOf = groupLinks(matching, { from });
  const groups = new Map<number, number[]>();
  for (const [i, at] of matching.cameAt.entries())
    if (at < persons.length) groups.set(groupOf[i]!, [...(groups.get(groupOf[i]!) ?? []), at].sort());
  return [...groups.values()]
    .map((group) => group.join('+'))
    .sort()
    .join(' ');
}

const AINO: PersonRecord = {
  ...{ givenName: 'Aino', familyName: 'Harmaala', birthDate: '1980-02-17', emails: ['aino.harmaala@example.net'] },
  ...{ phones: ['+358401112223'], street: 'Vesikatu', houseNumber: '7', postalCode: '33100', city: 'Tampere' },
};

describe('who is one person', () => {
  test('with errors in several fields', async () => {
    const again = {
      ...AINO,
      givenName: 'Harmala',
      familyName: 'Aino',
      emails: ['aino.harmala@example.net'],
      houseNumber: '',
    };
    const moved = {
      ...AINO,
      street: 'Isotie',
      houseNumber: '1',
      postalCode: '90100',
      city: 'Oulu',
      birthDate: '1980-02-71',
    };
    expect(await groupsOf([AINO, again, moved])).toBe('0+1+2');
  });

  test('not a family at one address with one e-mail and one phone', async () => {
    const brother = { ...AINO, givenName: 'Toivo', birthDate: '1978-11-03' };
    const child = { ...AINO, givenName: 'Lilja', birthDate: '2009-07-29' };
    expect(await groupsOf([AINO, brother, child])).toBe('0 1 2');
  });

  test('not people who used the same kiosk', async () => {
    const guests = new Map(generated.map((row) => [row.person, row]));
    const kiosk = [...guests.values()].slice(0, 30).map((row) => ({
      ...{
        givenName: row.given_name,
        familyName: row.family_name,
        birthDate: row.birth_date,
        emails: ['kiosk@example.net'],
      },
    }));
    const matching = await findLinks(kiosk);
    expect(new Set(groupLinks(matching, { from: 0.95 })).size).toBe(30);
  });

  test('not namesakes whose e-mail addresses are made of their names', async () => {
    const next = seededRandom(3);
    const roll = (sides: number) => Math.floor(next() * sides);
    const namesakes = Array.from({ length: 500 }, (_, i): PersonRecord => {
      const [givenName, familyName] = [
        ['Mary', 'John', 'Linda', 'James'][roll(4)]!,
        ['Smith', 'Smithson', 'Brown', 'Browner'][roll(4)]!,
      ];
      const birthDate = `${1940 + roll(60)}-${String(1 + roll(12)).padStart(2, '0')}-${String(1 + roll(28)).padStart(2, '0')}`;
      const emails = [`${givenName}.${familyName}${i}@${['a', 'b', 'c'][roll(3)]!}.example`];
      return { givenName, familyName, birthDate, emails, phones: [`+3584${10_000_000 + roll(80_000_000)}`] };
    });
    const twice = [...namesakes, ...namesakes.slice(0, 100).map((person) => ({ ...person, phones: [] }))];
    const matching = await findLinks(twice);
    const groupOf = groupLinks(matching, { from: 0.95 });
    const person = (i: number) => matching.cameAt[i]! % 500;
    expect(new Set(groupOf).size).toBeLessThanOrEqual(505);
    expect(groupOf.filter((group, i) => person(group) !== person(i)).length).toBeLessThanOrEqual(5);
  });

  test('not who contradict each other, though a third is like both', async () => {
    const between: PersonRecord = { givenName: 'Aino', familyName: 'Harmaala', phones: ['+358401112223'] };
    const other: PersonRecord = {
      ...{ ...between, givenName: 'Aino', birthDate: '1931-09-30', emails: ['a.h@elsewhere.example'] },
      ...{ street: 'Kirkkotie', houseNumber: '88', postalCode: '00500', city: 'Helsinki', loyaltyIds: ['555000111'] },
    };
    const groups = await groupsOf([{ ...AINO, loyaltyIds: ['123987456'] }, between, other], 0.5);
    expect(groups).not.toContain('0+1+2');
  });
});

test('the order of the records changes nothing', async () => {
  const persons = background.slice(0, 150);
  const told = async (order: readonly number[]) => {
    const matching = await findLinks(order.map((i) => persons[i]!));
    const came = (i: number) => order[matching.cameAt[i]!]!;
    // Records that are equal in everything may stand for each other.
    const named = (i: number) => JSON.stringify(persons[came(i)]);
    return matching.links
      .map(({ a, b, confidence }) => `${[named(a), named(b)].sort().join(' ')} ${confidence}`)
      .sort();
  };
  const straight = persons.map((_, i) => i);
  const expected = await told(straight);
  expect(expected.length).toBeGreaterThan(20);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(straight, { minLength: straight.length }), async (order) => {
      expect(await told(order)).toEqual(expected);
    }),
    { numRuns: 3 },
  );
});

test('two lists are compared with each other and never with themselves, one to one where that is asked', async () => {
  const twice = [AINO, AINO, { ...AINO, phones: [] }, ...background];
  const sides = twice.map((_, i): 0 | 1 => (i === 2 || i % 2 === 1 ? 1 : 0));
  sides[1] = 0;
  const matching = await findLinks(twice, { sides });
  expect(matching.links.every(({ a, b }) => sides[matching.cameAt[a]!] !== sides[matching.cameAt[b]!])).toBe(true);
  const groups = (isOneToOne: boolean) => {
    const groupOf = groupLinks(matching, { from: 0.95, isOneToOne });
    const three = [0, 1, 2].map((at) => groupOf[matching.cameAt.indexOf(at)]!);
    return new Set(three).size;
  };
  expect([groups(false), groups(true)]).toEqual([1, 2]);
});

test('nobody, one and two are matched without a word', async () => {
  expect((await findLinks([])).links).toEqual([]);
  expect((await findLinks([AINO])).links).toEqual([]);
  expect((await findLinks([AINO, AINO])).allPairs).toBe(1);
});

test('a confidence is told field by field: what speaks for one person, what against, a rare name more than a common one', async () => {
  const { records, cameAt, scorer } = await findLinks([AINO, { ...AINO, birthDate: '1999-12-31' }, ...background]);
  const at = (came: number) => records[cameAt.indexOf(came)]!;
  const evidence = scorer.evidence(at(0), at(1));
  expect(evidence.map(({ field, level }) => `${field}: ${level}`)).toEqual([
    ...['givenName: same', 'familyName: same', 'birthDate: different', 'email: same', 'phone: same'],
    ...['street: same', 'houseNumber: same', 'postalCode: same', 'city: same'],
  ]);
  const bits = Object.fromEntries(evidence.map((each) => [each.field, each.bits]));
  expect(bits['birthDate']).toBeLessThan(-2);
  expect(bits['familyName']).toBeGreaterThan(bits['givenName']!);
});
