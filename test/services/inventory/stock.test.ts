import { expect, test } from 'vitest';

import { adjustStock } from '../../../src/services/inventory/adjust-stock.ts';
import { readStockLevel } from '../../../src/services/inventory/read-stock-level.ts';
import { recordLocation } from '../../../src/services/inventory/record-locations.ts';
import { recordProduct } from '../../../src/services/inventory/record-products.ts';
import { readVariantsOf } from '../../../src/services/inventory/read-catalogue.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import { newId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
const minutesAgo = (n: number) => new Date(scope.now.getTime() - n * 60_000);

let count = 0;
async function aPlace() {
  count += 1;
  const productId = await recordProduct(scope, {
    externalId: `p${count}`,
    title: 'Lamp',
    variants: [{ sku: `LAMP-${count}`, title: 'Lamp', options: {} }],
  });
  const [variant] = await readVariantsOf(scope, [productId]);
  const locationId = await recordLocation(scope, { externalId: `l${count}`, name: 'Turku', kind: 'store' });
  return { variantId: variant!.id, locationId, sku: variant!.sku };
}
type Place = Awaited<ReturnType<typeof aPlace>>;
const counted = ({ variantId, locationId }: Place, onHand: number, asOf: Date) => ({
  variantId,
  locationId,
  onHand,
  asOf,
  source: 'till',
});
const adjusted = ({ variantId, locationId }: Place, delta: number) => ({
  variantId,
  locationId,
  delta,
  reason: 'sold',
  source: 'shop',
});
const streamOf = (place: Place) => `stock:${place.variantId}@${place.locationId}`;
const history = (place: Place) => sql<{ onHand: number; reason: string; validFrom: Date; validTo: Date | null }[]>`
  select on_hand, reason, valid_from, valid_to from stock_versions
  where variant_id = ${place.variantId} and location_id = ${place.locationId} order by valid_from, id`;

test('a count sets the level and is told on the stream of the SKU at the location', async () => {
  const place = await aPlace();

  const [level] = await setStock(scope, [counted(place, 7, minutesAgo(5))]);

  expect(level).toEqual({ ...place, onHand: 7, held: 0, asOf: minutesAgo(5) });
  expect(await journalOf(sql, streamOf(place))).toEqual([
    {
      type: 'stock.changed',
      streams: [streamOf(place)],
      versions: [1],
      // The first count of a SKU at a place is also news for whoever shows where the SKU is.
      topics: [
        'stock',
        `location:${place.locationId}`,
        `variant:${place.variantId}`,
        `variant-places:${place.variantId}`,
      ],
      details: { ...place, onHand: 7, held: 0 },
    },
  ]);
});

test('an older count never overwrites a newer one: it goes to the history', async () => {
  const place = await aPlace();
  await setStock(scope, [counted(place, 7, minutesAgo(5))]);

  const [level] = await setStock(scope, [counted(place, 99, minutesAgo(9))]);
  await setStock(scope, [counted(place, 99, minutesAgo(9))]);

  expect(level).toMatchObject({ onHand: 7, asOf: minutesAgo(5) });
  expect(await history(place)).toEqual([
    { onHand: 99, reason: 'late count', validFrom: minutesAgo(9), validTo: minutesAgo(5) },
    { onHand: 7, reason: 'count', validFrom: minutesAgo(5), validTo: null },
  ]);
  expect(await journalOf(sql, streamOf(place))).toHaveLength(1);
});

test('a count without a moment that another one overtook goes to the history, at the moment of its request', async () => {
  const place = await aPlace();
  const { asOf: _, ...now } = counted(place, 99, scope.now);
  await setStock({ ...scope, now: minutesAgo(-1) }, [{ ...now, onHand: 7 }]);

  const [level] = await setStock(scope, [now]);

  expect(level).toMatchObject({ onHand: 7, asOf: minutesAgo(-1) });
  expect(await history(place)).toEqual([
    { onHand: 99, reason: 'late count', validFrom: scope.now, validTo: minutesAgo(-1) },
    { onHand: 7, reason: 'count', validFrom: minutesAgo(-1), validTo: null },
  ]);
});

test('a newer count of the same number renews its moment and tells nothing', async () => {
  const place = await aPlace();
  await setStock(scope, [counted(place, 7, minutesAgo(5))]);

  await setStock(scope, [counted(place, 7, minutesAgo(1))]);

  expect(await readStockLevel(scope, place)).toMatchObject({ onHand: 7, asOf: minutesAgo(1) });
  expect(await journalOf(sql, streamOf(place))).toHaveLength(1);
});

