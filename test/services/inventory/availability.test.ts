import fc from 'fast-check';
import { expect, test } from 'vitest';

import { PARTNER_RIGHTS } from '../../../src/services/access/role-rights.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { availability } from '../../../src/services/inventory/availability.ts';
import type { Near } from '../../../src/services/inventory/find-buyer-place.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { recordPlaces } from '../../../src/services/inventory/record-places.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { readVariants, readVariantsOf } from '../../../src/services/inventory/read-catalogue.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import type { Scope } from '../../../src/services/scope.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import { encodeKeyset, readPageRequest } from '../../../src/values/page.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

type Somewhere = { latitude: number | null; longitude: number | null };
const STORES = 3_000;
/** Stores over the earth, half of them crowded around three cities, one of these at the date line; some at one place, some without a place. */
const cities = [
  { latitude: 60.45, longitude: 22.27 },
  { latitude: -17.8, longitude: 179.9 },
  { latitude: 89.5, longitude: 10 },
];
const around = fc.tuple(
  fc.constantFrom(...cities),
  fc.integer({ min: -500, max: 500 }),
  fc.integer({ min: -500, max: 500 }),
);
const crowded = fc.sample(around, { numRuns: STORES / 2, seed: 7 }).map(([{ latitude, longitude }, north, east]) => ({
  latitude: Math.min(90, latitude + north / 200),
  longitude: ((longitude + east / 100 + 540) % 360) - 180,
}));
const anywhere = fc.record({
  latitude: fc.integer({ min: -90, max: 90 }),
  longitude: fc.integer({ min: -180, max: 180 }),
});
const scattered = fc.sample(anywhere, { numRuns: STORES / 2 - 4, seed: 7 });
const nowhere = { latitude: null, longitude: null };
const somewhere: Somewhere[] = [...crowded, ...scattered, crowded[0]!, crowded[0]!, nowhere, nowhere];
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
      { sku: 'RARE', title: 'Lamp', options: {} },
    ],
  },
]);
const variants = await readVariantsOf(scope, [productId!]);
const variantId = variants.find(({ sku }) => sku === 'LAMP')!.id;
const unitsIn = (i: number) => i % 60;
await setStock(
  scope,
  locationIds.map((locationId, i) => ({ variantId, locationId, onHand: unitsIn(i), asOf: scope.now, source: 'till' })),
);

const NOWHERE: Near = { place: null, named: null, customerId: null };
const at = (latitude: number, longitude: number): Near => ({ ...NOWHERE, place: { latitude, longitude } });
const nearCustomer = (customerId: CustomerId): Near => ({ ...NOWHERE, customerId });
const named = (place: Partial<NonNullable<Near['named']>>): Near => ({
  ...NOWHERE,
  named: { country: null, postalCode: null, name: null, ...place },
});
interface Asked {
  sku?: string;
  first?: number;
  after?: string | null;
  atLeast?: number;
  by?: Scope;
}
const ask = (near: Near, { sku = 'LAMP', first = 1, after = null, atLeast = 0, by = scope }: Asked = {}) =>
  availability(by, { ...readPageRequest(first, after), sku, near, atLeast });
/** So many from the beginning, page by page. */
async function nearest(near: Near, most: number, asked: Asked = {}) {
  const seen = [];
  let after: string | null = null;
  do {
    const page = await ask(near, { ...asked, after });
    seen.push(...page.nodes);
    after = page.hasNextPage ? encodeKeyset(page.keysetOf(page.nodes.at(-1)!)) : null;
  } while (after && seen.length < most);
  return seen;
}

const EARTH_KM = 6371.0088;
function metres(from: { latitude: number; longitude: number }, to: Somewhere): number | null {
  if (to.latitude === null || to.longitude === null) return null;
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const h =
    Math.sin(rad(to.latitude - from.latitude) / 2) ** 2 +
    Math.cos(rad(from.latitude)) * Math.cos(rad(to.latitude)) * Math.sin(rad(to.longitude - from.longitude) / 2) ** 2;
  return Math.round(1000 * EARTH_KM * 2 * Math.asin(Math.min(1, Math.sqrt(h))));
}

