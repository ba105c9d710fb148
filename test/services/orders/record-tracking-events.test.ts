import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { readShipments, readTrackingEvents } from '../../../src/services/orders/read-order-parts.ts';
import { readOrders } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import type { TrackingReport } from '../../../src/services/orders/record-tracking-events.ts';
import { recordTrackingEvents } from '../../../src/services/orders/record-tracking-events.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import { newId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
const posti = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const other = await ensurePartner(scope, { externalId: 'other', name: 'Other', kind: 'carrier' });

let count = 0;
async function aBuyer() {
  const number = `#T${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  return { number, facts: factsOf(number, customerId) };
}
async function aShippedOrder() {
  const { number, facts } = await aBuyer();
  const { orderIds } = await recordOrderFacts(scope, [facts.placed(), facts.shipped({ partnerId: posti })]);
  const [shipment] = await readShipments(scope, orderIds);
  return { number, orderIds, shipment: shipment!, tracking: `T-${number}` };
}
const aReport = (but: Partial<TrackingReport>): TrackingReport => ({
  source: 'posti',
  sourceEventId: `scan-${(count += 1)}`,
  status: 'in_transit',
  occurredAt: at('12:00'),
  ...but,
});
const statusOf = async (orderIds: Parameters<typeof readOrders>[1]) => (await readOrders(scope, orderIds))[0]!.status;
const scans = async () => (await sql<{ n: number }[]>`select count(*)::int as n from tracking_events`)[0]!.n;

test('the order follows its parcel, by id or by tracking number', async () => {
  const { orderIds, shipment, tracking } = await aShippedOrder();

  await recordTrackingEvents(scope, [aReport({ shipmentId: shipment.id, place: 'Turku', rawStatus: 'Lajiteltu' })]);
  const moving = await statusOf(orderIds);
  const eta = at('18:00');
  await recordTrackingEvents(scope, [
    aReport({
      trackingNumber: tracking,
      status: 'ready_for_pickup',
      occurredAt: at('14:00'),
      estimatedDeliveryAt: eta,
    }),
  ]);

  expect(moving).toBe('in_transit');
  expect(await readOrders(scope, orderIds)).toMatchObject([
    { status: 'ready_for_pickup', statusOccurredAt: at('14:00') },
  ]);
  expect(await readShipments(scope, orderIds)).toMatchObject([
    { status: 'ready_for_pickup', estimatedDeliveryAt: eta },
  ]);
  expect(await readTrackingEvents(scope, [shipment.id])).toMatchObject([
    { status: 'ready_for_pickup' },
    { status: 'in_transit', place: 'Turku', rawStatus: 'Lajiteltu' },
  ]);
  const told = await journalOf(sql, `order:${orderIds[0]}`);
  expect(told.slice(-2)).toMatchObject([
    {
      type: 'tracking.recorded',
      topics: ['orders', `partner:${posti}`],
      details: { shipmentStatus: 'ready_for_pickup', shipmentId: shipment.id },
    },
    { type: 'order.status_changed', details: { status: 'ready_for_pickup', previousStatus: 'in_transit' } },
  ]);
});

test('a late scan is kept and told, and moves nothing back', async () => {
  const { orderIds, shipment } = await aShippedOrder();
  await recordTrackingEvents(scope, [
    aReport({ shipmentId: shipment.id, status: 'delivered', occurredAt: at('16:00') }),
  ]);

  await recordTrackingEvents(scope, [
    aReport({ shipmentId: shipment.id, status: 'out_for_delivery', occurredAt: at('15:00') }),
  ]);

  expect(await readOrders(scope, orderIds)).toMatchObject([{ status: 'delivered', statusOccurredAt: at('16:00') }]);
  expect((await readTrackingEvents(scope, [shipment.id])).map(({ status }) => status)).toEqual([
    'delivered',
    'out_for_delivery',
  ]);
});

test('a repeat changes nothing and answers with the event of then', async () => {
  const { shipment } = await aShippedOrder();
  const report = aReport({ shipmentId: shipment.id });
  const first = await recordTrackingEvents(scope, [report]);
  const before = (await journalOf(sql)).length;

  const again = await recordTrackingEvents(scope, [report, report]);

  expect(again).toMatchObject({
    recorded: 0,
    trackingEventIds: [first.trackingEventIds[0], first.trackingEventIds[0]],
  });
  expect((await journalOf(sql)).length).toBe(before);
});

test('a scan that is faster than its parcel waits and counts when the parcel comes', async () => {
  const { number, facts } = await aBuyer();

  const early = await recordTrackingEvents(scope, [aReport({ trackingNumber: `T-${number}`, status: 'delivered' })]);
  const { orderIds } = await recordOrderFacts(scope, [facts.placed(), facts.shipped()]);

  expect(early).toMatchObject({ recorded: 1, waiting: 1, orderIds: [] });
  expect(await statusOf(orderIds)).toBe('delivered');
  const [shipment] = await readShipments(scope, orderIds);
  expect(await readTrackingEvents(scope, [shipment!.id])).toMatchObject([{ id: early.trackingEventIds[0] }]);
});

test('scans and parcel at the same time: none is lost, whoever is first', async () => {
  const { number, facts } = await aBuyer();
  const { orderIds } = await recordOrderFacts(scope, [facts.placed()]);

  await Promise.all([
    ...(['in_transit', 'out_for_delivery', 'delivered'] as const).map((status, i) =>
      recordTrackingEvents(scope, [aReport({ trackingNumber: `T-${number}`, status, occurredAt: at(`1${i + 2}:00`) })]),
    ),
    recordOrderFacts(scope, [facts.shipped()]),
  ]);

  const [shipment] = await readShipments(scope, orderIds);
  expect(await readTrackingEvents(scope, [shipment!.id])).toHaveLength(3);
  expect(await statusOf(orderIds)).toBe('delivered');
});

test('a partner reports on its own parcels only; others’ and unknown ones answer alike, and nothing changes', async () => {
  const { orderIds, shipment, tracking } = await aShippedOrder();
  const before = await scans();
  const as = (partnerId: typeof posti) => aScope(database, 'partner', { partnerId });
  const refusals = await Promise.all(
    [
      recordTrackingEvents(as(other), [aReport({ shipmentId: shipment.id })]),
      recordTrackingEvents(as(other), [aReport({ shipmentId: newId('shipment') })]),
      recordTrackingEvents(as(other), [aReport({ trackingNumber: tracking })]),
      recordTrackingEvents(as(other), [aReport({ trackingNumber: 'nobody knows' })]),
    ].map((work) => work.catch((error: unknown) => error)),
  );

  const answer = 'No shipment of yours has this id or tracking number.';
  expect(refusals).toMatchObject(Array.from({ length: 4 }, () => ({ code: 'NOT_FOUND', message: answer })));
  expect(await scans()).toBe(before);
  await recordTrackingEvents(as(posti), [aReport({ shipmentId: shipment.id, status: 'delivered' })]);
  expect(await statusOf(orderIds)).toBe('delivered');
});

test('a partner cannot block the event names of another source', async () => {
  const { orderIds, shipment } = await aShippedOrder();
  const report = aReport({ shipmentId: shipment.id });
  await recordTrackingEvents(aScope(database, 'partner', { partnerId: posti }), [report]);

  const answer = await recordTrackingEvents(scope, [{ ...report, status: 'delivered', occurredAt: at('17:00') }]);

  expect(answer.recorded).toBe(1);
  expect(await statusOf(orderIds)).toBe('delivered');
});

test('a report whose clock is years ahead is refused: no later one would ever count', async () => {
  const { shipment, orderIds } = await aShippedOrder();
  const before = await statusOf(orderIds);

  const ahead = aReport({ shipmentId: shipment.id, occurredAt: new Date('2099-01-01T00:00:00Z') });
  await expect(recordTrackingEvents(scope, [ahead])).rejects.toMatchObject({
    ...{ code: 'INVALID_INPUT', field: ['events', '0', 'occurredAt'] },
  });

  expect(await statusOf(orderIds)).toBe(before);
});

test('who lacks the right is denied, and both or neither name of a parcel is refused', async () => {
  const { shipment, tracking } = await aShippedOrder();

  await expect(
    recordTrackingEvents(aScope(database, 'agent'), [aReport({ shipmentId: shipment.id })]),
  ).rejects.toMatchObject({ right: 'tracking:write' });
  for (const names of [{}, { shipmentId: shipment.id, trackingNumber: tracking }])
    await expect(recordTrackingEvents(scope, [aReport(names)])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
