import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { changeLevels } from '../../../src/services/inventory/change-levels.ts';
import { listPickupSlots } from '../../../src/services/inventory/read-pickup-slots.ts';
import { readStockLevel } from '../../../src/services/inventory/read-stock-level.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { setPickupSlots } from '../../../src/services/inventory/set-pickup-slots.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import { expireHolds } from '../../../src/services/orders/expire-holds.ts';
import { readHolds } from '../../../src/services/orders/read-holds.ts';
import { reservePickup, type WantedPickup } from '../../../src/services/orders/reserve-pickup.ts';
import { settleHold } from '../../../src/services/orders/settle-hold.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { type LocationId, newId, type VariantId } from '../../../src/values/ids.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin', { now: new Date() });
const agent = aScope(database, 'agent', { now: new Date() });

await recordLocations(scope, [{ externalId: 'turku', name: 'Turku', kind: 'store' }]);
const [location] = await sql<{ id: LocationId }[]>`select id from locations`;
const locationId = location!.id;
const { customerId } = await atomically(scope, (tx) =>
  identifyCustomer(tx, { kind: 'email', value: 'anna@example.com', source: 'shop' }),
);

let count = 0;
/** Articles that nobody has asked for yet, so many units of each. */
async function articles(howMany: number, onHand: number): Promise<{ skus: string[]; ids: VariantId[] }> {
  const skus = Array.from({ length: howMany }, () => `A-${String((count += 1)).padStart(4, '0')}`);
  await recordProducts(scope, [
    {
      ...{ externalId: `product ${count}`, title: 'Thing', brand: null, category: null },
      variants: skus.map((sku) => ({ ...{ sku, title: sku, options: {}, priceMinor: null, currency: null } })),
    },
  ]);
  const rows = await sql<{ id: VariantId; sku: string }[]>`select id, sku from variants where sku = any(${skus})`;
  const ids = skus.map((sku) => rows.find((row) => row.sku === sku)!.id);
  await setStock(
    scope,
    ids.map((variantId) => ({ variantId, locationId, onHand, source: 'till' })),
  );
  return { skus, ids };
}
const wanting = (skus: readonly string[], but: Partial<WantedPickup> = {}): WantedPickup => ({
  ...{ conversationId: null, customerId, locationId, slotId: null, minutes: 30 },
  lines: skus.map((sku) => ({ sku, quantity: 1 })),
  ...but,
});
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as Refusal).code,
  );
const levelOf = async (variantId: VariantId) => {
  const { onHand, held } = (await readStockLevel(scope, { variantId, locationId }))!;
  return { onHand, held };
};
const stateOf = async (id: Awaited<ReturnType<typeof reservePickup>>) => (await readHolds(scope, [id]))[0]!.state;
const runsOut = (id: string) => sql`update holds set expires_at = now() - interval '1 second' where id = ${id}`;
let hour = 0;
async function aSlot(capacity: number) {
  const startsAt = new Date(Date.now() + (hour += 1) * 3_600_000);
  const offered = { startsAt, endsAt: new Date(startsAt.getTime() + 1_800_000), capacity };
  return (await setPickupSlots(scope, locationId, [offered]))[0]!;
}
const takenOf = async (id: string) =>
  (await sql<{ taken: number }[]>`select taken from pickup_slots where id = ${id}`)[0]!.taken;

test('units and a time are held together, confirmed, and gone when they are picked up', async () => {
  const { skus, ids } = await articles(2, 3);
  const slot = await aSlot(2);

  const hold = await reservePickup(agent, wanting(skus, { slotId: slot.id }));
  expect(await levelOf(ids[0]!)).toEqual({ onHand: 3, held: 1 });
  expect(await takenOf(slot.id)).toBe(1);
  await settleHold(agent, hold, 'confirmed');
  expect(await stateOf(hold)).toBe('confirmed');
  await settleHold(agent, hold, 'collected');

  expect(await levelOf(ids[0]!)).toEqual({ onHand: 2, held: 0 });
  expect(await takenOf(slot.id)).toBe(1);
  expect(await readHolds(scope, [hold])).toMatchObject([
    { customerId, locationId, slotId: slot.id, state: 'collected', lines: skus.map((sku) => ({ sku, quantity: 1 })) },
  ]);
  const told = (await journalOf(sql, `customer:${customerId}`)).map(({ type }) => type);
  expect(told.filter((type) => type.startsWith('hold.'))).toEqual(['hold.made', 'hold.confirmed', 'hold.collected']);
});

