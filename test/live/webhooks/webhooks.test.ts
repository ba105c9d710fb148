import type { ServerResponse } from 'node:http';

import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

import { updateApiKey } from '../../../src/services/access/update-api-key.ts';
import { revokeApiKey } from '../../../src/services/access/revoke-viewer.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import { createWebhookEndpoint } from '../../../src/services/partners/create-webhook-endpoint.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import type { PartnerKind } from '../../../src/values/vocabulary.ts';
import { aReceiver, type Post } from '../../support/bridge.ts';
import { post } from '../../support/graphql.ts';
import { journalOf } from '../../support/journal.ts';
import { at, factsOf } from '../../support/orders.ts';
import { aKey, systemScope, withApp } from '../../support/start-app.ts';
import { until } from '../../support/until.ts';
import {
  actOnWebhook,
  anEndpoint,
  attemptsOf,
  ledgerOf,
  ORDER_EVENTS,
  payloadOf,
  settled,
} from '../../support/webhooks.ts';
import { withDatabase } from '../../support/with-database.ts';

type Answer = (post: Post, response: ServerResponse, nth: number) => void;

const database = await withDatabase();
const { sql } = database;
const answers = new Map<string, Answer>();
const postsTo = (path: string) => receiver.posts.filter((one) => one.path === path);
const receiver = await aReceiver((one, response) => {
  const answer = answers.get(one.path);
  if (answer) return answer(one, response, postsTo(one.path).length);
  return void response.end();
});
const app = await withApp(database, {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: receiver.place,
  // What answers at all answers within it, also on a busy machine; what does not is waited for three times.
  WEBHOOK_DEADLINE_MS: '2000',
  WEBHOOK_RETRY_BASE_MS: '10',
  WEBHOOK_TRIES: '3',
  RATE_COST_PER_SECOND: '100000',
  RATE_COST_BURST: '1000000',
});
const scope = systemScope(database);
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'a@example.org' }],
  source: 'shop',
});
let count = 0;

/** A partner with a key and an endpoint, and an order of it that is placed when the test says so. */
async function aPartner(answer?: Answer, document?: string, kind: PartnerKind = 'marketplace') {
  const nth = (count += 1);
  const path = `/hook-${nth}`;
  if (answer) answers.set(path, answer);
  const partnerId = await ensurePartner(scope, { externalId: `p${nth}`, name: `Partner ${nth}`, kind });
  const key = await aKey(database, 'partner', { partnerId });
  const url = `http://${receiver.place}${path}`;
  const endpoint = await anEndpoint(app.url, key.secret, { url, ...(document ? { document } : {}) });
  const facts = factsOf(`W-${nth}`, customerId);
  return {
    ...{ path, url, partnerId, key, endpoint, facts, number: `W-${nth}` },
    place: () => recordOrderFacts(systemScope(database), [facts.placed({ partnerId })]),
  };
}
const at1 = (clock: string) => ({ occurredAt: at(clock) });
const verify = (secret: string, { body, headers }: Post) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

test('F1: an event is posted as a subscriber would get it, signed; the ledger knows ids, sizes and times', async () => {
  const partner = await aPartner();

  const { orderIds } = await partner.place();

  const [delivery] = await settled(database, partner.endpoint.id);
  const [only, ...more] = postsTo(partner.path);
  expect(more).toEqual([]);
  expect(() => verify(partner.endpoint.secret, only!)).not.toThrow();
  expect(() => verify(partner.endpoint.secret, { ...only!, body: `${only!.body} ` })).toThrow();
  expect(payloadOf(only!)).toEqual({
    cursor: delivery!.cursor,
    event: { type: 'ORDER_RECORDED', orderId: orderIds[0], status: 'PENDING', order: { number: partner.number } },
  });
  expect(only!.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': delivery!.id,
    'punos-ordering-key': `order:${orderIds[0]}`,
  });
  expect(delivery).toMatchObject({
    ...{ eventType: 'order.recorded', state: 'delivered', outcome: 'delivered', attemptCount: 1, dueAt: null },
    settledAt: expect.any(Date) as Date,
  });
  expect(await attemptsOf(database, delivery!.id)).toMatchObject([
    { outcome: 'delivered', status: 200, requestBytes: Buffer.byteLength(only!.body), responseBytes: 0 },
  ]);
});

