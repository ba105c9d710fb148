import { expect, test } from 'vitest';

import { isVisibleOrderEvent } from '../../../src/services/orders/order-reach.ts';
import { journalOf } from '../../support/journal.ts';
import { PARTNER_RIGHTS } from '../../../src/services/access/role-rights.ts';
import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import {
  readOrderLines,
  readPayments,
  readShipments,
  readTrackingEvents,
} from '../../../src/services/orders/read-order-parts.ts';
import { findOrderByNumber, listOrders, readOrders } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../../src/services/orders/record-tracking-events.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import { encodeKeyset } from '../../../src/values/page.ts';
import { at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const aCustomer = async (name: string) =>
  (
    await atomically(scope, (tx) =>
      identifyCustomer(tx, { kind: 'email', value: `${name}@example.com`, source: 'shop' }),
    )
  ).customerId;

const posti = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const dhl = await ensurePartner(scope, { externalId: 'dhl', name: 'DHL', kind: 'carrier' });
const market = await ensurePartner(scope, { externalId: 'market', name: 'Market', kind: 'marketplace' });
const anna = await aCustomer('anna');
const annaOnChat = await aCustomer('anna.on.chat');
const ben = await aCustomer('ben');
await sql`insert into person_links (member_id, person_id, linked_at) values (${annaOnChat}, ${anna}, now())`;

const a1 = factsOf('A1', anna);
const a2 = factsOf('A2', annaOnChat);
const b1 = factsOf('B1', ben);
const { orderIds } = await recordOrderFacts(scope, [
  a1.placed({ occurredAt: at('08:00') }),
  a1.money('payment_recorded', 3_000),
  a1.shipped({ externalId: 'with-posti', partnerId: posti, lineExternalIds: ['1'] }),
  a1.shipped({ externalId: 'with-dhl', partnerId: dhl, lineExternalIds: ['2'], trackingNumber: 'DHL-1' }),
  a2.placed({ occurredAt: at('09:00'), partnerId: market }),
  a2.shipped({ partnerId: posti, trackingNumber: 'P-2' }),
  b1.placed({ occurredAt: at('10:00') }),
]);
await recordTrackingEvents(scope, [
  { trackingNumber: 'DHL-1', source: 'dhl', sourceEventId: '1', status: 'in_transit', occurredAt: at('12:00') },
]);
const page = readPageRequest(100, null);

const viewers = {
  admin: aScope(database, 'admin'),
  agent: aScope(database, 'agent'),
  bot: aScope(database, 'bot'),
  integration: aScope(database, 'integration'),
  'anna, by her own id': aScope(database, 'customer', { customerId: anna }),
  'anna, by the id of her chat': aScope(database, 'customer', { customerId: annaOnChat }),
  ben: aScope(database, 'customer', { customerId: ben }),
  posti: aScope(database, 'partner', { partnerId: posti }),
  dhl: aScope(database, 'partner', { partnerId: dhl }),
  market: aScope(database, 'partner', { partnerId: market }),
  'a partner without a partner': aScope(database, 'partner'),
  'a customer without a customer': aScope(database, 'customer'),
};
test.each<[keyof typeof viewers, string[]]>([
  ['admin', ['B1', 'A2', 'A1']],
  ['agent', ['B1', 'A2', 'A1']],
  ['bot', ['B1', 'A2', 'A1']],
  ['integration', ['B1', 'A2', 'A1']],
  ['anna, by her own id', ['A2', 'A1']],
  ['anna, by the id of her chat', ['A2', 'A1']],
  ['ben', ['B1']],
  ['posti', ['A2', 'A1']],
  ['dhl', ['A1']],
  ['market', ['A2']],
  ['a partner without a partner', []],
  ['a customer without a customer', []],
])('%s sees exactly %j, in the list, by id and by number', async (name, numbers) => {
  const viewer = viewers[name];

  expect((await listOrders(viewer, {}, page)).nodes.map((order) => order.number)).toEqual(numbers);
  expect((await readOrders(viewer, orderIds)).map((order) => order.number).sort()).toEqual([...numbers].sort());
  for (const number of ['A1', 'A2', 'B1'])
    expect((await findOrderByNumber(viewer, number))?.number ?? null).toBe(numbers.includes(number) ? number : null);
  const lines = new Set((await readOrderLines(viewer, orderIds)).map((line) => line.orderId));
  expect(lines.size).toBe(numbers.length);
});

test('a carrier sees its own parcels and their scans, not those of another carrier', async () => {
  const parcels = async (name: keyof typeof viewers) =>
    (await readShipments(viewers[name], orderIds)).map(({ externalId }) => externalId).sort();
  const all = await readShipments(scope, orderIds);
  const scanned = async (name: keyof typeof viewers) =>
    (
      await readTrackingEvents(
        viewers[name],
        all.map(({ id }) => id),
      )
    ).length;

  expect(await parcels('posti')).toEqual(['parcel-1', 'with-posti']);
  expect(await parcels('dhl')).toEqual(['with-dhl']);
  expect(await parcels('market')).toEqual(['parcel-1']);
  expect(await parcels('ben')).toEqual([]);
  expect(await Promise.all((['posti', 'dhl', 'market', 'anna, by her own id', 'ben'] as const).map(scanned))).toEqual([
    0, 1, 0, 1, 0,
  ]);
});

test('payments are for those who hold the right, and a customer sees their own', async () => {
  const rights = new Set(PARTNER_RIGHTS.carrier);
  const carrier = aScope(database, 'partner', { partnerId: posti, rights });
  await expect(readPayments(carrier, orderIds)).rejects.toMatchObject({ right: 'payments:read' });

  expect(await readPayments(viewers['anna, by the id of her chat'], orderIds)).toHaveLength(1);
  expect(await readPayments(viewers.ben, orderIds)).toEqual([]);
});

test('orders of a merged customer name the person', async () => {
  const order = await findOrderByNumber(scope, 'A2');

  expect(order?.customerId).toBe(anna);
  expect((await listOrders(scope, { customerId: annaOnChat }, page)).nodes.map(({ number }) => number)).toEqual([
    'A2',
    'A1',
  ]);
  expect((await listOrders(viewers.ben, { customerId: anna }, page)).nodes).toEqual([]);
});

test('the list is filtered by status and paged newest first without gap or repeat', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const part = await listOrders(scope, {}, readPageRequest(1, after));
    seen.push(...part.nodes.map(({ number }) => number));
    after = part.hasNextPage ? encodeKeyset(part.keysetOf(part.nodes.at(-1)!)) : null;
  } while (after);

  expect(seen).toEqual(['B1', 'A2', 'A1']);
  expect((await listOrders(scope, { status: 'processed' }, page)).nodes.map(({ number }) => number)).toEqual(['A2']);
  expect((await listOrders(scope, { status: 'delivered' }, page)).nodes).toEqual([]);
});

test('a carrier is told of the order and of its own parcel, not of another carrier’s', async () => {
  const told = (await journalOf(sql, `order:${orderIds[0]}`)).map(({ type, topics, details }) => ({
    type,
    details,
    partners: topics.filter((name) => name.startsWith('partner:')).sort(),
  }));
  const [ofPosti, ofDhl] = [[`partner:${posti}`], [`partner:${dhl}`]];

  expect(told.map(({ type, partners }) => [type, partners])).toEqual([
    ['order.recorded', [...ofPosti, ...ofDhl].sort()],
    ['shipment.recorded', ofDhl],
    ['shipment.recorded', ofPosti],
    ['tracking.recorded', ofDhl],
    ['order.status_changed', [...ofPosti, ...ofDhl].sort()],
  ]);
  const visible = (name: keyof typeof viewers) =>
    Promise.all(told.map(({ details }) => isVisibleOrderEvent(viewers[name], details)));
  expect(await visible('dhl')).toEqual([true, true, false, true, true]);
  expect(await visible('posti')).toEqual([true, false, true, false, true]);
  expect(await visible('market')).toEqual([false, false, false, false, false]);
  expect(await visible('anna, by the id of her chat')).toEqual([true, true, true, true, true]);
});
