import { expect, test } from 'vitest';

import { hasUnseen, visibleName, visibleText } from '../../src/values/visible-text.ts';

test.each([
  ['Aino \u202eneniaL', 'Aino neniaL'],
  ['\u2066Aino\u2069\u200f', 'Aino'],
  ['A\u200bi\u200dno\ufeff\u00ad', 'Aino'],
  ['Aino\r\nBcc: all', 'Aino Bcc: all'],
  ['Aino\u2028Laine', 'Aino Laine'],
  ['\u3164', null],
  [' ', null],
  [null, null],
  // What is spelling stays.
  ['سارا\u200cعلی', 'سارا\u200cعلی'],
  ['क्\u200dष', 'क्\u200dष'],
  ['葛\u{e0100}城', '葛\u{e0100}城'],
  ['Aino 👩🏽\u200d🚀 ❤\ufe0f', 'Aino 👩🏽\u200d🚀 ❤\ufe0f'],
  ['O’Brien-Müller', 'O’Brien-Müller'],
])('the name %j is read as %j', (name, read) => {
  expect(visibleName(name)).toBe(read);
});

test('marks around a number are what a telephone puts there when it is copied; in the middle of an id they hide something', () => {
  expect(visibleText('\u202a+358 40 1234567\u202c')).toBe('+358 40 1234567');
  expect(['\u2066 ab-12 \u2069', 'ab 12', 'ab\u200b12', 'ab\n12', 'ab\u202e12'].map(hasUnseen)).toEqual([
    ...[false, false, true, true, true],
  ]);
});
