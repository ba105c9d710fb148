import fc from 'fast-check';

import type { PersonRecord } from '../../../../src/services/customers/matching/comparable.ts';

const name = fc.constantFrom('Aino', 'Anio', 'Laine', 'Bob', 'Robert', 'de la Cruz', 'Müller', 'Mueller', '', 'X');

/** People who have much in common, so that every comparison has its turn. */
export const anyPerson: fc.Arbitrary<PersonRecord> = fc.record(
  {
    givenName: fc.oneof(name, fc.string({ unit: 'grapheme', maxLength: 12 })),
    familyName: name,
    birthDate: fc.constantFrom('1971-06-05', '1971-05-06', '19710505', '5.6.71', 'soon'),
    emails: fc.array(fc.constantFrom('a@b.fi', 'a@b.fo', 'ab@b.fi', 'x.long@c.com', 'none'), { maxLength: 3 }),
    phones: fc.array(fc.constantFrom('+358401234567', '0401234567', '0401234576', '12'), { maxLength: 2 }),
    loyaltyIds: fc.array(fc.constantFrom('1234567', '1234576', '7654321'), { maxLength: 2 }),
    street: fc.constantFrom('Milne Court 4', '4 Milne Ct', 'Rosewood', ''),
    houseNumber: fc.constantFrom('4', '5', '44b'),
    line2: fc.constantFrom('Rosewood', 'Milne Court', ''),
    postalCode: fc.constantFrom('00100', '00110', '90210', ''),
    city: fc.constantFrom('Helsinki', 'Helsingi', 'Turku'),
    region: fc.constantFrom('a', 'b', ''),
  },
  { requiredKeys: [] },
);
