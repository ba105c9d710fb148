import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { readVariantsOf } from '../../../src/services/inventory/read-catalogue.ts';
import { recordLocation } from '../../../src/services/inventory/record-locations.ts';
import { recordProduct } from '../../../src/services/inventory/record-products.ts';
import { recountStock } from '../../../src/services/inventory/recount-stock.ts';
import { setStock } from '../../../src/services/inventory/set-stock.ts';
import { expireHolds } from '../../../src/services/orders/expire-holds.ts';
import { readHolds } from '../../../src/services/orders/read-holds.ts';
import { reservePickup } from '../../../src/services/orders/reserve-pickup.ts';
import { settleHold } from '../../../src/services/orders/settle-hold.ts';
import type { HoldId } from '../../../src/values/ids.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

/** `PUNOS_OVERSELL_ATTEMPTS=10000`: as many as a sale brings. Fewer while others work beside. */
const ATTEMPTS = Number(process.env['PUNOS_OVERSELL_ATTEMPTS'] ?? 400);
const SKUS = Math.max(4, ATTEMPTS / 100);
/** Two articles an attempt: half of the attempts find what they want. */
const UNITS_EACH = ATTEMPTS / SKUS;

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin', { now: new Date() });
const agent = aScope(database, 'agent', { now: new Date() });

const locationId = await recordLocation(scope, { externalId: 'turku', name: 'Turku', kind: 'store' });
const { customerId } = await atomically(scope, (tx) =>
  identifyCustomer(tx, { kind: 'email', value: 'anna@example.com', source: 'shop' }),
);
const productId = await recordProduct(scope, {
  ...{ externalId: 'thing', title: 'Thing' },
  variants: Array.from({ length: SKUS }, (_, i) => ({ sku: `SKU-${i}`, title: `Thing ${i}`, options: {} })),
});
const ids = new Map((await readVariantsOf(scope, [productId])).map(({ sku, id }) => [sku, id]));
await setStock(
  scope,
  [...ids.values()].map((variantId) => ({ variantId, locationId, onHand: UNITS_EACH, source: 'till' })),
);

/** Two articles, every second time in the opposite order; over all attempts each article is wanted equally often. */
function wantedBy(attempt: number): string[] {
  const first = attempt % SKUS;
  const second = (first + 1 + (Math.floor(attempt / SKUS) % (SKUS - 1))) % SKUS;
  const skus = [`SKU-${first}`, `SKU-${second}`];
  return attempt % 2 === 0 ? skus : skus.toReversed();
}
const reserve = (attempt: number) =>
  reservePickup(agent, {
    ...{ conversationId: null, customerId, locationId, slotId: null, minutes: 30 },
    lines: wantedBy(attempt).map((sku) => ({ sku, quantity: 1 })),
  });

interface Totals {
  onHand: number;
  held: number;
}
const totals = async () =>
  (await sql<Totals[]>`select sum(on_hand)::int as on_hand, sum(held)::int as held from stock_levels`)[0]!;

test(`X6: ${ATTEMPTS} attempts at once on ${SKUS} articles in opposite orders sell exactly what there was, and nobody meets a deadlock`, async () => {
  const answers = await Promise.allSettled(Array.from({ length: ATTEMPTS }, (_, attempt) => reserve(attempt)));

  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  expect(refused.filter((error) => !(error instanceof Refusal && error.code === 'INSUFFICIENT_STOCK'))).toEqual([]);
  const held = answers.flatMap((answer, attempt) => (answer.status === 'fulfilled' ? wantedBy(attempt) : []));
  const levels = await sql<{ sku: string; onHand: number; held: number }[]>`
    select v.sku, l.on_hand, l.held from stock_levels l join variants v on v.id = l.variant_id`;
  for (const level of levels)
    expect(level).toEqual({ sku: level.sku, onHand: UNITS_EACH, held: held.filter((sku) => sku === level.sku).length });
  expect(levels.every((level) => level.held <= UNITS_EACH)).toBe(true);
  // Nobody was sent away who could have had both.
  const left = new Set(levels.filter((level) => level.held < UNITS_EACH).map(({ sku }) => sku));
  const sentAway = answers.flatMap((answer, attempt) => (answer.status === 'rejected' ? [wantedBy(attempt)] : []));
  expect(sentAway.filter((skus) => skus.every((sku) => left.has(sku)))).toEqual([]);
  expect((await recountStock(scope, null)).wrong).toEqual([]);
});

test('X7: what is paid while it runs out is sold or free again, never both, and every unit is accounted for', async () => {
  const before = await totals();
  const holds = (await sql<{ id: HoldId }[]>`select id from holds where state = 'open' order by id limit 200`).map(
    ({ id }) => id,
  );
  await sql`update holds set expires_at = clock_timestamp() + random() * interval '50 milliseconds' where id = any(${holds})`;

  const paid = await Promise.allSettled([
    ...holds.map((id) => settleHold(agent, id, 'collected')),
    ...Array.from({ length: 4 }, () => expireHolds(scope)),
  ]);
  await sql`update holds set expires_at = clock_timestamp() where id = any(${holds})`;
  for (let due = 1; due > 0;) due = await expireHolds(scope);

  const errors = paid.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  expect(errors.filter((error) => !(error instanceof Refusal && error.code === 'HOLD_OVER'))).toEqual([]);
  const sold = paid.slice(0, holds.length).filter(({ status }) => status === 'fulfilled').length;
  const states = (await readHolds(scope, holds)).map(({ state }) => state);
  expect(states.filter((state) => state === 'collected')).toHaveLength(sold);
  expect(states.filter((state) => state === 'expired')).toHaveLength(holds.length - sold);
  expect(await totals()).toEqual({ onHand: before.onHand - 2 * sold, held: before.held - 2 * holds.length });
  expect((await recountStock(scope, null)).wrong).toEqual([]);
});
