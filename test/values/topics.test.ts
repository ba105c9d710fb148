import { expect, test } from 'vitest';

import { newReference, referencesIn } from '../../src/values/reference.ts';
import { topicOf } from '../../src/values/topics.ts';

test.each([
  ['Where is my parcel?', 'delivery'],
  ['Haluan palauttaa kengät', 'returns'],
  ['I want a refund for this item', 'returns'],
  ['Jag har glömt mitt lösenord', 'account'],
  ['Meine Rechnung stimmt nicht', 'payment'],
  ['Is this available in size 42?', 'product'],
  ['När får jag min återbetalning?', 'returns'],
  ['Hello', null],
  ['', null],
])('"%s" is about %s', (text, topic) => {
  expect(topicOf(text)).toBe(topic);
});

test('references are found in any case and with look-alikes, each once', () => {
  expect(referencesIn('see c-abc234, (C-ABC234) and C-OI2L45; not C-ABC2345 or XC-ABC234')).toEqual([
    'C-ABC234',
    'C-012145',
  ]);
});

test('a new reference is found in a text that names it', () => {
  for (let i = 0; i < 100; i += 1) {
    const reference = newReference();
    expect(referencesIn(`About ${reference.toLowerCase()}.`)).toEqual([reference]);
  }
});
