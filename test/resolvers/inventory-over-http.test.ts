import { beforeAll, expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { recordPlaces } from '../../src/services/inventory/record-places.ts';
import { post } from '../support/graphql.ts';
import { EventStream } from '../support/event-stream.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { STOCK_EXACT_UP_TO: '3' });
const { customerId } = await upsertCustomer(systemScope(database), {
  identities: [{ kind: 'email', value: 'aino@example.com' }],
  source: 'test',
});
const keys = {
  integration: (await aKey(database, 'integration')).secret,
  agent: (await aKey(database, 'agent')).secret,
  customer: (await aKey(database, 'customer', { customerId })).secret,
};
type Data = Record<string, never>;
async function ask(as: keyof typeof keys, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await post(app.url, keys[as], query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as Data;
}
const codeOf = async (as: keyof typeof keys, query: string) =>
  (await post(app.url, keys[as], query)).body.errors?.[0]?.extensions['code'];

const where = { variantId: '', locationId: '' };
beforeAll(async () => {
  await recordPlaces(systemScope(database), [
    { country: 'FI', postalCode: '20100', name: 'Turku', latitude: 60.45, longitude: 22.27 },
  ]);
  const { product, other, location } = (await ask(
    'integration',
    `mutation ($product: ProductUpsertInput!, $other: ProductUpsertInput!, $location: LocationUpsertInput!) {
      product: productUpsert(input: $product) { product { variants { id } } }
      other: productUpsert(input: $other) { product { bundle variants { id } } }
      location: locationUpsert(input: $location) { location { id pickupMinutes deliveryHours } } }`,
    {
      product: { ...thing('lamp'), bundle: 'desk' },
      other: { ...thing('bulb'), bundle: 'desk' },
      location: {
        ...{ externalId: 'turku', name: 'Turku', kind: 'STORE', place: { latitude: 60.45, longitude: 22.28 } },
        ...{ pickupMinutes: 30, deliveryHours: 24 },
      },
    },
  )) as unknown as Record<string, { product: { variants: { id: string }[] }; location: { id: string } }>;
  Object.assign(where, { variantId: product!.product.variants[0]!.id, locationId: location!.location.id });
  await count({ ...where, onHand: 10, committed: 2, incoming: 6, incomingAt: '2030-01-02T03:04:05.000Z', damaged: 1 });
  await count({ ...where, variantId: other!.product.variants[0]!.id, onHand: 5 });
});
const thing = (name: string) => ({
  externalId: name,
  title: name,
  variants: [{ sku: name.toUpperCase(), title: name }],
});
const count = (input: object) =>
  ask('integration', 'mutation ($input: StockSetInput!) { stockSet(input: $input) { userErrors { message } } }', {
    input: { source: 'till', ...input },
  });

test('a level is told by the names of its quantities, and its ledger says how it came about', async () => {
  await ask(
    'integration',
    'mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { stockLevel { damaged } userErrors { message } } }',
    { input: { ...where, quantity: 'DAMAGED', delta: 1, reason: 'fell', source: 'till' } },
  );

  const asked = await ask(
    'agent',
    `query ($variantId: ID!, $locationId: ID!) {
      stockLevel(variantId: $variantId, locationId: $locationId) { onHand committed held incoming incomingAt safety damaged available }
      stockEntries(variantId: $variantId, locationId: $locationId) { nodes { reason source changes { quantity delta after } } } }`,
    where,
  );

  expect(asked).toEqual({
    stockLevel: {
      ...{ onHand: 10, committed: 2, held: 0, incoming: 6, safety: 0, damaged: 2, available: 6 },
      incomingAt: '2030-01-02T03:04:05.000Z',
    },
    stockEntries: {
      nodes: [
        { reason: 'fell', source: 'till', changes: [{ quantity: 'DAMAGED', delta: 1, after: 2 }] },
        {
          ...{ reason: 'count', source: 'till' },
          changes: [
            { quantity: 'ON_HAND', delta: 10, after: 10 },
            { quantity: 'COMMITTED', delta: 2, after: 2 },
            { quantity: 'INCOMING', delta: 6, after: 6 },
            { quantity: 'DAMAGED', delta: 1, after: 1 },
          ],
        },
      ],
    },
  });
});

const NEAR = `{ availability(sku: "LAMP", place: { postalCode: "20100" }) { nodes {
  available isExact band distanceKm nextIncoming { quantity expectedAt } pickupReadyAt deliveredAt } } }`;
interface Found {
  available: number;
  pickupReadyAt: string;
  deliveredAt: string;
}

test('near a postal code it is told how many, how far, and by when one could have it', async () => {
  const before = Date.now();
  const [found] = ((await ask('agent', NEAR))['availability'] as unknown as { nodes: Found[] }).nodes;

  expect(found).toMatchObject({
    ...{ isExact: true, band: 'MANY', distanceKm: 0.548 },
    nextIncoming: { quantity: 6, expectedAt: '2030-01-02T03:04:05.000Z' },
  });
  const ready = Date.parse(found!.pickupReadyAt);
  expect(ready).toBeGreaterThanOrEqual(before + 30 * 60_000);
  expect(Date.parse(found!.deliveredAt)).toBe(ready + 24 * 3_600_000);
});

test('customers are told no larger number than the operator lets them, by no question', async () => {
  const shown = async (query: string) => JSON.stringify(await ask('customer', query));
  expect(await shown(NEAR)).toContain('"available":3,"isExact":false,"band":"MANY"');
  // Four may be asked for, which says no more than that there are more than three; what lies above is answered as four.
  const places = (atLeast: number) =>
    shown(`{ availability(sku: "LAMP", atLeast: ${atLeast}) { nodes { locationId } } }`);
  expect(await places(1_000_000)).toBe(await places(4));
  expect(await shown('{ substitutes(sku: "LAMP", quantity: 9) { nearest { available } } }')).toContain('"available":3');
  expect(await codeOf('customer', `{ stockLevel(variantId: "x", locationId: "y") { onHand } }`)).toBe('FORBIDDEN');

  const stream = await EventStream.open(app.url, keys.customer, {
    query: 'subscription { stockEvents { cursor event { onHand available } } }',
  });
  await stream.until(() => stream.text.includes('cursor'));
  await count({ ...where, onHand: 9 });
  await stream.until(() => stream.text.includes('"onHand"'));
  expect(stream.text).toContain('"onHand":3,"available":3');
  stream.close();
});

test('nor by their packet, asked for or watched, while staff read the number there', async () => {
  await ask(
    'integration',
    'mutation ($input: ActivityInput!) { activityRecord(input: $input) { userErrors { message } } }',
    {
      input: { customerId, source: 'site', basketChange: { lines: [{ sku: 'BULB', quantity: 1 }] } },
    },
  );
  const stock = 'stock { sku locations { available } }';
  const packet = `{ contextPacket(customerId: "${customerId}") { ${stock} } }`;
  const of = (available: number) => ({ contextPacket: { stock: [{ sku: 'BULB', locations: [{ available }] }] } });
  expect(await ask('agent', packet)).toEqual(of(5));
  expect(await ask('customer', packet)).toEqual(of(3));

  const stream = await EventStream.open(app.url, keys.customer, {
    query: `subscription { contextPackets(customerId: "${customerId}") { packet { ${stock} } } }`,
  });
  await stream.until(() => stream.text.includes('BULB'));
  expect(stream.text).toContain('"available":3');
  stream.close();
});

test('substitutes come with what they have in common and where they are', async () => {
  const asked = await ask(
    'agent',
    '{ substitutes(sku: "LAMP", place: { name: "turku" }) { reason variant { sku } nearest { available distanceKm location { name } } } }',
  );

  expect(asked).toEqual({
    substitutes: [
      {
        ...{ reason: 'BUNDLE', variant: { sku: 'BULB' } },
        nearest: { available: 5, distanceKm: 0.548, location: { name: 'Turku' } },
      },
    ],
  });
});

test('messages and activity that name articles bring them along, with price and what there is', async () => {
  await ask(
    'integration',
    'mutation ($input: ActivityInput!) { activityRecord(input: $input) { userErrors { message } } }',
    {
      input: {
        customerId,
        source: 'site',
        basketChange: {
          lines: [
            { sku: 'BULB', quantity: 1 },
            { sku: 'GONE', quantity: 1 },
          ],
        },
      },
    },
  );
  await ensureInbox(systemScope(database), { externalId: 'mail', channel: 'email', name: 'Mail' });
  const { messageReceive } = (await ask(
    'integration',
    'mutation ($input: MessageReceiveInput!) { messageReceive(input: $input) { message { id } userErrors { message } } }',
    {
      input: {
        ...{
          inbox: 'mail',
          externalId: 'm1',
          text: 'Have you bulb no. 7, BULB or a LAMP?',
          occurredAt: new Date().toISOString(),
        },
        sender: { kind: 'EMAIL', value: 'aino@example.com' },
      },
    },
  )) as unknown as { messageReceive: { message: { id: string } } };

  const asked = await ask(
    'agent',
    `query ($id: ID!, $customerId: ID!) {
      message: node(id: $id) { ... on Message { mentionedVariants { sku totalAvailable product { title } } } }
      customer(id: $customerId) { activities(first: 1) { nodes { variant { sku } basketChange { lines { variant { sku totalAvailable } } } } } } }`,
    { id: messageReceive.message.id, customerId },
  );

  expect(asked).toEqual({
    message: {
      mentionedVariants: [
        { sku: 'BULB', totalAvailable: 5, product: { title: 'bulb' } },
        { sku: 'LAMP', totalAvailable: expect.any(Number) as number, product: { title: 'lamp' } },
      ],
    },
    customer: {
      activities: {
        nodes: [
          {
            variant: null,
            basketChange: { lines: [{ variant: { sku: 'BULB', totalAvailable: 5 } }, { variant: null }] },
          },
        ],
      },
    },
  });
});

test.each([
  'availability(sku: "LAMP", near: { latitude: 1, longitude: 1 }, place: { name: "Turku" }) { nodes { locationId } }',
  'availability(sku: "LAMP", place: { country: "FI" }) { nodes { locationId } }',
  'substitutes(sku: "LAMP", first: 21) { reason }',
  'substitutes(sku: "LAMP", first: 0) { reason }',
])('a question that makes no sense is a bad request: %s', async (query) => {
  expect(await codeOf('agent', `{ ${query} }`)).toBe('BAD_USER_INPUT');
});
