import { expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { expectSource } from '../../src/services/intake/expect-source.ts';
import { receiveFacts } from '../../src/services/intake/receive-facts.ts';
import { watchSources } from '../../src/services/intake/watch-sources.ts';
import { recordLocations } from '../../src/services/inventory/record-locations.ts';
import { recordProduct } from '../../src/services/inventory/record-products.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { EventStream } from '../support/event-stream.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database);
const { customerId } = await upsertCustomer(systemScope(database), {
  identities: [{ kind: 'email', value: 'aino@example.com' }],
  source: 'test',
});
const keys = {
  agent: (await aKey(database, 'agent')).secret,
  customer: (await aKey(database, 'customer', { customerId })).secret,
};
await recordProduct(systemScope(database), {
  externalId: 'lamp',
  title: 'Lamp',
  variants: [{ sku: 'LAMP', title: 'Lamp', options: {} }],
});
const [locationId] = await recordLocations(systemScope(database), [
  { externalId: 'turku', name: 'Turku', kind: 'store' },
]);
const [{ id: variantId }] = await sql<[{ id: string }]>`select id from variants where sku = 'LAMP'`;

async function ask<T>(as: keyof typeof keys, query: string): Promise<T> {
  const { body } = await post(app.url, keys[as], query);
  expect(body.errors).toBeUndefined();
  return body.data as T;
}
const FRESHNESS = 'freshness { asOf source sourceLagMs publishLagMs staleSince fallbackText(language: "fi") }';
interface Fresh {
  readonly asOf: string;
  readonly source: string | null;
  readonly sourceLagMs: number;
  readonly publishLagMs: number;
  readonly staleSince: string | null;
  readonly fallbackText: string | null;
}

let told = 0;
/** Units that were counted, or that moved, so many seconds before the till tells of it. */
function tell(body: { onHand: number } | { delta: number }, secondsAgo: number) {
  const scope = systemScope(database);
  const origin = {
    id: `told ${(told += 1)}`,
    version: null,
    occurredAt: new Date(scope.now.getTime() - secondsAgo * 1_000),
  };
  const at = { item: { sku: 'LAMP', externalId: null }, location: 'turku' };
  const fact =
    'onHand' in body
      ? { ...origin, ...at, type: 'stock_count' as const, ...body }
      : { ...origin, ...at, type: 'stock_move' as const, reason: 'sold', ...body };
  return receiveFacts(scope, 'till', [fact]);
}
const level = async () =>
  (
    await ask<{ stockLevel: { asOf: string; freshness: Fresh } }>(
      'agent',
      `{ stockLevel(variantId: "${variantId}", locationId: "${locationId!}") { asOf ${FRESHNESS} } }`,
    )
  ).stockLevel;
const shown = async () =>
  (
    await ask<{ availability: { nodes: { available: number; freshness: Fresh }[] } }>(
      'customer',
      `{ availability(sku: "LAMP") { nodes { available ${FRESHNESS} } } }`,
    )
  ).availability.nodes[0]!;

test('a level is as fresh as what its source told last: a count, or units that moved', async () => {
  await tell({ onHand: 10 }, 90);

  const counted = await level();
  expect(counted.freshness).toMatchObject({
    asOf: counted.asOf,
    source: 'till',
    sourceLagMs: 90_000,
    staleSince: null,
  });
  expect(counted.freshness.publishLagMs).toBeGreaterThanOrEqual(0);

  await tell({ delta: -1 }, 45);
  expect((await level()).freshness).toMatchObject({ source: 'till', sourceLagMs: 45_000 });

  // Kept for a buyer here: the source told nothing.
  const before = (await level()).freshness;
  await sql`update stock_levels set updated_at = now() + interval '1 hour'`;
  expect((await level()).freshness).toEqual(before);
});

test('while its source is silent a customer is told the last that is known, and in what words; then it recovers', async () => {
  await tell({ onHand: 10 }, 0);
  const expected = { owner: null, serviceLevel: null, errorProcedure: null };
  await expectSource(systemScope(database), { kind: 'stock', name: 'till', expectedEverySeconds: 60, ...expected });
  await sql`update sources set last_heard_at = now() - interval '10 minutes' where kind = 'stock' and name = 'till'`;
  await watchSources(systemScope(database));

  const [{ staleSince }] = await sql<[{ staleSince: Date }]>`select stale_since from sources where name = 'till'`;
  expect(await shown()).toMatchObject({
    available: 10,
    freshness: {
      staleSince: staleSince.toISOString(),
      fallbackText: 'Odotamme uutta tietoa varastolta. Tämä on viimeisin tietomme.',
    },
  });

  // Also one that tells of nothing but what moved.
  await tell({ delta: -1 }, 0);
  expect(await shown()).toMatchObject({ available: 9, freshness: { staleSince: null, fallbackText: null } });
});

test('who watches stock is told of the level how fresh it is', async () => {
  const stream = await EventStream.open(app.url, keys.customer, {
    query: 'subscription { stockEvents { cursor event { sku freshness { source sourceLagMs staleSince } } } }',
  });
  await stream.until(() => stream.text.includes('cursor'));

  await tell({ onHand: 4 }, 0);

  await stream.until(() => stream.text.includes('"LAMP"'));
  expect(stream.text).toContain('"sku":"LAMP","freshness":{"source":"till","sourceLagMs":0,"staleSince":null}');
  stream.close();
});

test('each step of a return is as fresh as who told it, and the return as the step it stands at', async () => {
  const facts = factsOf('#BACK', customerId);
  const { orderIds } = await recordOrderFacts(systemScope(database), [
    facts.placed(),
    facts.returned({ receivedAt: new Date('2026-11-18T15:00:20.000Z') }),
    facts.returned({
      ...{ status: 'received', source: 'warehouse', occurredAt: new Date('2026-11-19T08:00:00.000Z') },
      receivedAt: new Date('2026-11-19T08:00:05.000Z'),
    }),
  ]);

  const { order } = await ask<{ order: { returns: { freshness: Fresh; steps: { freshness: Fresh }[] }[] } }>(
    'customer',
    `{ order(id: "${orderIds[0]!}") { returns { ${FRESHNESS} steps { status ${FRESHNESS} } } } }`,
  );

  const [one] = order.returns;
  expect(one!.steps.map(({ freshness }) => [freshness.source, freshness.asOf, freshness.sourceLagMs])).toEqual([
    ['shop', '2026-11-18T15:00:00.000Z', 20_000],
    ['warehouse', '2026-11-19T08:00:00.000Z', 5_000],
  ]);
  expect(one!.freshness).toEqual(one!.steps[1]!.freshness);
});
