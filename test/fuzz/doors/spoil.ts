import { gzipSync } from 'node:zlib';

import { signatureOf } from '../../../src/values/standard-webhooks.ts';
import type { Dice } from '../../support/dice.ts';
import type { Meant } from './doors.ts';
import type { RawRequest } from './raw-request.ts';

type Headers = [string, string][];

/** Turns what was meant into what a stranger sends: the body broken, signed or not, the head spoiled, the wire cut. */
export function spoil(chance: Dice, given: Meant, id: string): RawRequest {
  let { body } = given;
  for (let times = chance.roll(3); times > 0; times -= 1) body = spoilBody(chance, body);
  let headers: Headers = [
    ['host', 'shop.example'],
    ['connection', 'close'],
    ...given.headers.map(([name, value]): [string, string] => [name, value]),
    ...(given.secret === null ? [] : signature(chance, { secret: given.secret, id, body, meant: given.body })),
  ];
  const isChunked = body.length > 0 && chance.roll(12) === 0;
  if (isChunked) headers.push(['transfer-encoding', 'chunked']);
  else if (given.method === 'POST' || body.length > 0) headers.push(['content-length', String(body.length)]);
  if (chance.roll(4) === 0) headers = spoilHeaders(chance, headers);
  const sent = isChunked ? chunked(chance, body) : body;
  const cut = chance.roll(12) === 0 && sent.length > 1;
  return {
    ...{
      method: given.method,
      target: given.target,
      version: chance.roll(40) === 0 ? chance.pick(VERSIONS) : 'HTTP/1.1',
    },
    ...{ headers, body: sent, pieces: chance.roll(5) === 0 ? 1 + chance.roll(20) : 1 },
    // Never all of it: what came whole may be taken though nobody hears so.
    cutAfter: cut ? chance.roll(sent.length - 1) : null,
    isEndless: isEndless(headers, sent),
  };
}

const VERSIONS = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'FTP/1.1', ''];

/** What the head promises and the body does not keep. */
function isEndless(headers: Headers, body: Buffer): boolean {
  const promised = headers
    .filter(([name]) => name.toLowerCase() === 'content-length')
    .map(([, value]) => Number(value));
  const isChunked = headers.some(([name]) => name.toLowerCase() === 'transfer-encoding');
  if (isChunked) return !body.subarray(-5).equals(Buffer.from('0\r\n\r\n'));
  return promised.some((length) => length > body.length);
}