test('counts of many places are set together, or not at all', async () => {
  const [a, b] = [await aPlace(), await aPlace()];
  const before = (await journalOf(sql)).length;

  const refused = await setStock(scope, [
    counted(a, 1, minutesAgo(1)),
    { ...counted(b, 1, minutesAgo(1)), variantId: newId('variant') },
  ]).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'NOT_FOUND', field: ['counts', '1', 'variantId'] });
  expect(await readStockLevel(scope, a)).toBeNull();
  expect((await journalOf(sql)).length).toBe(before);

  const levels = await setStock(scope, [counted(b, 2, minutesAgo(1)), counted(a, 1, minutesAgo(1))]);
  expect(levels.map((level) => [level.sku, level.onHand])).toEqual([
    [b.sku, 2],
    [a.sku, 1],
  ]);
});

test.each([
  ['below zero', { onHand: -1 }],
  ['a fraction', { onHand: 1.5 }],
  ['from the future', { asOf: new Date('2026-11-20T12:06:00.000Z') }],
])('a count %s is refused and changes nothing', async (_, wrong) => {
  const place = await aPlace();

  await expect(setStock(scope, [{ ...counted(place, 3, minutesAgo(1)), ...wrong }])).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });

  expect(await readStockLevel(scope, place)).toBeNull();
});

test('200 buyers at once of 50 units: exactly 50 get one, the others are told that none is left', async () => {
  const place = await aPlace();
  await setStock(scope, [counted(place, 50, minutesAgo(1))]);

  const answers = await Promise.all(
    Array.from({ length: 200 }, () =>
      adjustStock(scope, adjusted(place, -1)).then(
        () => 'sold',
        (error: unknown) => error,
      ),
    ),
  );

  const refused = answers.filter((answer) => answer !== 'sold');
  expect(answers.length - refused.length).toBe(50);
  expect(refused).toMatchObject(
    Array.from({ length: 150 }, () => ({ code: 'INSUFFICIENT_STOCK', details: { available: 0 } })),
  );
  expect(await readStockLevel(scope, place)).toMatchObject({ onHand: 0 });
  const told = await journalOf(sql, streamOf(place));
  expect(told.map(({ versions, details }) => [versions[0], details['onHand']])).toEqual(
    Array.from({ length: 51 }, (_, i) => [i + 1, 50 - i]),
  );
  const versions = await sql<{ onHand: number; validTo: Date | null }[]>`
    select on_hand, valid_to from stock_versions where variant_id = ${place.variantId} order by id`;
  expect(versions.map(({ onHand }) => onHand)).toEqual(Array.from({ length: 51 }, (_, i) => 50 - i));
  expect(versions.filter(({ validTo }) => validTo === null)).toEqual([{ onHand: 0, validTo: null }]);
});

test('more than there is is refused with what there is, and held units cannot be taken', async () => {
  const place = await aPlace();
  await setStock(scope, [counted(place, 5, minutesAgo(1))]);
  await sql`update stock_levels set held = 2 where variant_id = ${place.variantId}`;

  await expect(adjustStock(scope, adjusted(place, -4))).rejects.toMatchObject({
    code: 'INSUFFICIENT_STOCK',
    field: ['delta'],
    details: { available: 3 },
  });

  expect(await readStockLevel(scope, place)).toMatchObject({ onHand: 5, held: 2 });
  expect(await history(place)).toHaveLength(1);
  expect(await adjustStock(scope, adjusted(place, -3))).toMatchObject({ onHand: 2 });
});

test('units come to a place nobody has counted, none can be taken from one', async () => {
  const [a, b] = [await aPlace(), await aPlace()];

  expect(await adjustStock(scope, adjusted(a, 4))).toMatchObject({ onHand: 4, sku: a.sku });
  await expect(adjustStock(scope, adjusted(b, -1))).rejects.toMatchObject({
    code: 'INSUFFICIENT_STOCK',
    details: { available: 0 },
  });
});

test('a count that is older than a sale does not bring the sold units back', async () => {
  const place = await aPlace();
  await setStock(scope, [counted(place, 5, minutesAgo(10))]);
  await adjustStock(scope, adjusted(place, -2));

  await setStock(scope, [counted(place, 5, minutesAgo(1))]);

  expect(await readStockLevel(scope, place)).toMatchObject({ onHand: 3 });
});

test('who lacks the right sets and adjusts nothing', async () => {
  const place = await aPlace();

  for (const role of ['agent', 'bot', 'partner', 'customer'] as const) {
    await expect(setStock(aScope(database, role), [counted(place, 1, minutesAgo(1))])).rejects.toMatchObject({
      right: 'stock:write',
    });
    await expect(adjustStock(aScope(database, role), adjusted(place, 1))).rejects.toMatchObject({
      right: 'stock:write',
    });
  }
  expect(await readStockLevel(scope, place)).toBeNull();
});
