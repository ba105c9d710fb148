const MEGABYTE = 1_048_576;
const filled = (unit: string, size = MEGABYTE) => unit.repeat(Math.ceil(size / unit.length));
const FROM = 'From: Ann <ann@example.com>\r\nMIME-Version: 1.0\r\n';
const plain = (text: string, headers = '') => `${FROM}${headers}Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`;
const html = (text: string) => `${FROM}Content-Type: text/html; charset=utf-8\r\n\r\n${text}`;

/** Multiparts within multiparts, a text at the bottom. */
export function nestedMail(depth: number): string {
  let mail = FROM;
  for (let level = 0; level < depth; level += 1)
    mail += `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`;
  mail += 'Content-Type: text/plain\r\n\r\nAt the bottom.\r\n';
  for (let level = depth - 1; level >= 0; level -= 1) mail += `--b${level}--\r\n`;
  return mail;
}

/** One multipart with many parts. */
function wideMail(parts: readonly string[]): string {
  return `${FROM}Content-Type: multipart/mixed; boundary="b"\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
}

/** Many multiparts beside each other, then lines that look like the boundary of each. */
function mailOfMultiparts(count: number): string {
  const parts = Array.from(
    { length: count },
    (_, at) => `Content-Type: multipart/mixed; boundary="${'x'.repeat(40)}${at}"\r\n\r\n`,
  );
  return `${wideMail(parts)}${filled(`--${'x'.repeat(40)}\r\n`)}`;
}

/** Mails that are made to be dear to read. None is larger than a few megabytes. */
export const HOSTILE_MAILS: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'only line ends': filled('\r\n'),
  'no line end': filled('x'),
  'NUL bytes': plain(filled('\0')),
  'a line of >': plain(filled('>')),
  'a line of spaces': plain(`a${filled(' ')}b`),
  'a line of spaces that ends a text': plain(`a${filled(' ')}`),
  'lines of >': plain(filled('>\n')),
  'empty lines': plain(`a${filled('\n')}b`),
  'tabs and spaces': plain(filled(' \t\n')),
  attributions: plain(filled('On 2026-11-20 10:00 ann@example.com wrote:\n')),
  'attributions with answers': plain(filled('On 2026-11-20 ann@example.com wrote:\n> a\nb\n')),
  'attributions that never end': plain(filled('On 2026-11-20\n')),
  'on and on': plain(filled('On ')),
  'wrote and wrote': plain(filled('wrote ')),
  'lines of 600 that almost attribute': plain(filled(`On 1.1.2026 ${'schrieb x '.repeat(58)}\n`)),
  'signature marks': plain(filled('--\n')),
  'drawn lines': plain(filled('-----\n')),
  'a drawn line': plain(filled('-')),
  'header blocks': plain(filled('From: a\nTo: b\n')),
  'blocks of code that never end': plain(filled('```a\n')),
  devices: plain(filled('Sent from my iPhone\n')),
  'links in links': plain(filled('[a](b')),
  'at signs': plain(filled('a@')),
  'PGP markers': plain(filled('-----BEGIN PGP SIGNED MESSAGE-----\n')),
  'flowed quotes': plain(filled('> a \nb \n'), '').replace('text/plain;', 'text/plain; format=flowed;'),
  '10,000 headers': plain('a', Array.from({ length: 10_000 }, (_, at) => `X-Header-${at}: ${at}\r\n`).join('')),
  '10,000 times the same header': plain('a', 'Received: from a by b\r\n'.repeat(10_000)),
  'a header folded 50,000 times': plain('a', `Subject: a\r\n${' b\r\n'.repeat(50_000)}`),
  'a subject of a megabyte': plain('a', `Subject: ${filled('x', 900_000)}\r\n`),
  'a subject of encoded words': plain('a', `Subject: ${filled('=?utf-8?Q?=61?= ', 900_000)}\r\n`),
  'a subject of halves of encoded words': plain('a', `Subject: ${filled('=?utf-8?Q?', 900_000)}\r\n`),
  'a sender of brackets': `From: ${filled('<', 900_000)}\r\n\r\na`,
  'a sender of comments': `From: ${filled('(', 900_000)}\r\n\r\na`,
  'a sender of quotes': `From: ${filled('"', 900_000)}\r\n\r\na`,
  'a sender of commas': `From: ${filled('a@b.example, ', 900_000)}\r\n\r\na`,
  recipients: plain('a', `To: ${filled('a <a@b.example>, ', 900_000)}\r\n`),
  references: plain('a', `References: ${filled('<a@b.example> ', 900_000)}\r\n`),
  'a content type of parameters': `${FROM}Content-Type: text/plain; ${filled('a=b; ', 900_000)}\r\n\r\na`,
  'a content type of continuations': `${FROM}Content-Type: text/plain;${Array.from({ length: 20_000 }, (_, at) => ` name*${at}=a;`).join('')}\r\n\r\na`,
  '50 nested parts': nestedMail(50),
  '101 nested parts': nestedMail(101),
  '5,000 nested parts': nestedMail(5_000),
  '100 multiparts and their boundaries': mailOfMultiparts(98),
  '20,000 multiparts': mailOfMultiparts(20_000),
  '20,000 parts': wideMail(Array.from({ length: 20_000 }, () => 'Content-Type: text/plain\r\n\r\na')),
  'parts of calendars and zips': wideMail([
    'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR',
    'Content-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==',
  ]),
  'base64 that is none': `${FROM}Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${filled('*&^%\n')}`,
  'quoted-printable that is none': `${FROM}Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${filled('=ZZ=\n')}`,
  'a charset that is none': `${FROM}Content-Type: text/plain; charset="x-${'y'.repeat(10_000)}"\r\n\r\na`,
  'half characters': Buffer.concat([
    Buffer.from(`${FROM}Content-Type: text/plain; charset=utf-16le\r\n\r\n`),
    Buffer.from([0x00, 0xd8, 0x61, 0x00, 0x00, 0xdc]),
  ]).toString('latin1'),
  'elements in elements': html(filled('<div>')),
  'quotes in quotes': html(filled('<blockquote>')),
  'elements beside elements': html(filled('<p>a</p>')),
  'elements that never end': html(filled('<')),
  attributes: html(`<a ${filled('b="c" ')}>`),
  'character references': html(filled('&amp;')),
  'half of a character reference': html(filled('&#')),
  'tables in tables': html(filled('<table><tr><td>')),
  'lists in lists': html(filled('<ul><li>')),
  comments: html(filled('<!-- ')),
  'a style of a megabyte': html(`<style>${filled('a{b:c}')}</style>hello`),
  'mail within mail': `${FROM}${'Content-Type: message/rfc822\r\n\r\n'.repeat(20_000)}a`,
  'a report of actions': `${FROM}Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${filled('Action: failed\r\n')}--b--\r\n`,
  'ids in a bounce': plain(filled('Message-ID: <a@b.example>\n'), 'X-Failed-Recipients: a@b.example\r\n'),
  'codes in a bounce': plain(filled('550 '), 'X-Failed-Recipients: a@b.example\r\n'),
};