const buyers = fc.oneof(
  fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  }),
  fc.constantFrom(
    ...cities,
    { latitude: 90, longitude: 0 },
    { latitude: -90, longitude: 180 },
    { latitude: 0, longitude: -180 },
  ),
);

test('of thousands of locations the order and the distances equal those of counting by hand, over pages of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      buyers,
      fc.integer({ min: 20, max: 100 }),
      fc.integer({ min: 0, max: 59 }),
      async (place, first, atLeast) => {
        const byHand = somewhere
          .map((store, i) => ({ locationId: locationIds[i]!, available: unitsIn(i), distance: metres(place, store) }))
          .filter(({ available }) => available >= atLeast)
          .sort((a, b) => (a.distance ?? 1e9) - (b.distance ?? 1e9) || (a.locationId < b.locationId ? -1 : 1));
        const distances = new Map(byHand.map((one) => [one.locationId, one.distance ?? 1e9]));

        const found = await nearest(at(place.latitude, place.longitude), 200, { first, atLeast });

        expect(found.length).toBeGreaterThanOrEqual(Math.min(200, byHand.length));
        expect(new Set(found.map((one) => one.locationId)).size).toBe(found.length);
        found.forEach((one, i) => {
          // Sines of two machines may differ in the last bit: a metre at most, and only there may neighbours change places.
          expect(Math.abs((one.distanceMetres ?? 1e9) - distances.get(one.locationId)!)).toBeLessThanOrEqual(1);
          expect(Math.abs((one.distanceMetres ?? 1e9) - (byHand[i]!.distance ?? 1e9))).toBeLessThanOrEqual(1);
        });
      },
    ),
    { numRuns: 20 },
  );
});

test('all are there once, those of unknown distance last', async () => {
  const found = await nearest(at(60.45, 22.27), STORES, { first: 100 });

  expect(new Set(found.map((one) => one.locationId))).toEqual(new Set(locationIds));
  expect(found.slice(-2).map((one) => one.distanceMetres)).toEqual([null, null]);
  expect(found.slice(0, -2).every((one) => one.distanceMetres !== null)).toBe(true);
});

test('without a place the distance is null and every location is there once', async () => {
  const found = await nearest(NOWHERE, STORES, { first: 100 });

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
  const near = nearCustomer(customerId);

  const byPlace = await ask(at(60.45, 22.27));
  expect((await ask(near)).nodes).toEqual(byPlace.nodes);
  expect((await ask(near, { by: aScope(database, 'customer', { customerId }) })).nodes).toEqual(byPlace.nodes);
  const { customerId: stranger } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'b@example.com' }],
    source: 'shop',
  });
  const page = await ask(near, { by: aScope(database, 'customer', { customerId: stranger }) });
  expect(page.nodes).toMatchObject([{ distanceMetres: null }]);
  await expect(
    ask(near, { by: aScope(database, 'partner', { rights: new Set(PARTNER_RIGHTS.carrier) }) }),
  ).rejects.toMatchObject({ right: 'stock:read' });
});

test('a postal code, a town and the address of a customer are places, however they are written', async () => {
  await recordPlaces(scope, [
    { country: 'FI', postalCode: '20100', name: 'Turku', latitude: 60.45, longitude: 22.27 },
    { country: 'fi', postalCode: '20500', name: 'Turku', latitude: 1, longitude: 1 },
    { country: 'LV', postalCode: 'LV-1010', name: 'Rīga', latitude: -17.8, longitude: 179.9 },
    { country: 'EE', postalCode: '20100', name: 'Elsewhere', latitude: 89.5, longitude: 10 },
  ]);
  const turku = (await ask(at(60.45, 22.27))).nodes;
  const riga = (await ask(at(-17.8, 179.9))).nodes;

  expect((await ask(named({ country: 'fi', postalCode: '201 00' }))).nodes).toEqual(turku);
  expect((await ask(named({ name: ' TURKU ' }))).nodes).toEqual(turku);
  expect((await ask(named({ postalCode: 'lv1010' }))).nodes).toEqual(riga);
  expect((await ask(named({ name: 'rīga' }))).nodes).toEqual(riga);
  const { customerId } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'c@example.com' }],
    profile: { address: { line1: null, line2: null, postalCode: '20100', city: 'Turku', region: null, country: 'FI' } },
    source: 'shop',
  });
  expect((await ask(nearCustomer(customerId))).nodes).toEqual(turku);
});