test('F2: a retry keeps its id and renews clock and signature', async () => {
  const partner = await aPartner((_, response, nth) => response.writeHead(nth < 2 ? 500 : 204).end());

  await partner.place();

  const [delivery] = await settled(database, partner.endpoint.id);
  expect(delivery).toMatchObject({ state: 'delivered', attemptCount: 2 });
  const posts = postsTo(partner.path);
  expect(posts.map(({ headers }) => headers['webhook-id'])).toEqual([delivery!.id, delivery!.id]);
  for (const one of posts) {
    expect(() => verify(partner.endpoint.secret, one)).not.toThrow();
    expect(Math.abs(Number(one.headers['webhook-timestamp']) * 1_000 - one.at)).toBeLessThan(60_000);
  }
  expect((await attemptsOf(database, delivery!.id)).map(({ outcome, status }) => [outcome, status])).toEqual([
    ['rejected', 500],
    ['delivered', 204],
  ]);
});

test('F3, F6: what is no answer of 2xx in time is a failure, redirects too, and is given up after its attempts', async () => {
  const troubles: [string, Answer, number | null][] = [
    ['rejected', (_, response) => response.writeHead(500).end('oh'), 500],
    ['rejected', (_, response) => response.writeHead(404).end(), 404],
    ['unreachable', (_, response) => response.destroy(), null],
    ['timed_out', () => undefined, null],
    ['timed_out', (_, response) => void response.writeHead(200).write('{'), null],
    ...[301, 302, 303, 307, 308].map((status): [string, Answer, number] => [
      'rejected',
      (_, response) => response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end(),
      status,
    ]),
  ];

  const partners = await Promise.all(troubles.map(([, answer]) => aPartner(answer)));
  for (const { place } of partners) await place();

  for (const [index, [outcome, , status]] of troubles.entries()) {
    const { endpoint, path } = partners[index]!;
    const [delivery] = await settled(database, endpoint.id);
    expect(delivery).toMatchObject({ state: 'failed', outcome, attemptCount: 3, dueAt: null });
    expect((await attemptsOf(database, delivery!.id)).map((attempt) => attempt.status)).toEqual([
      status,
      status,
      status,
    ]);
    expect(postsTo(path)).toHaveLength(3);
  }
  expect(receiver.posts.filter(({ path }) => path.endsWith('/elsewhere'))).toEqual([]);
});

test('F4: a wait that is asked for is kept, and an absurd one is cut to an hour', async () => {
  const partner = await aPartner((_, response) => response.writeHead(429, { 'retry-after': '315360000' }).end());
  const before = Date.now();

  await partner.place();

  const [delivery] = await until(
    () => ledgerOf(database, partner.endpoint.id),
    ([first]) => first?.attemptCount === 1,
  );
  expect(delivery).toMatchObject({ state: 'pending', outcome: 'rejected' });
  const waitMs = delivery!.dueAt!.getTime() - before;
  expect(waitMs).toBeGreaterThanOrEqual(3_599_000);
  expect(waitMs).toBeLessThan(3_600_000 + 120_000);
});

test('F5: 410 disables an endpoint at once, and so do days of failure; its owner sees why, and nothing more is sent', async () => {
  const gone = await aPartner((_, response) => response.writeHead(410).end());
  const failing = await aPartner((_, response) => response.writeHead(503).end());
  await sql`update webhook_endpoints set failing_since = now() - interval '121 hours' where id = ${failing.endpoint.id}`;

  for (const [partner, reason] of [
    [gone, 'GONE'],
    [failing, 'FAILING'],
  ] as const) {
    await partner.place();
    const disabled = await until(
      () => endpointsOf(partner.key.secret),
      ([endpoint]) => endpoint!.disabledAt !== null,
    );
    expect(disabled).toMatchObject([{ id: partner.endpoint.id, disabledReason: reason }]);
    expect((await journalOf(sql, `webhook:${partner.endpoint.id}`)).at(-1)).toMatchObject({ type: 'webhook.disabled' });
    const sent = postsTo(partner.path).length;
    await recordOrderFacts(scope, [partner.facts.cancelled(null, at1('13:00'))]);
    const other = await aPartner();
    await other.place();
    await settled(database, other.endpoint.id);
    expect(postsTo(partner.path)).toHaveLength(sent);
    expect(await ledgerOf(database, partner.endpoint.id)).toHaveLength(1);
  }
});
const endpointsOf = async (secret: string) => {
  const { body } = await post(
    app.url,
    secret,
    '{ webhookEndpoints { nodes { id disabledAt disabledReason failingSince } } }',
  );
  return (body.data as unknown as { webhookEndpoints: { nodes: { id: string; disabledAt: string | null }[] } })
    .webhookEndpoints.nodes;
};

