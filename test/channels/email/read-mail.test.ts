import { expect, test } from 'vitest';

import { readMail } from '../../../src/channels/email/read-mail.ts';

const aMail = (headers: readonly string[], body: string | Buffer = 'Hi') =>
  Buffer.concat([
    Buffer.from(`${['From: ann@example.com', ...headers].join('\r\n')}\r\n\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
const western = Buffer.from('Päivää, missä on 5 € paketti?'.replace('€', '\x80'), 'latin1');

test.each([
  ['in 8 bits', ['Content-Type: text/plain; charset=utf-8'], western, 'Päivää, missä on 5 € paketti?'],
  ['in 8 bits, without a charset', [], western, 'Päivää, missä on 5 € paketti?'],
  [
    'quoted-printable',
    ['Content-Type: text/plain; charset="UTF-8"', 'Content-Transfer-Encoding: quoted-printable'],
    'P=E4iv=E4=E4',
    'Päivää',
  ],
  [
    'base64',
    ['Content-Type: text/plain; charset=utf8', 'Content-Transfer-Encoding: base64'],
    western.toString('base64'),
    'Päivää, missä on 5 € paketti?',
  ],
  ['HTML', ['Content-Type: text/html; charset=utf-8'], Buffer.from('<p>P\xe4iv\xe4\xe4</p>', 'latin1'), 'Päivää'],
])('a text that lies about its charset is read all the same: %s', async (_name, headers, body, text) => {
  expect((await readMail(aMail(headers, body))).text).toBe(text);
});

test('a subject that lies about its charset is read all the same, and is one line', async () => {
  expect((await readMail(aMail(['Subject: =?utf-8?Q?P=E4iv=E4=E4?=']))).subject).toBe('Päivää');
  expect((await readMail(aMail(['Subject: =?utf-8?Q?Boots=0D=0ABcc:_all@example.com?=']))).subject).toBe(
    'Boots Bcc: all@example.com',
  );
});

test('a text with one broken character among good ones stays as it was read', async () => {
  const broken = Buffer.concat([Buffer.from('Päivää '), Buffer.from([0xe4]), Buffer.from(' €')]);
  expect((await readMail(aMail(['Content-Type: text/plain; charset=utf-8'], broken))).text).toBe('Päivää \ufffd €');
  expect((await readMail(aMail(['Content-Type: text/plain; charset=utf-8'], 'lost: \ufffd'))).text).toBe(
    'lost: \ufffd',
  );
});

test.each([
  ['"ann b"@example.com', 'ann b@example.com'],
  ['ann (at home) @ example . com', 'ann@example.com'],
  ['Ann <ann@example.com >', 'ann@example.com'],
])('a sender %s is %s, and nobody who is written alike', async (from, address) => {
  expect((await readMail(Buffer.from(`From: ${from}\r\n\r\nHi`))).from?.address).toBe(address);
});
