import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { receiveFacts } from '../../../src/services/intake/receive-facts.ts';
import { releaseQuarantinedFact } from '../../../src/services/intake/release-quarantined-fact.ts';
import type { SourceFact } from '../../../src/services/intake/source-fact.ts';
import { discardQuarantinedFact } from '../../../src/services/orders/discard-quarantined-fact.ts';
import { listQuarantinedFacts, type QuarantineFilter } from '../../../src/services/orders/read-quarantined-facts.ts';
import { learnProducts } from '../../../src/services/orders/learn-products.ts';
import { readOrderLines } from '../../../src/services/orders/read-order-parts.ts';
import { readOrders } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { aLine, at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const supervisor = aScope(database, 'supervisor');

let count = 0;
/** An order for 3,000 of which 4,000 were paid: the payment is held. */
async function overpaid() {
  const number = `#Q${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  const { orderIds } = await recordOrderFacts(scope, [facts.placed(), facts.money('payment_recorded', 4_000)]);
  const held = await list({ orderNumber: number });
  return { number, facts, orderId: orderIds[0]!, id: held[0]!.id };
}
const list = async (filter: QuarantineFilter) =>
  (await listQuarantinedFacts(scope, filter, { first: 100, after: null })).nodes;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as Refusal).code,
  );

test('what a person lets in counts from then on, and is told as if it had come just now', async () => {
  const { orderId, number, id } = await overpaid();
  expect(await readOrders(scope, [orderId])).toMatchObject([{ paymentStatus: 'unpaid' }]);

  await releaseQuarantinedFact(supervisor, id, 'The shop added gift wrapping.');

  expect(await readOrders(scope, [orderId])).toMatchObject([{ paymentStatus: 'paid' }]);
  expect(await list({ orderNumber: number })).toMatchObject([
    { state: 'released', decidedBy: supervisor.viewer.principal, note: 'The shop added gift wrapping.' },
  ]);
  const told = (await journalOf(sql, `order:${orderId}`)).map(({ type }) => type);
  expect(told).toEqual(['order.recorded', 'fact.quarantined', 'fact.released', 'order.updated']);
});

test('what a person puts away never counts, also when it is told again or would be plausible later', async () => {
  const { orderId, number, facts, id } = await overpaid();

  await discardQuarantinedFact(supervisor, id, null);
  await recordOrderFacts(scope, [
    facts.money('payment_recorded', 4_000),
    {
      ...facts.placed(),
      kind: 'lines_changed',
      sourceEventId: `${number}/more`,
      totalMinor: 4_000,
      lines: [],
    } as never,
  ]);

  expect(await readOrders(scope, [orderId])).toMatchObject([{ paymentStatus: 'unpaid', totalMinor: 4_000 }]);
  expect(await list({ orderNumber: number })).toMatchObject([{ state: 'discarded' }]);
});

test('two who decide at once: one does', async () => {
  const { id, number } = await overpaid();

  const answers = await Promise.all([
    ...[1, 2].map(() => refusal(releaseQuarantinedFact(supervisor, id, null))),
    ...[1, 2].map(() => refusal(discardQuarantinedFact(supervisor, id, null))),
  ]);

  expect(answers.filter((answer) => answer === null)).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'CONFLICT')).toHaveLength(3);
  expect(['released', 'discarded']).toContain((await list({ orderNumber: number }))[0]!.state);
});

test('an agent neither reads nor decides', async () => {
  const { id } = await overpaid();
  const agent = aScope(database, 'agent');

  await expect(listQuarantinedFacts(agent, {}, { first: 1, after: null })).rejects.toThrow(AccessDenied);
  await expect(releaseQuarantinedFact(agent, id, null)).rejects.toThrow(AccessDenied);
  await expect(discardQuarantinedFact(agent, id, null)).rejects.toThrow(AccessDenied);
});

test('units that were not there are taken when they are', async () => {
  await recordProducts(scope, [
    {
      ...{ externalId: 'chair', title: 'Chair', brand: null, category: null },
      variants: [{ sku: 'CHAIR', title: 'Chair', options: {}, priceMinor: null, currency: null }],
    },
  ]);
  await recordLocations(scope, [{ externalId: 'turku', name: 'Turku', kind: 'store' }]);
  const move = (id: string, delta: number): SourceFact => ({
    type: 'stock_move',
    item: { sku: 'CHAIR', externalId: null },
    ...{ location: 'turku', delta, reason: 'sold', id, occurredAt: new Date('2026-11-20T10:00:00Z'), version: null },
  });
  const onHand = async () =>
    (await sql<{ onHand: number }[]>`select on_hand from stock_levels`).map((row) => row.onHand);
  expect(await receiveFacts(scope, 'till', [move('m1', 3), move('m2', -5)])).toMatchObject({
    waiting: 0,
    quarantined: 1,
  });
  const [held] = await list({ source: 'till', state: 'held' });

  expect(await refusal(releaseQuarantinedFact(scope, held!.id, null))).toBe('INSUFFICIENT_STOCK');
  expect(await list({ source: 'till' })).toMatchObject([{ state: 'held', reason: 'insufficient_stock' }]);
  expect(await refusal(releaseQuarantinedFact(supervisor, held!.id, null))).toBe('NOT_ALLOWED');
  await receiveFacts(scope, 'till', [move('m3', 2)]);
  await releaseQuarantinedFact(scope, held!.id, null);

  expect(await onHand()).toEqual([0]);
  expect(await list({ source: 'till' })).toMatchObject([{ state: 'released' }]);
});

test('what was kept apart for an article that the catalogue did not know is let in when it learns it', async () => {
  const variant = (sku: string) => ({ sku, title: sku, options: {}, priceMinor: null, currency: null });
  const product = (externalId: string, ...skus: string[]) => ({
    ...{ externalId, title: externalId, brand: null, category: null, variants: skus.map(variant) },
  });
  await learnProducts(scope, [product('things', 'SKU-1', 'SKU-2')]);
  const { number, facts, orderId } = await overpaid();
  const origin = { orderNumber: number, source: 'shop', sourceEventId: `${number}/changed`, occurredAt: at('10:30') };
  const changed = { kind: 'lines_changed', totalMinor: 3_000, lines: [aLine('1', { sku: 'LATER' })] } as const;
  await recordOrderFacts(scope, [{ ...changed, ...origin }]);
  const ofLines = async () => (await list({ orderNumber: number, reason: 'unknown_sku' })).map(({ state }) => state);
  expect(await ofLines()).toEqual(['held']);

  await learnProducts(scope, [product('others', 'OTHER')]);
  expect(await ofLines()).toEqual(['held']);
  await learnProducts(scope, [product('later', 'LATER')]);

  expect(await ofLines()).toEqual(['withdrawn']);
  expect((await readOrderLines(scope, [orderId])).map(({ sku }) => sku)).toEqual(['LATER']);
  expect(await recordOrderFacts(scope, [facts.placed()])).toMatchObject({ recorded: 0 });
});