test('F9: while a secret is being changed both sign, and afterwards the new one alone', async () => {
  const partner = await aPartner();
  const rotate = async (overlapHours: number) => {
    const args = `id: "${partner.endpoint.id}", overlapHours: ${overlapHours}`;
    return (await actOnWebhook(app.url, partner.key.secret, 'webhookEndpointRotateSecret', args, 'secret')).secret!;
  };
  const signersOf = (one: Post, secrets: string[]) =>
    secrets.map((secret) => {
      try {
        return verify(secret, one) !== null;
      } catch {
        return false;
      }
    });

  const second = await rotate(24);
  await partner.place();
  await settled(database, partner.endpoint.id);
  const third = await rotate(0);
  await recordOrderFacts(scope, [partner.facts.cancelled()]);
  await until(
    () => postsTo(partner.path),
    (posts) => posts.length >= 2,
  );

  const secrets = [partner.endpoint.secret, second, third];
  const [during, after] = postsTo(partner.path);
  expect(during!.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  expect(signersOf(during!, secrets)).toEqual([true, true, false]);
  expect(signersOf(after!, secrets)).toEqual([false, false, true]);
});

test('F10: what is sent is made with the rights of the attempt: a right that was taken meanwhile withholds it', async () => {
  let fails = true;
  const partner = await aPartner((_, response) => response.writeHead(fails ? 503 : 200, { 'retry-after': '1' }).end());
  await partner.place();
  await until(
    () => postsTo(partner.path).length,
    (posts) => posts === 1,
  );

  await updateApiKey(scope, partner.key.id, { name: null, role: null, scopes: ['graph:read', 'webhooks:write'] });
  fails = false;

  expect(await settled(database, partner.endpoint.id)).toMatchObject([
    { state: 'withheld', outcome: 'not_visible', attemptCount: 1 },
  ]);
  expect(postsTo(partner.path)).toHaveLength(1);
});

test('F10: an endpoint whose key was revoked gets nothing and is disabled', async () => {
  const partner = await aPartner();
  await revokeApiKey(scope, partner.key.id);

  await partner.place();

  await until(
    () => sql<{ disabledReason: string | null }[]>`
      select disabled_reason from webhook_endpoints where id = ${partner.endpoint.id}`,
    ([row]) => row!.disabledReason === 'key_ended',
  );
  expect(postsTo(partner.path)).toEqual([]);
});

test('F11: what is taken out of the rows of a customer between two attempts is not in the second, and the queue has nothing of it', async () => {
  let fails = true;
  const document = 'subscription { orderEvents { event { order { number shippingAddress { line1 city } } } } }';
  const partner = await aPartner(
    (_, response) => response.writeHead(fails ? 503 : 200, { 'retry-after': '1' }).end(),
    document,
    'carrier',
  );
  await partner.place();
  const [before] = await until(
    () => postsTo(partner.path),
    (posts) => posts.length === 1,
  );
  const addressIn = ({ body }: Post) =>
    (JSON.parse(body) as { data: { orderEvents: { event: { order: { shippingAddress: unknown } } } } }).data.orderEvents
      .event.order.shippingAddress;
  expect(addressIn(before!)).toEqual({ line1: 'Kuusitie 1', city: 'Turku' });
  const queued = await sql`
    select from webhook_deliveries d left join webhook_attempts a on a.delivery_id = d.id
    where concat(d::text, a::text) ~ 'Kuusitie|Turku'`;
  expect(queued).toHaveLength(0);

  await sql`update orders set shipping_address = null where number = ${partner.number}`;
  fails = false;

  expect(await settled(database, partner.endpoint.id)).toMatchObject([{ state: 'delivered', attemptCount: 2 }]);
  expect(addressIn(postsTo(partner.path)[1]!)).toBeNull();
});

test('F12: of an answer without end 16 KB are read, and nothing of it is kept', async () => {
  const partner = await aPartner((_, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write('canary-of-the-answer'.repeat(1_000)));
    };
    response.on('drain', more);
    more();
  });

  await partner.place();

  const [delivery] = await settled(database, partner.endpoint.id);
  expect(delivery).toMatchObject({ state: 'delivered' });
  expect((await attemptsOf(database, delivery!.id))[0]!.responseBytes).toBeLessThanOrEqual(16_384);
  const kept =
    await sql`select 1 from webhook_attempts a, webhook_deliveries d where concat(a::text, d::text) like '%canary%'`;
  expect(kept).toHaveLength(0);
});