test('what is given back is free again, units and time', async () => {
  const { skus, ids } = await articles(1, 1);
  const slot = await aSlot(1);
  const hold = await reservePickup(agent, wanting(skus, { slotId: slot.id }));
  expect(await refusal(reservePickup(agent, wanting(skus)))).toBe('INSUFFICIENT_STOCK');

  await settleHold(agent, hold, 'released');

  expect(await levelOf(ids[0]!)).toEqual({ onHand: 1, held: 0 });
  expect(await takenOf(slot.id)).toBe(0);
  expect(await refusal(settleHold(agent, hold, 'released'))).toBe('HOLD_OVER');
  expect(await refusal(reservePickup(agent, wanting(skus, { slotId: slot.id })))).toBeNull();
});

test('both or none: what a full slot refuses holds no units, and what is sold out takes no slot', async () => {
  const { skus, ids } = await articles(1, 5);
  const [full, free] = [await aSlot(0), await aSlot(1)];

  expect(await refusal(reservePickup(agent, wanting(skus, { slotId: full.id })))).toBe('SLOT_FULL');
  expect(await levelOf(ids[0]!)).toEqual({ onHand: 5, held: 0 });
  const tooMany = { slotId: free.id, lines: [{ sku: skus[0]!, quantity: 6 }] };
  expect(await refusal(reservePickup(agent, wanting(skus, tooMany)))).toBe('INSUFFICIENT_STOCK');
  expect(await takenOf(free.id)).toBe(0);
});

test('what was not confirmed in time is given back by the sweep, once', async () => {
  const { skus, ids } = await articles(1, 1);
  const slot = await aSlot(1);
  const hold = await reservePickup(agent, wanting(skus, { slotId: slot.id }));
  await runsOut(hold);
  expect(await stateOf(hold)).toBe('expired');

  await Promise.all([1, 2, 3].map(() => expireHolds(scope)));

  expect(await levelOf(ids[0]!)).toEqual({ onHand: 1, held: 0 });
  expect(await takenOf(slot.id)).toBe(0);
  const told = (await journalOf(sql, `customer:${customerId}`)).filter(({ details }) => details['holdId'] === hold);
  expect(told.map(({ type }) => type)).toEqual(['hold.made', 'hold.expired']);
});

test('what has run out is given to whoever asks next, before anybody sweeps', async () => {
  const { skus, ids } = await articles(1, 1);
  const slot = await aSlot(1);
  const late = await reservePickup(agent, wanting(skus, { slotId: slot.id }));
  await runsOut(late);

  const hold = await reservePickup(agent, wanting(skus, { slotId: slot.id }));

  expect(await stateOf(hold)).toBe('open');
  expect(await levelOf(ids[0]!)).toEqual({ onHand: 1, held: 1 });
  expect(await takenOf(slot.id)).toBe(1);
  expect(await refusal(settleHold(agent, late, 'confirmed'))).toBe('HOLD_OVER');
});

test('X7: of confirming and running out one comes first, whoever is asked at once', async () => {
  const { skus, ids } = await articles(1, 20);
  const holds = await Promise.all(Array.from({ length: 10 }, () => reservePickup(agent, wanting(skus))));
  await sql`update holds set expires_at = clock_timestamp() + interval '5 milliseconds' where id = any(${holds})`;

  const answers = await Promise.all([
    ...holds.map((id) => refusal(settleHold(agent, id, 'confirmed'))),
    ...[1, 2, 3].map(() => expireHolds(scope).then(() => null)),
  ]);
  // Whoever was not confirmed is over within milliseconds, by the database's clock.
  await until(
    async () => {
      await expireHolds(scope);
      return (await readHolds(scope, holds)).map(({ state }) => state);
    },
    (states) => !states.includes('open'),
  );

  const confirmed = answers.slice(0, 10).filter((answer) => answer === null).length;
  const states = (await readHolds(scope, holds)).map(({ state }) => state);
  expect(states.filter((state) => state === 'confirmed')).toHaveLength(confirmed);
  expect(states.filter((state) => state === 'expired')).toHaveLength(10 - confirmed);
  expect(await levelOf(ids[0]!)).toEqual({ onHand: 20, held: confirmed });
});

