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
import { PRIVATE_HOSTS } from '../../support/private-hosts.ts';

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
