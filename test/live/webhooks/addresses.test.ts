import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, expect, test } from 'vitest';

import { openOutboundHttp, type OutboundSettings } from '../../../src/channels/outbound/outbound-http.ts';
import { postSigned } from '../../../src/live/webhooks/post-signed.ts';
import { newWebhookSecret } from '../../../src/services/partners/webhook-secrets.ts';
import { PRIVATE_HOSTS } from '../../support/private-hosts.ts';
import { aKey, withApp } from '../../support/start-app.ts';
import { actOnWebhook, anEndpoint, ORDER_EVENTS, settled } from '../../support/webhooks.ts';
import { withDatabase } from '../../support/with-database.ts';

/** Listens where nobody is to go; counts who comes, not who is answered. */
let accepts = 0;
const seen: IncomingHttpHeaders[] = [];
const canary = createServer((request, response) => {
  seen.push(request.headers);
  response.end('inside');
});
canary.on('connection', () => (accepts += 1));
await new Promise<void>((resolve) => canary.listen(0, resolve));
const { port } = canary.address() as AddressInfo;
afterAll(() => new Promise((resolve) => canary.close(resolve)));

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { RATE_COST_PER_SECOND: '100000', RATE_COST_BURST: '1000000' });
const { secret: key } = await aKey(database, 'admin');
const register = (url: string) => {
  const input = `name: "x", url: ${JSON.stringify(url)}, document: ${JSON.stringify(ORDER_EVENTS)}`;
  return actOnWebhook(app.url, key, 'webhookEndpointCreate', `input: { ${input} }`, 'webhookEndpoint { id }');
};

test(`F14, F15, F17: ${PRIVATE_HOSTS.length} forms of private addresses, odd ports and schemes, and passwords in URLs cannot be registered`, async () => {
  const urls = [
    ...PRIVATE_HOSTS.map((host) => `https://${host}:${port}/`),
    ...[
      'http://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
      'gopher://example.com/',
      'example.com',
      '//example.com/',
    ],
    ...['https://user@example.com/', 'https://user:pass@example.com/', 'https://', 'javascript:alert(1)'],
    ...[22, 25, 5432, 6379, 4222].map((refused) => `https://example.com:${refused}/`),
  ];

  for (const url of urls)
    expect((await register(url)).userErrors, url).toMatchObject([{ code: 'INVALID_INPUT', field: ['input', 'url'] }]);

  expect(await sql`select 1 from webhook_endpoints`).toHaveLength(0);
  expect((await register('https://partner.example:8443/hook?x=1')).userErrors).toEqual([]);
  expect(accepts).toBe(0);
});

test('F18, F19: where a URL leads inside all the same, nothing is connected to, and the ledger says one word for all of it', async () => {
  const { id } = await anEndpoint(app.url, key, { url: 'https://partner.example/hook' });
  const hosts = [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    '169.254.169.254',
    '10.0.0.1',
    'no-such-name.invalid',
  ];

  for (const [index, host] of hosts.entries()) {
    await sql`update webhook_endpoints set url = ${`https://${host}:${port}/`} where id = ${id}`;
    await actOnWebhook(app.url, key, 'webhookEndpointTest', `id: "${id}"`, 'webhookDelivery { id }');
    const tested = await settled(database, id, index + 1);
    expect(tested.at(-1), host).toMatchObject({ state: 'failed', outcome: 'unreachable', attemptCount: 1 });
  }

  expect(accepts).toBe(0);
});

const postTo = async (url: string, but: Partial<OutboundSettings>, orderingKey = 'order:ord_1') => {
  const http = openOutboundHttp({ allow: [], isHttpAllowed: true, deadlineMs: 2_000, ...but });
  const posted = await postSigned(http, {
    ...{ url, secrets: [newWebhookSecret()], id: 'whd_1', orderingKey, body: '{}', at: new Date() },
  });
  await http.close();
  return posted;
};
const leadingTo = (...addresses: string[]) => ({
  resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
});

test('F16: a name that leads inside by any of its addresses, or only at a second look, is not connected to', async () => {
  let looks = 0;
  const rebinding = {
    resolve: () => Promise.resolve([{ address: (looks += 1) === 1 ? '3ffe::1' : '::1', family: 6 }]),
    deadlineMs: 300,
  };

  for (const name of [
    leadingTo('127.0.0.1'),
    leadingTo('93.184.215.14', '10.0.0.1'),
    leadingTo('::ffff:127.0.0.1'),
    rebinding,
  ])
    expect(['unreachable', 'timed_out']).toContain((await postTo(`http://rebind.example:${port}/`, name)).outcome);

  expect(looks).toBe(1);
  expect(accepts).toBe(0);
});

test('F20: nothing of what others wrote ends a header or takes the place of one', async () => {
  const place = { allow: [`127.0.0.1:${port}`] };
  const evil = 'source:shop:x\r\nhost: evil.example\r\nwebhook-id: forged\u0000é';

  expect(await postTo(`http://127.0.0.1:${port}/`, place, evil)).toMatchObject({ outcome: 'delivered', status: 200 });

  expect(seen.at(-1)).toMatchObject({
    ...{ host: `127.0.0.1:${port}`, 'webhook-id': 'whd_1' },
    'punos-ordering-key': 'source:shop:x%0D%0Ahost:%20evil.example%0D%0Awebhook-id:%20forged%00%C3%A9',
  });
});
