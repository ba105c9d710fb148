import { expect, test } from 'vitest';

import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const integration = await aKey(database, 'integration');
const admin = await aKey(database, 'admin');
const partnerKey = await aKey(database, 'agent');

const PRODUCTS = `mutation ($input: [ProductUpsertInput!]!, $key: String) { productsUpsert(input: $input, idempotencyKey: $key) {
  products { externalId variants { sku } } userErrors { code field } } }`;
const LOCATIONS = `mutation ($input: [LocationUpsertInput!]!) { locationsUpsert(input: $input) { locations { externalId name } userErrors { code field } } }`;
const AGENTS = `mutation ($input: [AgentUpsertInput!]!) { agentsUpsert(input: $input) { agents { externalId name capacity presence skills { skill level } } userErrors { code field } } }`;
const AGENT = `mutation ($input: AgentUpsertInput!) { agentUpsert(input: $input) { agent { name skills { skill level } } userErrors { code field } } }`;
const PARTNERS = `mutation ($input: [PartnerCreateInput!]!) { partnersCreate(input: $input) { partners { externalId kind } userErrors { code field } } }`;

const aProduct = (n: number, sku = `SKU-${n}`) => ({
  externalId: `p${n}`,
  title: `Product ${n}`,
  variants: [{ sku, title: 'One size' }],
});
const count = async (table: string) =>
  (await database.sql<{ count: number }[]>`select count(*) as count from ${database.sql(table)}`)[0]!.count;

test('many products are stored at once and answered in the order in which they were sent', async () => {
  const input = [aProduct(3), aProduct(1), aProduct(2)];
  const { body } = await post(app.url, integration.secret, PRODUCTS, { input, key: 'first' });

  expect(body.data!['productsUpsert']).toEqual({
    products: [
      { externalId: 'p3', variants: [{ sku: 'SKU-3' }] },
      { externalId: 'p1', variants: [{ sku: 'SKU-1' }] },
      { externalId: 'p2', variants: [{ sku: 'SKU-2' }] },
    ],
    userErrors: [],
  });
  const again = await post(app.url, integration.secret, PRODUCTS, { input, key: 'first' });
  expect(again.body.data).toEqual(body.data);
  expect(await count('products')).toBe(3);
});

test('one bad product of a list is named by its place, and none of the list is stored', async () => {
  const input = [aProduct(7), { ...aProduct(8), title: ' ' }];
  const { body } = await post(app.url, integration.secret, PRODUCTS, { input });

  expect(body.data!['productsUpsert']).toEqual({
    products: null,
    userErrors: [{ code: 'INVALID_INPUT', field: ['products', '1', 'title'] }],
  });
  expect(await count('products')).toBe(3);
});

test('an empty list and one of 101 are refused', async () => {
  for (const input of [[], Array.from({ length: 101 }, (_, n) => aProduct(1_000 + n))]) {
    const { body } = await post(app.url, integration.secret, PRODUCTS, { input });
    expect(body.data!['productsUpsert']).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT', field: ['input'] }] });
  }
  expect(await count('products')).toBe(3);
});

test('locations go in many at a time; the same again changes nothing', async () => {
  const input = [
    { externalId: 'l2', name: 'Tampere', kind: 'STORE', place: { latitude: 61.5, longitude: 23.76 } },
    { externalId: 'l1', name: 'Helsinki', kind: 'STORE' },
  ];
  const { body } = await post(app.url, integration.secret, LOCATIONS, { input });
  const before = await count('events');
  const again = await post(app.url, integration.secret, LOCATIONS, { input });

  expect(body.data!['locationsUpsert']).toEqual({
    locations: [
      { externalId: 'l2', name: 'Tampere' },
      { externalId: 'l1', name: 'Helsinki' },
    ],
    userErrors: [],
  });
  expect(again.body.data).toEqual(body.data);
  expect(await count('events')).toBe(before);
});

