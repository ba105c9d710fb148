import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, expect, test } from 'vitest';

import { isPublicAddress } from '../../../src/channels/outbound/check-address.ts';
import {
  openOutboundHttp,
  RefusedUrl,
  Unreachable,
  type OutboundSettings,
  type Resolve,
} from '../../../src/channels/outbound/outbound-http.ts';

/** Listens where attackers want us to go, on every address of this machine; counts who comes, not who is answered. */
let accepts = 0;
const canary = createServer((_, response) => response.end('inside'));
canary.on('connection', () => (accepts += 1));
await new Promise<void>((resolve) => canary.listen(0, resolve));
const { port } = canary.address() as AddressInfo;
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const nowhere: Resolve = () => Promise.reject(new Error('no such name'));
const clients: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(clients.map((client) => client.close())));
const client = (but: Partial<OutboundSettings> = {}) => {
  const opened = openOutboundHttp({ allow: [], isHttpAllowed: true, deadlineMs: 2_000, ...but });
  clients.push(opened);
  return opened;
};
const post = (url: string, but: Partial<OutboundSettings> = {}) =>
  client(but)
    .post(url, {}, '{}')
    .then(({ status }) => status)
    .catch((error: unknown) => error);

const PRIVATE_HOSTS = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0x7f.1',
    '017700000001',
  ],
  ...[
    '0177.0.0.1',
    '0177.0.0.01',
    '127.0.0.1.',
    '127。0。0。1',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '0.0.0.0',
    '0',
    '0x0',
    '0.1.2.3',
  ],
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '0xa000001',
    '012.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1',
  ],
  ...[
    '3232235521',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '100.64.0.1',
    '100.127.255.255',
  ],
  ...[
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:169.254.169.254]',
    '[::127.0.0.1]',
  ],
  ...[
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
  ],
  ...[
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[2001:db8::1]',
    '[ff02::1]',
    '[100::1]',
    '[::ffff:0:127.0.0.1]',
    '[5f00::1]',
  ],
  ...['localhost', 'LOCALHOST', 'localhost.', 'ｌｏｃａｌｈｏｓｔ'],
];

test(`G16, F14, F15: ${PRIVATE_HOSTS.length} forms of addresses that are none of the internet’s are not connected to`, async () => {
  const answers = await Promise.all(PRIVATE_HOSTS.map((host) => post(`http://${host}:${port}/`)));

  expect(PRIVATE_HOSTS.length).toBeGreaterThanOrEqual(60);
  expect(PRIVATE_HOSTS.filter((_, index) => !(answers[index] instanceof Error))).toEqual([]);
  expect(accepts).toBe(0);
});

test.each([
  ['an address of its own', ['127.0.0.1']],
  ['two addresses, one of them private', ['93.184.215.14', '127.0.0.1']],
  ['two addresses, the private one first', ['::1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
  ['a mapped address', ['::ffff:127.0.0.1']],
  ['the address of cloud metadata', ['169.254.169.254']],
  ['no address', []],
])('F16: a name that leads to %s is not connected to', async (_, addresses) => {
  const resolve: Resolve = () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

  expect(await post(`http://rebind.example:${port}/`, { resolve })).toBeInstanceOf(Unreachable);
  expect(accepts).toBe(0);
});

test('F16: a name is looked up once, and the address that was checked is the one that is connected to', async () => {
  let looks = 0;
  // Of the internet at the first look (and nobody’s), ours at the second: a client that looks again to connect would arrive here.
  const resolve: Resolve = () => Promise.resolve([{ address: (looks += 1) === 1 ? '3ffe::1' : '::1', family: 6 }]);

  const answer = await post(`http://rebind.example:${port}/`, { resolve, deadlineMs: 300 });

  expect(answer).toBeInstanceOf(Error);
  expect(looks).toBe(1);
  expect(accepts).toBe(0);
});

test.each([
  ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'data:text/plain,x', 'javascript:alert(1)'],
  ...['//example.com/', 'example.com', '', 'https://', 'http://user@example.com/', 'https://user:pass@example.com/'],
  ...[22, 25, 5432, 6379, 4222, 11211, 27017, 9200, 3306, 2375].map((refused) => `https://example.com:${refused}/`),
])('F17: %j is refused for what it is, before any look-up', async (url) => {
  expect(await post(url, { resolve: nowhere })).toBeInstanceOf(RefusedUrl);
});

test('F17: http is refused unless a setting says otherwise', async () => {
  expect(await post('http://example.com/', { resolve: nowhere, isHttpAllowed: false })).toBeInstanceOf(RefusedUrl);
  expect(await post('http://example.com/', { resolve: nowhere })).toBeInstanceOf(Unreachable);
});

test('F19: closed, filtered, private and unknown are one and the same error, without a word', async () => {
  const closed = { resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]), allow: ['127.0.0.0/8'] };
  const errors = await Promise.all([
    post('http://closed.example:7/', { ...closed, allow: ['127.0.0.0/8', 'closed.example:7'] }),
    post('http://closed.example:65533/', closed),
    post('http://10.0.0.1/'),
    post('http://unknown.example/', { resolve: nowhere }),
  ]);

  for (const error of errors) {
    expect(error).toBeInstanceOf(Unreachable);
    expect((error as Error).message).toBe('');
  }
});

test('what the operator opens is reached, and only that', async () => {
  const resolve: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  const closed = { isHttpAllowed: false };

  expect(await post(`http://127.0.0.1:${port}/`, { ...closed, allow: [`127.0.0.1:${port}`] })).toBe(200);
  expect(await post(`http://127.0.0.1:${port}/`, { ...closed, allow: ['127.0.0.0/8'] })).toBe(200);
  expect(await post(`http://[::ffff:127.0.0.1]:${port}/`, { ...closed, allow: ['127.0.0.0/8'] })).toBe(200);
  expect(await post(`http://bridge.internal:${port}/`, { resolve, allow: ['127.0.0.0/8'] })).toBe(200);
  const seen = accepts;
  expect(await post(`http://127.0.0.2:${port}/`, { allow: [`127.0.0.1:${port}`] })).toBeInstanceOf(Unreachable);
  expect(accepts).toBe(seen);
});

test('an address is public when the registries gave it to a network, and else not', () => {
  expect(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'].filter(isPublicAddress)).toHaveLength(4);
  expect(['', 'x', '::7f00:1', '3fff::1', '192.88.99.1', '4000::1'].filter(isPublicAddress)).toEqual([]);
});
