import fc from 'fast-check';
import { expect, test } from 'vitest';

import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { type Near, availability } from '../../../src/services/inventory/availability.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { readVariants, readVariantsOf } from '../../../src/services/inventory/read-catalogue.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import { encodeKeyset, readPageRequest } from '../../../src/values/page.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

/** 60 stores over the earth, some at one place, two without a place. */
const places = fc.sample(
  fc.record({ latitude: fc.integer({ min: -90, max: 90 }), longitude: fc.integer({ min: -180, max: 180 }) }),
  { numRuns: 56, seed: 7 },
);
const somewhere = [
  ...places,
  places[0]!,
  places[0]!,
  { latitude: null, longitude: null },
  { latitude: null, longitude: null },
];
const locationIds = await recordLocations(
  scope,
  somewhere.map((place, i) => ({ externalId: `s${i}`, name: `Store ${i}`, kind: 'store', ...place })),
);
const [productId] = await recordProducts(scope, [
  {
    externalId: 'lamp',
    title: 'Lamp',
    variants: [
      { sku: 'LAMP', title: 'Lamp', options: { color: 'red' } },
      { sku: 'NOWHERE', title: 'Lamp', options: {} },
    ],
  },
]);
const variantId = (await readVariantsOf(scope, [productId!]))[0]!.id;
await setStock(
  scope,
  locationIds.map((locationId, i) => ({ variantId, locationId, onHand: i, asOf: scope.now, source: 'till' })),
);

const EARTH_KM = 6371.0088;
function metres(from: { latitude: number; longitude: number }, to: (typeof somewhere)[number]): number | null {
  if (to.latitude === null) return null;
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(to.latitude - from.latitude) / 2) ** 2 +
    Math.cos(rad(from.latitude)) * Math.cos(rad(to.latitude)) * Math.sin(rad(to.longitude - from.longitude) / 2) ** 2;
  return Math.round(1000 * EARTH_KM * 2 * Math.asin(Math.min(1, Math.sqrt(h))));
}
async function all(near: Near, first: number) {
  const seen = [];
  let after: string | null = null;
  do {
    const page = await availability(scope, 'LAMP', near, readPageRequest(first, after));
    seen.push(...page.nodes);
    after = page.hasNextPage ? encodeKeyset(page.keysetOf(page.nodes.at(-1)!)) : null;
  } while (after);
  return seen;
}

test('the order and the distances equal those of counting by hand, over pages of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      }),
      fc.integer({ min: 1, max: 60 }),
      async (place, first) => {
        const byHand = somewhere
          .map((store, i) => ({ locationId: locationIds[i]!, available: i, distance: metres(place, store) }))
          .sort((a, b) => (a.distance ?? 1e9) - (b.distance ?? 1e9) || (a.locationId < b.locationId ? -1 : 1));

        const found = await all({ place, customerId: null }, first);

        expect(new Set(found.map((one) => one.locationId)).size).toBe(60);
        found.forEach((one, i) => {
          const mine = byHand.find((other) => other.locationId === one.locationId)!;
          expect(one.available).toBe(mine.available);
          // Sines of two machines may differ in the last bit: a metre at most, and only there may neighbours change places.
          expect(Math.abs((one.distanceMetres ?? 1e9) - (mine.distance ?? 1e9))).toBeLessThanOrEqual(1);
          expect(Math.abs((one.distanceMetres ?? 1e9) - (byHand[i]!.distance ?? 1e9))).toBeLessThanOrEqual(1);
        });
      },
    ),
    { numRuns: 25 },
  );
});

test('without a place the distance is null and every location is there once', async () => {
  const found = await all({ place: null, customerId: null }, 7);

  expect(found.map((one) => one.locationId)).toEqual([...locationIds].sort());
  expect(new Set(found.map((one) => one.distanceMetres))).toEqual(new Set([null]));
  expect(found[0]).toMatchObject({ variantId, asOf: scope.now });
});

test('near a customer is near where they live; who may not see the customer learns nothing of it', async () => {
  const { customerId } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'a@example.com' }],
    profile: { latitude: 60.45, longitude: 22.27 },
    source: 'shop',
  });
  const near = { place: null, customerId };
  const first = readPageRequest(1, null);

  const byPlace = await availability(
    scope,
    'LAMP',
    { place: { latitude: 60.45, longitude: 22.27 }, customerId: null },
    first,
  );
  expect((await availability(scope, 'LAMP', near, first)).nodes).toEqual(byPlace.nodes);
  expect((await availability(aScope(database, 'customer', { customerId }), 'LAMP', near, first)).nodes).toEqual(
    byPlace.nodes,
  );
  const { customerId: stranger } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'b@example.com' }],
    source: 'shop',
  });
  const page = await availability(aScope(database, 'customer', { customerId: stranger }), 'LAMP', near, first);
  expect(page.nodes).toMatchObject([{ distanceMetres: null }]);
  await expect(availability(aScope(database, 'partner'), 'LAMP', near, first)).rejects.toMatchObject({
    right: 'stock:read',
  });
});

test('held units are not available; a SKU that nobody has is nowhere', async () => {
  const [locationId] = locationIds.slice(-1);
  await sql`update stock_levels set held = 50 where location_id = ${locationId!}`;

  const found = (await all({ place: null, customerId: null }, 60)).find((one) => one.locationId === locationId);
  expect(found?.available).toBe(9);
  await sql`update stock_levels set held = 0`;
  expect(
    (await availability(scope, 'NOWHERE', { place: null, customerId: null }, readPageRequest(1, null))).nodes,
  ).toEqual([]);
});

test.each([91, -91, Number.NaN])('a latitude of %s is refused', async (latitude) => {
  await expect(
    availability(scope, 'LAMP', { place: { latitude, longitude: 0 }, customerId: null }, readPageRequest(1, null)),
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('the catalogue again changes nothing; a changed variant is told once', async () => {
  const record = {
    externalId: 'lamp',
    title: 'Lamp',
    variants: [{ sku: 'LAMP', title: 'Lamp', options: { color: 'red' } }],
  };
  const before = (await journalOf(sql)).length;
  expect(await recordProducts(scope, [record])).toEqual([productId]);
  expect((await journalOf(sql)).length).toBe(before);

  await recordProducts(scope, [
    { ...record, variants: [{ ...record.variants[0]!, priceMinor: 500, currency: 'EUR' }] },
  ]);

  expect(await readVariants(scope, [variantId])).toMatchObject([{ priceMinor: 500, currency: 'EUR' }]);
  expect((await journalOf(sql)).slice(before)).toMatchObject([{ type: 'product.recorded', details: { productId } }]);
});