const LONE_SURROGATE = Buffer.from([0xed, 0xa0, 0x80]);
const OVERLONG = Buffer.from([0xc0, 0x80]);
const STRANGE_BYTES = [
  ...[Buffer.from([0]), LONE_SURROGATE, OVERLONG, Buffer.from([0xff, 0xfe]), Buffer.from([0xef, 0xbb, 0xbf])],
  ...['\\ud800', '\\u0000', '\\', '"', '{', ']', ',', '\r\n', '\r\n\r\n', '--b\r\n', '=?utf-8?Q?', '%00'].map((text) =>
    Buffer.from(text),
  ),
];
const STRANGE_VALUES = [
  ...['null', 'true', '1e400', '-0', '1'.repeat(5_000), '""', '[]', '{}', '"\\ud800"', '"\\u0000"', '"a\\u0000b"'],
  ...['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '"0000-01-01T00:00:00Z"', '"x@x"'],
  ...[`"${'x'.repeat(300_000)}"`, '['.repeat(100_000), `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ...[`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, `[${'1,'.repeat(50_000)}1]`, '"99999-01-01T00:00:00Z"'],
];

function spoilBody(chance: Dice, body: Buffer): Buffer {
  const at = chance.roll(body.length + 1);
  const [before, after] = [body.subarray(0, at), body.subarray(at)];
  switch (chance.roll(11)) {
    case 0:
      return before;
    case 1: {
      const other = Buffer.from(body);
      for (let i = 0; i <= chance.roll(4) && other.length > 0; i += 1)
        other[chance.roll(other.length)] = chance.roll(256);
      return other;
    }
    case 2:
      return Buffer.concat([before, chance.pick(STRANGE_BYTES), after]);
    case 3:
    case 4:
    case 5: {
      const text = body.toString('latin1');
      const values = [...text.matchAll(/:("[^"]*"|\d+|true|null)/g)];
      if (values.length === 0) return Buffer.concat([body, body]);
      const value = chance.pick(values);
      const end = value.index + value[0].length;
      return Buffer.from(`${text.slice(0, value.index + 1)}${chance.pick(STRANGE_VALUES)}${text.slice(end)}`, 'latin1');
    }
    case 6:
      return Buffer.from(body.toString('latin1'), 'utf16le');
    case 7:
      return gzipSync(chance.roll(3) === 0 ? Buffer.alloc(10_000_000, 32) : body);
    case 8:
      return Buffer.alloc(0);
    case 9:
      return chance.roll(6) === 0 ? Buffer.concat([body, Buffer.alloc(1_100_000, 32)]) : Buffer.concat([after, before]);
    default:
      return Buffer.concat([before, before, after]);
  }
}

/** Right twice of three times, so that what is in the body is looked at. */
function signature(
  chance: Dice,
  { secret, id, body, meant }: { secret: string; id: string; body: Buffer; meant: Buffer },
): Headers {
  const seconds = (offset: number) => String(Math.floor(Date.now() / 1_000) + offset);
  const head = (timestamp: string, of: Buffer, by = secret): Headers => [
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', `v1,${signatureOf(by, { id, timestamp }, of)}`],
  ];
  switch (chance.roll(18)) {
    case 0:
      return head(seconds(-600), body);
    case 1:
      return head(seconds(0), meant);
    case 2:
      return head(seconds(0), body, `whsec_${Buffer.alloc(32).toString('base64')}`);
    case 3:
      return head(chance.pick(['', 'NaN', '-1', '9'.repeat(400), seconds(0) + '.5']), body);
    case 4:
      return [...head(seconds(0), body), ['webhook-signature', 'v1,AAAA']];
    case 5:
      return [['webhook-signature', `v1,${'A'.repeat(chance.pick([1, 44, 5_000]))}`]];
    default:
      return head(seconds(0), body);
  }
}

const STRANGE_HEADERS: readonly [string, string][] = [
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'message/rfc822; boundary="'],
  ['content-type', `text/${'x'.repeat(3_000)}`],
  ['content-type', '\u00ff\u00fe'],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity'],
  ['content-length', '-1'],
  ['content-length', '0'],
  ['content-length', '3'],
  ['content-length', '99999999999999999999'],
  ['content-length', '104857601'],
  ['transfer-encoding', 'chunked'],
  ['transfer-encoding', 'gzip, chunked'],
  ['expect', '100-continue'],
  ['expect', 'nothing'],
  ['upgrade', 'h2c'],
  ['upgrade', 'websocket'],
  ['x-forwarded-for', '127.0.0.1'],
  ['authorization', 'Bearer '],
  ['authorization', `Bearer ${'x'.repeat(10_000)}`],
  ['authorization', 'Bearer \u00e4\u00ff'],
  ['accept', 'text/event-stream'],
  ['accept', `${'a/b,'.repeat(2_000)}*/*`],
  ['accept', 'image/png'],
  ['if-none-match', '"x"'],
  ['range', 'bytes=0-1,5-'],
  ['x-long', 'y'.repeat(20_000)],
  ['x-nul', 'a\u0000b'],
  ['x-fold', 'a\r\n b'],
  ['bad name', 'x'],
  ['', 'x'],
  ['cookie', 'a='.repeat(4_000)],
  ['traceparent', '00-zz-xx-01'],
  ['punos-max-staleness-ms', '1e9'],
  ['punos-consistency-token', '\u00ff'],
];

function spoilHeaders(chance: Dice, headers: Headers): Headers {
  const at = chance.roll(headers.length);
  switch (chance.roll(6)) {
    case 0:
      return headers.filter((_, index) => index !== at);
    case 1:
      return [...headers, headers[at]!];
    case 2:
      return [...headers, ...Array.from({ length: 3_000 }, (_, i): [string, string] => [`x-${i}`, 'y'])];
    case 3: {
      const [name, value] = chance.pick(STRANGE_HEADERS);
      return [...headers.filter((header) => header[0] !== name), [name, value]];
    }
    default:
      return [...headers, chance.pick(STRANGE_HEADERS)];
  }
}

/** In chunks; now and then they are none, or do not end. */
function chunked(chance: Dice, body: Buffer): Buffer {
  const size = 1 + chance.roll(body.length);
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    const length = chance.roll(40) === 0 ? chance.pick(['zz', '-1', 'ffffffffffffffff']) : chunk.length.toString(16);
    const extension = chance.roll(40) === 0 ? `;${'x'.repeat(20_000)}` : '';
    chunks.push(Buffer.from(`${length}${extension}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from(chance.roll(10) === 0 ? '' : '0\r\n\r\n')]);
}
