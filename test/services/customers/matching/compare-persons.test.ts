import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type PersonRecord, toComparable } from '../../../../src/services/customers/matching/comparable.ts';
import { comparePersons } from '../../../../src/services/customers/matching/compare-persons.ts';
import { FIELDS, levelOf } from '../../../../src/services/customers/matching/fields.ts';
import {
  isOneEdit,
  isTwoEdits,
  likeness,
  likenessOf,
  wordOf,
} from '../../../../src/services/customers/matching/similarity.ts';
import { editDistance } from '../../../../src/values/edit-distance.ts';
import { anyPerson } from './any-person.ts';

/** Fields that both have, and how they compare. */
function compared(one: PersonRecord, other: PersonRecord): Record<string, string> {
  const levels = new Uint8Array(FIELDS.length);
  comparePersons(toComparable(one), toComparable(other), levels);
  return Object.fromEntries(
    FIELDS.flatMap(({ name }, i) => (levels[i] === 0 ? [] : [[name, levelOf(i, levels[i]!).name]])),
  );
}

test.each<[PersonRecord, PersonRecord, Record<string, string>]>([
  [{ givenName: 'Müller' }, { givenName: 'MUELLER' }, { givenName: 'nickname' }],
  [{ givenName: 'Bob' }, { givenName: 'Robert' }, { givenName: 'nickname' }],
  [{ givenName: 'Ольга' }, { givenName: 'Olga' }, { givenName: 'same' }],
  [{ givenName: 'Ai\u200bno\u202e' }, { givenName: 'Aino' }, { givenName: 'same' }],
  [{ givenName: 'A.' }, { givenName: 'Aino' }, { givenName: 'alike' }],
  [{ givenName: 'Rene' }, { givenName: 'René' }, { givenName: 'same' }],
  [{ familyName: "O'Brien" }, { familyName: 'Obrein' }, { familyName: 'near' }],
  [{ familyName: 'Aalto-Virtanen' }, { familyName: 'Virtanen' }, { familyName: 'alike' }],
  [{ givenName: 'Aino', familyName: 'Laine' }, { givenName: 'laine', familyName: 'Aino' }, { givenName: 'swapped' }],
  [
    { displayName: 'Laine, Aino' },
    { givenName: 'Aino', familyName: 'Laine' },
    { givenName: 'same', familyName: 'same' },
  ],
  [{ givenName: 'Aino', familyName: 'Laine' }, { familyName: 'Laine' }, { familyName: 'same' }],
  [{ birthDate: '1971-06-05' }, { birthDate: '06.05.1971' }, { birthDate: 'day and month swapped' }],
  [{ birthDate: '24/06/1971' }, { birthDate: '19710624' }, { birthDate: 'same' }],
  [{ birthDate: '6/24/71' }, { birthDate: '24 June 1971' }, { birthDate: 'same' }],
  [{ birthDate: '1971-06-24' }, { birthDate: '1971-06-42' }, { birthDate: 'near' }],
  [{ phones: ['+358 40 123 4567'] }, { phones: ['040 1234567'] }, { phone: 'same end' }],
  [{ emails: ['x@a.fi', 'Aino@a.fi'] }, { emails: ['aino@a.fi'] }, { email: 'same, other names' }],
  [
    { emails: ['null'], phones: ['000 000'], givenName: 'N/A' },
    { emails: ['null'], phones: ['000 000'], givenName: 'N/A' },
    {},
  ],
  [
    { street: '44 Milne Court', line2: 'Rosewood' },
    { street: 'Rosewod', line2: 'Milne Ct', houseNumber: '44' },
    { street: 'in the other line, another postal code', houseNumber: 'same, another street' },
  ],
])('%o and %o compare as %o', (one, other, levels) => {
  expect(compared(one, other)).toEqual(levels);
});

test('who is compared with whom makes no difference', () => {
  fc.assert(
    fc.property(anyPerson, anyPerson, (one, other) => {
      expect(compared(one, other)).toEqual(compared(other, one));
    }),
  );
});

test('edits and likeness are what the slow ways say', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 9 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const edits = editDistance(a, b, 3);
      expect([isOneEdit(a, b), isTwoEdits(a, b)]).toEqual([edits <= 1, edits <= 2]);
      const alike = likeness(a, b);
      expect(likeness(b, a)).toBe(alike);
      expect(likenessOf(wordOf(a), wordOf(b))).toBe(alike < 0.78 ? 0 : alike);
    }),
    { numRuns: 2_000 },
  );
  expect(likeness('martha', 'marhta')).toBeCloseTo(0.9611, 4);
  expect(likeness('dixon', 'dicksonx')).toBeCloseTo(0.8133, 4);
});
