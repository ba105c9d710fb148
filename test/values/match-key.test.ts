import { expect, test } from 'vitest';

import { normalizeIdentity } from '../../src/services/customers/normalize-identity.ts';
import { variantsOf } from '../../src/services/customers/identity-variants.ts';
import { matchKeyOf } from '../../src/values/match-key.ts';

const keyOf = (kind: 'email' | 'phone', value: string, market: string | null = null) =>
  matchKeyOf(kind, normalizeIdentity(kind, value, { market }));

test.each([
  ['email', 'aino.laine@gmail.com', 'AinoLaine+shop@GoogleMail.com', null],
  ['email', 'aino+shop@outlook.com', 'aino@outlook.com', null],
  ['email', 'aino@müller.de', 'aino@xn--mller-kva.de', null],
  ['email', 'Aino Laine <aino@example.com>', 'mailto:aino@example.com', null],
  ['email', ' aino @ example.com\u200b', 'ａｉｎｏ@example.com', null],
  ['phone', '+55 11 98765-4321', '(11) 8765-4321', 'BR'],
  ['phone', '+54 9 11 2345-6789', '011 15 2345-6789', 'AR'],
  ['phone', '+54 9 11 2345-6789', '11 2345-6789', 'AR'],
  ['phone', '+52 1 55 1234 5678', '55 1234 5678', 'MX'],
  ['phone', '+52 1 55 1234 5678', '044 55 1234 5678', 'MX'],
  ['phone', '+44 (0)20 7946 0958', '020 7946 0958', 'GB'],
  ['phone', '0039 06 1234567', '06 1234567', 'IT'],
  ['phone', '040 1234567', '358401234567', 'FI'],
  ['phone', '０４０ １２３ ４５６７', 'tel:+358-40-1234567', 'FI'],
] as const)('%s: "%s" and "%s" are one', (kind, one, other, market) => {
  expect(keyOf(kind, one, market)).toBe(keyOf(kind, other, market));
});

test.each([
  // What a provider does not say about its addresses tells two of them apart.
  ['email', 'aino.laine@example.com', 'ainolaine@example.com'],
  ['email', 'aino+shop@example.com', 'aino@example.com'],
  ['email', 'a.b@outlook.com', 'ab@outlook.com'],
  ['email', '+tag@gmail.com', '+other@gmail.com'],
  // Brazilian landlines begin with 2 to 5: a 9 before one would be another subscriber.
  ['phone', '+551134567890', '+5511934567890'],
  ['phone', '+551174567890', '+5511974567890'],
  ['phone', '+358401234567', '+358401234568'],
] as const)('%s: "%s" and "%s" are two', (kind, one, other) => {
  expect(keyOf(kind, one)).not.toBe(keyOf(kind, other));
});

test('variants are what is compared as the same; the one that came stands first and is not rewritten', () => {
  expect(variantsOf('phone', '+551187654321')).toEqual([
    '+551187654321',
    '+5511987654321',
    '1187654321',
    '11987654321',
  ]);
  expect(variantsOf('phone', '+551134567890')).toEqual(['+551134567890', '1134567890']);
  expect(variantsOf('phone', '+358401234567')).toEqual(['+358401234567', '0401234567']);
  expect(variantsOf('email', 'aino.laine+x@gmail.com')).toEqual(['aino.laine+x@gmail.com', 'ainolaine@gmail.com']);
  expect(variantsOf('loyalty_id', 'L-1')).toEqual(['L-1']);
});