test.each([{ country: 'FI', postalCode: '99999' }, { name: 'Turku', country: 'SE' }, { country: 'FI' }, {}])(
  'what no place is called is nowhere: %j',
  async (place) => {
    expect((await ask(named(place))).nodes).toMatchObject([{ distanceMetres: null }]);
  },
);

test('places again change nothing, and follow what is told anew', async () => {
  const tampere = { country: 'FI', postalCode: '33100', name: 'Tampere', latitude: 61.5, longitude: 23.76 };
  await recordPlaces(scope, [tampere]);
  const before = await sql`select xmin, p.* from places p`;
  await recordPlaces(scope, [tampere]);
  expect([...(await sql`select xmin, p.* from places p`)]).toEqual([...before]);

  await recordPlaces(scope, [
    { ...tampere, latitude: 61 },
    { ...tampere, latitude: 61.4 },
  ]);

  expect([...(await sql`select latitude from places where postal_code = '33100'`)]).toEqual([{ latitude: 61.4 }]);
});

test.each([
  ['country', { country: 'Finland' }],
  ['postalCode', { postalCode: ' - ' }],
  ['postalCode', { postalCode: '1'.repeat(21) }],
  ['name', { name: '\0' }],
  ['latitude', { latitude: 91 }],
  ['longitude', { longitude: Number.NaN }],
])('a place with a wrong %s is refused, and none is kept: %j', async (field, wrong) => {
  const right = { country: 'FI', postalCode: '00100', name: 'Helsinki', latitude: 60.17, longitude: 24.94 };

  await expect(recordPlaces(scope, [right, { ...right, ...wrong }])).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    field: ['places', '1', field],
  });

  expect([...(await sql`select 1 from places where postal_code = '00100'`)]).toEqual([]);
});

test('units that are sold, held, kept back or damaged are not available; a SKU that nobody has is nowhere', async () => {
  const rare = variants.find(({ sku }) => sku === 'RARE')!.id;
  const [locationId] = locationIds;
  const count = { onHand: 59, committed: 3, safety: 4, damaged: 1, incoming: 7, incomingAt: scope.now };
  await setStock(scope, [{ variantId: rare, locationId: locationId!, ...count, source: 'till' }]);
  await sql`update stock_levels set held = 50 where variant_id = ${rare}`;

  expect((await ask(NOWHERE, { sku: 'RARE' })).nodes).toMatchObject([
    { available: 1, incoming: 7, incomingAt: scope.now },
  ]);
  expect((await ask(NOWHERE, { sku: 'RARE', atLeast: 2 })).nodes).toEqual([]);
  expect((await ask(NOWHERE, { sku: 'NOWHERE' })).nodes).toEqual([]);
});

test('numbers that are large together are no error', async () => {
  const rare = variants.find(({ sku }) => sku === 'RARE')!.id;
  const most = { onHand: 0, committed: 1e9, safety: 1e9, damaged: 1e9, incoming: 1e9 };
  await setStock({ ...scope, now: new Date(scope.now.getTime() + 1) }, [
    { variantId: rare, locationId: locationIds[1]!, ...most, source: 'till' },
  ]);

  const found = (await nearest(NOWHERE, 2, { sku: 'RARE' })).find((one) => one.locationId === locationIds[1]);

  expect(found).toMatchObject({ available: 0, incoming: 1e9 });
});

test.each([91, -91, Number.NaN])('a latitude of %s is refused', async (latitude) => {
  await expect(ask(at(latitude, 0))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
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