test('agents come with their skills, and a skill that is named no more is gone', async () => {
  const aada = { externalId: 'aada', name: 'Aada', capacity: 3, skills: [{ skill: 'language:fi', level: 5 }] };
  const { body } = await post(app.url, admin.secret, AGENTS, { input: [aada] });
  expect(body.data!['agentsUpsert']).toEqual({
    agents: [
      {
        ...{ externalId: 'aada', name: 'Aada', capacity: 3, presence: 'OFFLINE' },
        skills: [{ skill: 'language:fi', level: 5 }],
      },
    ],
    userErrors: [],
  });

  const now = { ...aada, name: 'Aada A.', skills: [{ skill: 'topic:returns', level: 2 }] };
  const changed = await post(app.url, admin.secret, AGENT, { input: now });
  expect(changed.body.data!['agentUpsert']).toEqual({
    agent: { name: 'Aada A.', skills: [{ skill: 'topic:returns', level: 2 }] },
    userErrors: [],
  });
});

test.each([
  ['a skill without a class', { skills: [{ skill: 'finnish', level: 3 }] }],
  ['a level of 6', { skills: [{ skill: 'language:fi', level: 6 }] }],
  [
    'a skill twice',
    {
      skills: [
        { skill: 'language:fi', level: 1 },
        { skill: 'language:fi', level: 2 },
      ],
    },
  ],
  ['a capacity below 0', { capacity: -1 }],
])('an agent with %s is refused and changes nothing', async (_, wrong) => {
  const input = [{ externalId: 'new', name: 'New', capacity: 1, skills: [], ...wrong }];
  const { body } = await post(app.url, admin.secret, AGENTS, { input });

  expect(body.data!['agentsUpsert']).toMatchObject({ agents: null, userErrors: [{ code: 'INVALID_INPUT' }] });
  expect(await database.sql`select 1 from agents where external_id = 'new'`).toHaveLength(0);
});

test('partners are made by who may, and by nobody else', async () => {
  const input = [
    { externalId: 'posti', name: 'Posti', kind: 'CARRIER' },
    { externalId: 'market', name: 'Market', kind: 'MARKETPLACE' },
  ];
  const refused = await post(app.url, partnerKey.secret, PARTNERS, { input });
  expect(refused.body.errors![0]!.extensions['code']).toBe('FORBIDDEN');
  expect(await count('partners')).toBe(0);

  const { body } = await post(app.url, integration.secret, PARTNERS, { input });
  expect(body.data!['partnersCreate']).toEqual({
    partners: [
      { externalId: 'posti', kind: 'CARRIER' },
      { externalId: 'market', kind: 'MARKETPLACE' },
    ],
    userErrors: [],
  });
});

test('several inboxes are made at once, their secrets shown once; when one is refused none is made', async () => {
  const document = `mutation ($input: [InboxCreateInput!]!, $key: String) { inboxesCreate(input: $input, idempotencyKey: $key) {
    created { inbox { externalId } hookSecret bridgeSecret } userErrors { code field } } }`;
  const input = [
    { channel: 'SMS', externalId: 'sms-fi', name: 'Texts', bridgeUrl: 'https://bridge.example.org/sms' },
    { channel: 'EMAIL', externalId: 'mail-fi', name: 'Mail' },
  ];
  const { body } = await post(app.url, admin.secret, document, { input, key: 'inboxes' });
  const made = body.data!['inboxesCreate'] as unknown as { created: Record<string, unknown>[]; userErrors: unknown[] };
  expect(made.userErrors).toEqual([]);
  expect(made.created).toMatchObject([
    { inbox: { externalId: 'sms-fi' }, hookSecret: expect.stringMatching(/^whsec_/), bridgeSecret: expect.any(String) },
    { inbox: { externalId: 'mail-fi' }, hookSecret: expect.stringMatching(/^whsec_/), bridgeSecret: null },
  ]);

  const again = await post(app.url, admin.secret, document, { input, key: 'inboxes' });
  expect(again.body.data!['inboxesCreate']).toMatchObject({
    created: [
      { inbox: { externalId: 'sms-fi' }, hookSecret: null },
      { inbox: { externalId: 'mail-fi' }, hookSecret: null },
    ],
  });
  const taken = [{ channel: 'SMS', externalId: 'new-one', name: 'New' }, input[1]];
  const refused = await post(app.url, admin.secret, document, { input: taken });
  expect(refused.body.data!['inboxesCreate']).toEqual({
    created: null,
    userErrors: [{ code: 'CONFLICT', field: ['input', '1', 'externalId'] }],
  });
  expect(await count('inboxes')).toBe(2);
});