test('F13: one event, or everything behind a place, is sent once more under the ids it has; who asked stands in the journal', async () => {
  const partner = await aPartner();
  const before = await post(app.url, partner.key.secret, '{ cursor }');
  await partner.place();
  await recordOrderFacts(scope, [partner.facts.shipped(), partner.facts.cancelled(null, at1('13:00'))]);
  const first = await settled(database, partner.endpoint.id, 3);
  const ids = () => postsTo(partner.path).map(({ headers }) => headers['webhook-id']);
  expect(ids()).toEqual(first.map(({ id }) => id));

  await actOnWebhook(
    app.url,
    partner.key.secret,
    'webhookDeliveryReplay',
    `id: "${first[1]!.id}"`,
    'webhookDelivery { id }',
  );
  await until(ids, (all) => all.length === first.length + 1);
  expect(ids().at(-1)).toBe(first[1]!.id);
  await settled(database, partner.endpoint.id, 3);

  const args = `id: "${partner.endpoint.id}", after: "${String(before.body.data!['cursor'])}"`;
  await actOnWebhook(app.url, partner.key.secret, 'webhookEndpointReplay', args, 'webhookEndpoint { id isReplaying }');
  await until(ids, (all) => all.length === 2 * first.length + 1);

  expect(ids().slice(-first.length)).toEqual(first.map(({ id }) => id));
  await settled(database, partner.endpoint.id, 3);
  expect(await ledgerOf(database, partner.endpoint.id)).toHaveLength(first.length);
  const asked = await sql<{ actor: string }[]>`
    select actor from events where type = 'webhook.queued' and streams @> array[${`webhook:${partner.endpoint.id}`}]`;
  expect(asked.map(({ actor }) => actor)).toEqual([partner.key.id, partner.key.id]);
});

test('a test of an endpoint is a signed checkpoint, tried once, in the ledger like everything', async () => {
  const partner = await aPartner((_, response, nth) => response.writeHead(nth === 1 ? 500 : 200).end());
  const press = () =>
    actOnWebhook(
      app.url,
      partner.key.secret,
      'webhookEndpointTest',
      `id: "${partner.endpoint.id}"`,
      'webhookDelivery { id }',
    );

  await press();
  expect(await settled(database, partner.endpoint.id)).toMatchObject([
    { state: 'failed', attemptCount: 1, eventType: null },
  ]);
  const { webhookDelivery } = await press();
  const [, second] = await settled(database, partner.endpoint.id, 2);

  expect(second).toMatchObject({ id: webhookDelivery!.id, state: 'delivered', attemptCount: 1 });
  const sent = postsTo(partner.path)[1]!;
  expect(() => verify(partner.endpoint.secret, sent)).not.toThrow();
  expect(payloadOf(sent)).toEqual({ cursor: expect.any(String) as string, event: null });
});