test('X6: hundreds who want the same articles in opposite orders get exactly what there is, and none a deadlock', async () => {
  const { skus, ids } = await articles(10, 12);
  const pick = (n: number) => [skus[n % 10]!, skus[(n * 7 + 3) % 10]!].filter((sku, i, all) => all.indexOf(sku) === i);

  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      refusal(reservePickup(agent, wanting(n % 2 === 0 ? pick(n) : pick(n).toReversed()))),
    ),
  );

  expect(answers.filter((answer) => answer !== null && answer !== 'INSUFFICIENT_STOCK')).toEqual([]);
  const [sum] = await sql<{ lines: number }[]>`
    select coalesce(sum(quantity), 0)::int as lines from hold_lines where variant_id = any(${ids})`;
  const levels = await Promise.all(ids.map(levelOf));
  expect(levels.reduce((held, level) => held + level.held, 0)).toBe(sum!.lines);
  expect(levels.every(({ onHand, held }) => onHand === 12 && held <= 12)).toBe(true);
  // Whoever was refused found an article of theirs sold out.
  const soldOut = new Set(skus.filter((_, i) => levels[i]!.held === 12));
  const refused = answers.flatMap((answer, n) => (answer === null ? [] : [pick(n)]));
  expect(refused.filter((wanted) => !wanted.some((sku) => soldOut.has(sku)))).toEqual([]);
});

test('levels go down and up with a version for each change, and the last one is the level', async () => {
  const { ids } = await articles(1, 5);
  const change = (onHand: number, held: number) =>
    atomically(scope, (tx) =>
      changeLevels(tx, [{ variantId: ids[0]!, locationId, onHand, held }], {
        reason: 'test',
        source: 'test',
        field: [],
      }),
    );
  await change(0, 5);
  expect(await refusal(change(0, 1))).toBe('INSUFFICIENT_STOCK');
  expect(await refusal(change(-1, 0))).toBe('INSUFFICIENT_STOCK');
  await change(-2, -2);
  await change(0, -3);

  const versions = await sql<{ onHand: number; held: number; validTo: Date | null }[]>`
    select on_hand, held, valid_to from stock_versions where variant_id = ${ids[0]!} order by id`;
  expect(versions.map(({ onHand, held }) => [onHand, held])).toEqual([
    [5, 0],
    [5, 5],
    [3, 3],
    [3, 0],
  ]);
  expect(versions.filter(({ validTo }) => validTo === null)).toHaveLength(1);
  expect(await levelOf(ids[0]!)).toEqual({ onHand: 3, held: 0 });
});

test('slots are listed by time, grow, and never shrink below who comes', async () => {
  const { skus } = await articles(1, 5);
  const slot = await aSlot(1);
  await reservePickup(agent, wanting(skus, { slotId: slot.id }));
  const { startsAt, endsAt } = slot;

  expect(await refusal(setPickupSlots(scope, locationId, [{ startsAt, endsAt, capacity: 0 }]))).toBe('CONFLICT');
  await setPickupSlots(scope, locationId, [{ startsAt, endsAt, capacity: 4 }]);

  const listed = await listPickupSlots(agent, { locationId, until: null });
  expect(listed.find(({ id }) => id === slot.id)).toMatchObject({ capacity: 4, taken: 1 });
  const starts = listed.map((one) => one.startsAt.getTime());
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test.each<[string, string, Partial<WantedPickup>]>([
  ['nobody', 'INVALID_INPUT', { customerId: null }],
  ['nothing', 'INVALID_INPUT', { lines: [] }],
  ['no time', 'INVALID_INPUT', { minutes: 0 }],
  ['more than a week', 'INVALID_INPUT', { minutes: 10_081 }],
  ['half a unit', 'INVALID_INPUT', { lines: [{ sku: 'X', quantity: 0.5 }] }],
  ['an unknown article', 'NOT_FOUND', { lines: [{ sku: 'NO SUCH THING', quantity: 1 }] }],
  ['an unknown location', 'NOT_FOUND', { locationId: newId('location') }],
  ['an unknown customer', 'NOT_FOUND', { customerId: newId('customer') }],
  ['an unknown slot', 'NOT_FOUND', { slotId: newId('pickupSlot') }],
  ['an unknown conversation', 'NOT_FOUND', { customerId: null, conversationId: newId('conversation') }],
])('for %s nothing is held', async (_, code, but) => {
  const { skus, ids } = await articles(1, 1);

  expect(await refusal(reservePickup(agent, wanting(skus, but)))).toBe(code);

  expect(await levelOf(ids[0]!)).toEqual({ onHand: 1, held: 0 });
});

test('a customer sees the own holds and makes none', async () => {
  const { skus } = await articles(1, 2);
  const hold = await reservePickup(agent, wanting(skus));
  const { customerId: other } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: 'berta@example.com', source: 'shop' }),
  );

  expect(await readHolds(aScope(database, 'customer', { customerId }), [hold])).toMatchObject([{ id: hold }]);
  expect(await readHolds(aScope(database, 'customer', { customerId: other }), [hold])).toEqual([]);
  await expect(reservePickup(aScope(database, 'customer', { customerId }), wanting(skus))).rejects.toThrow(
    AccessDenied,
  );
});
