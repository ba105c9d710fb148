import { expect, test } from 'vitest';

import { PARTNER_RIGHTS } from '../../../src/services/access/role-rights.ts';
import { findSubstitutes } from '../../../src/services/inventory/find-substitutes.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import type { VariantId } from '../../../src/values/ids.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

const store = (externalId: string, latitude: number) => ({
  ...{ externalId, name: externalId, kind: 'store' as const, latitude, longitude: 22 },
});
const [turku, tampere] = await recordLocations(scope, [store('turku', 60), store('tampere', 61)]);
const product = (
  externalId: string,
  prices: Record<string, number>,
  but: { category?: string; bundle?: string } = {},
) => ({
  ...{ externalId, title: externalId, ...but },
  variants: Object.entries(prices).map(([sku, priceMinor]) => ({
    ...{ sku, title: sku, options: {}, priceMinor, currency: 'EUR' },
  })),
});
await recordProducts(scope, [
  product('lamp', { RED: 1_000, BLUE: 1_000 }, { category: 'lamps', bundle: 'desk' }),
  product('bulb', { BULB: 200 }, { category: 'bulbs', bundle: 'desk' }),
  product('near in price', { NEAR: 1_100 }, { category: 'lamps' }),
  product('far in price', { FAR: 9_000 }, { category: 'lamps' }),
  product('of no price', {}, { category: 'lamps' }),
  product('another', { OTHER: 1_000 }, { category: 'chairs' }),
  product('alone', { ALONE: 1_000 }),
  product('alone, too', { LONELY: 1_000 }),
]);
const rows = await sql<{ id: VariantId; sku: string }[]>`select id, sku from variants`;
const idOf = (sku: string) => rows.find((row) => row.sku === sku)!.id;
const stock = (units: Record<string, [inTurku: number, inTampere: number]>) =>
  setStock(
    scope,
    Object.entries(units).flatMap(([sku, counts]) =>
      [turku!, tampere!].map((locationId, i) => ({
        variantId: idOf(sku),
        locationId,
        onHand: counts[i]!,
        source: 'till',
      })),
    ),
  );
await stock({
  RED: [0, 0],
  BLUE: [0, 2],
  BULB: [3, 3],
  NEAR: [1, 9],
  FAR: [4, 0],
  OTHER: [5, 5],
  ALONE: [5, 5],
  LONELY: [5, 5],
});

const NEAR_TURKU = { place: { latitude: 60.1, longitude: 22 }, named: null, customerId: null };
const found = async (sku: string, { quantity = 1, first = 20 } = {}) =>
  (await findSubstitutes(scope, { sku, near: NEAR_TURKU, quantity, first })).map(({ variantId, reason, nearest }) => [
    rows.find(({ id }) => id === variantId)!.sku,
    reason,
    nearest.locationId === turku ? 'turku' : 'tampere',
    nearest.available,
  ]);

test('others of the product come first, then its bundle, then its category by price, each where it is nearest', async () => {
  expect(await found('RED')).toEqual([
    ['BLUE', 'product', 'tampere', 2],
    ['BULB', 'bundle', 'turku', 3],
    ['NEAR', 'category', 'turku', 1],
    ['FAR', 'category', 'turku', 4],
  ]);
});

test('only what is there in the number that is wanted, and no more than are asked for', async () => {
  expect(await found('RED', { quantity: 3, first: 2 })).toEqual([
    ['BULB', 'bundle', 'turku', 3],
    ['NEAR', 'category', 'tampere', 9],
  ]);
  expect(await found('RED', { quantity: 100 })).toEqual([]);
});

test('what has neither category nor bundle has no substitutes, nor has what nobody knows', async () => {
  expect(await found('ALONE')).toEqual([]);
  expect(await found('NO SUCH THING')).toEqual([]);
});

test('without a place any location that has it will do, and its distance is unknown', async () => {
  const near = { place: null, named: null, customerId: null };
  const [first] = await findSubstitutes(scope, { sku: 'RED', near, quantity: 1, first: 1 });

  expect(first).toMatchObject({ variantId: idOf('BLUE'), nearest: { locationId: tampere, distanceMetres: null } });
});

test('a source that does not know of bundles leaves them as they are', async () => {
  await recordProducts(scope, [product('bulb', { BULB: 200 }, { category: 'bulbs' })]);

  expect((await found('RED')).map(([sku]) => sku)).toContain('BULB');
});

test('who may not read stock learns of none', async () => {
  const asked = { sku: 'RED', near: NEAR_TURKU, quantity: 1, first: 1 };
  await expect(
    findSubstitutes(aScope(database, 'partner', { rights: new Set(PARTNER_RIGHTS.carrier) }), asked),
  ).rejects.toMatchObject({ right: 'stock:read' });
});