test('what happens to one order comes in order, also past a failure; another order does not wait for it', async () => {
  const refused = new Set<string>();
  const partner = await aPartner((one, response) => {
    const id = String(one.headers['webhook-id']);
    const isFirst =
      payloadOf(one).event?.type === 'ORDER_RECORDED' && !refused.has(id) && one.body.includes(partner.number);
    if (isFirst) refused.add(id);
    response.writeHead(isFirst ? 500 : 200).end();
  });
  const other = factsOf(`${partner.number}x`.replace('W-', 'X-'), customerId);

  await partner.place();
  await recordOrderFacts(scope, [partner.facts.shipped()]);
  await recordOrderFacts(scope, [partner.facts.cancelled(null, at1('13:00'))]);
  await recordOrderFacts(scope, [other.placed({ partnerId: partner.partnerId })]);

  const ledger = await settled(database, partner.endpoint.id, 5);
  const taken = (isOther: boolean) =>
    postsTo(partner.path)
      .filter((one) => payloadOf(one).event!.order!.number.startsWith('X-') === isOther)
      .map(({ headers }) => String(headers['webhook-id']));
  const ofOrder = ledger.filter(({ orderingKey }) => orderingKey === ledger[0]!.orderingKey).map(({ id }) => id);
  expect(taken(false)).toEqual([ofOrder[0], ...ofOrder]);
  expect(taken(true)).toHaveLength(1);
});

test('F8: one that never answers among three hundred delays none of the others', async () => {
  const installation = await readInstallation(sql);
  const paths = Array.from({ length: 300 }, (_, nth) => `/of-many-${nth}`);
  const [dead, ...others] = paths;
  answers.set(dead!, () => undefined);
  const partnerId = await ensurePartner(scope, { externalId: 'many', name: 'Many', kind: 'marketplace' });
  const keys = await Promise.all([1, 2, 3].map(() => aKey(database, 'partner', { partnerId })));
  for (const [nth, path] of paths.entries())
    await createWebhookEndpoint(
      scope,
      { installation, check: () => Promise.resolve() },
      {
        name: path,
        url: `http://${receiver.place}${path}`,
        document: ORDER_EVENTS,
        variables: {},
        keyId: keys[nth % 3]!.id,
      },
      null,
    );

  for (const number of ['M-1', 'M-2']) {
    await recordOrderFacts(systemScope(database), [factsOf(number, customerId).placed({ partnerId })]);
    await until(
      () => others.filter((path) => !postsTo(path).some(({ body }) => body.includes(`"${number}"`))),
      (waiting) => waiting.length === 0,
    );
    // Nothing that the dead one was sent is settled by then, or it was given up.
    const delivered = await sql`
      select 1 from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
      where e.name = ${dead!} and d.state = 'delivered'`;
    expect(delivered).toHaveLength(0);
  }
  expect(postsTo(others[0]!)).toHaveLength(2);
});

