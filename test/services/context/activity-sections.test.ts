import { expect, test } from 'vitest';

import { singleConnection } from '../../../src/database/single-connection.ts';
import { recordActivities } from '../../../src/services/activity/record-activities.ts';
import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { keysOfContext } from '../../../src/services/context/context-keys.ts';
import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { recordLocation } from '../../../src/services/inventory/record-locations.ts';
import { readVariantsOf } from '../../../src/services/inventory/read-catalogue.ts';
import { recordProduct } from '../../../src/services/inventory/record-products.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, ownerUrl } = await withDatabase();
const scope = aScope(database);
const at = (minute: number) => new Date(Date.parse('2026-11-20T10:00:00.000Z') + minute * 60_000);

let count = 0;
const aCustomer = async () => {
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'visitor_id', value: `v${(count += 1)}`, source: 'test' }),
  );
  return customerId;
};
async function inStock(sku: string) {
  const variants = [{ sku, title: `The ${sku}`, options: {} }];
  const productId = await recordProduct(scope, { externalId: sku, title: sku, variants });
  const [variant] = await readVariantsOf(scope, [productId]);
  const locationId = await recordLocation(scope, { externalId: 'helsinki', name: 'Helsinki', kind: 'store' });
  await setStock(scope, [{ variantId: variant!.id, locationId, onHand: 4, source: 'test' }]);
  return variant!.id;
}

test('a packet of somebody who did nothing has no basket and looked at nothing', async () => {
  const state = await assembleContext(scope, await aCustomer());

  expect(state).toMatchObject({ basket: null, browsing: [], reviews: [] });
  expect(state!.asOf).toMatchObject({ basket: null, browsing: null, reviews: null });
});

test('the packet has the newest basket, ten pages looked at and three reviews, over all members of the person', async () => {
  const [person, member] = [await aCustomer(), await aCustomer()];
  await sql`insert into person_links (member_id, person_id, linked_at) values (${member}, ${person}, now())`;
  const lamp = await inStock('LAMP');
  const told = (customerId: string, minute: number) => ({ customerId, source: 'shop', occurredAt: at(minute) });
  const unitPrice = { amountMinor: 4_990, currency: 'EUR' };
  await recordActivities(scope, [
    ...Array.from({ length: 12 }, (_, i) => ({ ...told(i % 2 ? person : member, i), visit: { url: `/${i}` } })),
    { ...told(person, 20), search: { query: 'lamp', hitCount: 3 } },
    { ...told(member, 21), productView: { sku: 'LAMP' } },
    { ...told(person, 22), basketChange: { lines: [{ sku: 'OLD', quantity: 1 }] } },
    {
      ...told(member, 23),
      basketChange: {
        lines: [
          { sku: 'LAMP', quantity: 2, unitPrice },
          { sku: 'BULB', quantity: 1 },
        ],
      },
    },
    ...[1, 2, 3, 4].map((rating) => ({ ...told(person, 30 + rating), review: { rating, sku: 'LAMP' } })),
    { ...told(member, 40), surveyAnswer: { survey: 'nps', question: 'recommend', score: 9 } },
  ]);

  const state = (await assembleContext(scope, member))!;

  expect(state.basket).toEqual({
    changedAt: expect.any(String),
    source: 'shop',
    lines: [
      { sku: 'LAMP', quantity: 2, title: 'The LAMP', variantId: lamp, unitPrice },
      { sku: 'BULB', quantity: 1, title: null, variantId: null, unitPrice: null },
    ],
  });
  expect(new Date(state.basket!.changedAt)).toEqual(at(23));
  expect(state.browsing.map(({ kind, url, query, sku, title }) => url ?? query ?? [kind, sku, title])).toEqual([
    ['product_view', 'LAMP', 'The LAMP'],
    'lamp',
    ...['/11', '/10', '/9', '/8', '/7', '/6', '/5', '/4'],
  ]);
  expect(state.reviews.map(({ rating, score }) => [rating, score])).toEqual([
    [null, 9],
    [4, null],
    [3, null],
    [2, null],
  ]);
  expect(state.asOf.basket).not.toBeNull();
});

test('what is in the basket or was looked at counts as a product in question for the stock nearby', async () => {
  const customerId = await aCustomer();
  const [sofa, chair] = [await inStock('SOFA'), await inStock('CHAIR')];
  await recordActivities(scope, [
    { customerId, source: 'shop', occurredAt: at(2), productView: { sku: 'SOFA' } },
    { customerId, source: 'shop', occurredAt: at(1), basketChange: { lines: [{ sku: 'CHAIR', quantity: 1 }] } },
  ]);

  const state = (await assembleContext(scope, customerId))!;

  expect(state.stock.map(({ sku, locations }) => [sku, locations[0]!.available])).toEqual([
    ['SOFA', 4],
    ['CHAIR', 4],
  ]);
  expect(keysOfContext(state)).toEqual(expect.arrayContaining([`variant-places:${sofa}`, `variant-places:${chair}`]));
});

test('each part of a long history is read by its own index, newest first', async () => {
  const customerId = await aCustomer();
  await sql`
    insert into activities (id, customer_id, kind, occurred_at, received_at, recorded_at, source, details)
    select 'act_' || lpad(n::text, 26, '0'), ${customerId}, case when n % 1000 = 0 then 'visit' else 'basket_change' end,
      ${at(0)}::timestamptz + n * interval '1 second', now(), now(), 'test', '{"url": "/"}' from generate_series(1, 100000) n`;
  const owner = singleConnection(ownerUrl);
  await owner`analyze activities`;
  await owner.end();

  for (const [where, index] of [
    [sql`kind in ('visit', 'search', 'product_view')`, 'activities_browsing'],
    [sql`kind = 'review' and kind in ('review', 'survey_answer')`, 'activities_opinions'],
    [sql`true`, 'activities_customer'],
  ] as const) {
    const plan = await sql<{ 'QUERY PLAN': string }[]>`
      explain select * from activities where customer_id = ${customerId} and ${where} order by occurred_at desc, id desc limit 10`;
    expect(JSON.stringify(plan)).toContain(`Index Scan Backward using ${index}`);
  }
});