test('what could never work is refused with its reason, and leaves nothing', async () => {
  const partnerId = await ensurePartner(scope, { externalId: 'odd', name: 'Odd', kind: 'marketplace' });
  const { secret } = await aKey(database, 'partner', { partnerId });
  const before = await sql`select 1 from webhook_endpoints`;
  const good = { name: 'Odd', url: 'https://partner.example/', document: ORDER_EVENTS, variables: '{}' };
  const withId = 'subscription ($id: ID!) { orderEvents(orderId: $id) { cursor } }';
  const odd: [string, Partial<typeof good> & { keyId?: string }, string, string][] = [
    ['no name', { name: ' ' }, 'INVALID_INPUT', 'name'],
    ['no GraphQL', { document: '{' }, 'INVALID_INPUT', 'document'],
    ['a query', { document: '{ cursor }' }, 'INVALID_INPUT', 'document'],
    ['no event', { document: 'subscription { __typename }' }, 'INVALID_INPUT', 'document'],
    [
      'two fields',
      { document: 'subscription { orderEvents { cursor } stockEvents { cursor } }' },
      'INVALID_INPUT',
      'document',
    ],
    [
      'two operations',
      { document: `${ORDER_EVENTS.replace('subscription', 'subscription A')} subscription B { __typename }` },
      'INVALID_INPUT',
      'document',
    ],
    ['a right it lacks', { document: 'subscription { stockEvents { cursor } }' }, 'NOT_ALLOWED', 'document'],
    [
      'addresses',
      { document: 'subscription { orderEvents { event { order { shippingAddress { city } } } } }' },
      'NOT_ALLOWED',
      'document',
    ],
    [
      'too deep',
      {
        document: `subscription { orderEvents { event { order { ${'shipments { order { '.repeat(8)} id ${'} }'.repeat(8)} } } } }`,
      },
      'INVALID_INPUT',
      'document',
    ],
    ['a missing variable', { document: withId }, 'INVALID_INPUT', 'document'],
    ['an order of somebody else', { document: withId, variables: '{"id":"ord_nobody"}' }, 'INVALID_INPUT', 'variables'],
    ['no object', { variables: '[]' }, 'INVALID_INPUT', 'variables'],
    ['no JSON', { variables: '{' }, 'INVALID_INPUT', 'variables'],
    ['NUL', { variables: '{"a":"\\u0000"}' }, 'INVALID_INPUT', 'variables'],
    ['half a pair', { variables: '{"\\ud800":1}' }, 'INVALID_INPUT', 'variables'],
    ['a prototype', { variables: '{"__proto__":{"a":1}}' }, 'INVALID_INPUT', 'document'],
    ['a key of another', { keyId: 'key_00000000000000000000000000' }, 'NOT_ALLOWED', 'keyId'],
  ];

  for (const [name, but, code, field] of odd) {
    const document =
      'mutation ($input: WebhookEndpointCreateInput!) { answer: webhookEndpointCreate(input: $input) { userErrors { code field message } } }';
    const { body } = await post(app.url, secret, document, { input: { ...good, ...but } });
    expect(body, name).toMatchObject({ data: { answer: { userErrors: [{ code, field: ['input', field] }] } } });
  }
  expect(await sql`select 1 from webhook_endpoints`).toHaveLength(before.length);
});

test('nobody sees or changes an endpoint of somebody else, and none is told that it is there', async () => {
  const owner = await aPartner();
  const stranger = await aPartner();
  await owner.place();
  const [delivery] = await settled(database, owner.endpoint.id);
  const { key } = stranger;

  for (const [mutation, args] of [
    ['webhookEndpointTest', `id: "${owner.endpoint.id}"`],
    ['webhookEndpointDisable', `id: "${owner.endpoint.id}"`],
    ['webhookEndpointUpdate', `id: "${owner.endpoint.id}", input: { url: "http://${receiver.place}${stranger.path}" }`],
    ['webhookDeliveryReplay', `id: "${delivery!.id}"`],
  ] as const) {
    const { userErrors } = await actOnWebhook(app.url, key.secret, mutation, args, '__typename');
    expect(userErrors, mutation).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
  }
  const { body } = await post(
    app.url,
    key.secret,
    `{ node(id: "${owner.endpoint.id}") { id } webhookDeliveries(endpointId: "${owner.endpoint.id}") { nodes { id } }
       webhookAttempts(deliveryId: "${delivery!.id}") { nodes { id } } webhookEndpoints { nodes { id } } }`,
  );
  expect(body.data).toEqual({
    node: null,
    webhookDeliveries: { nodes: [] },
    webhookAttempts: { nodes: [] },
    webhookEndpoints: { nodes: [{ id: stranger.endpoint.id }] },
  });
});

test('another key of the partner that says where events go lends its own rights: it reads by that no more than by itself', async () => {
  const partner = await aPartner();
  const narrow = await aKey(database, 'partner', {
    partnerId: partner.partnerId,
    scopes: ['graph:read', 'webhooks:write'],
  });
  const args = `id: "${partner.endpoint.id}", input: { url: "http://${receiver.place}/narrow" }`;

  const { userErrors } = await actOnWebhook(app.url, narrow.secret, 'webhookEndpointUpdate', args, '__typename');

  expect(userErrors).toMatchObject([{ code: 'NOT_ALLOWED', field: ['input', 'document'] }]);
  await partner.place();
  await settled(database, partner.endpoint.id);
  expect(postsTo('/narrow')).toEqual([]);
});
