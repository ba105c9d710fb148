import { expect, test } from 'vitest';

import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { readShipments } from '../../../src/services/orders/read-order-parts.ts';
import { findOrderByNumber, listOrders } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import { setPartnerLocations } from '../../../src/services/partners/set-partner-locations.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import type { PartnerId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'a@example.org' }],
  source: 'shop',
});
const [turku, oulu] = await recordLocations(scope, [
  { externalId: 'turku', kind: 'store', name: 'Turku' },
  { externalId: 'oulu', kind: 'store', name: 'Oulu' },
]);
const south = await ensurePartner(scope, { externalId: 'south', name: 'South', kind: 'store_chain' });
const north = await ensurePartner(scope, { externalId: 'north', name: 'North', kind: 'store_chain' });
await setPartnerLocations(scope, south, [turku!]);
const as = (partnerId: PartnerId) => aScope(database, 'partner', { partnerId });
const page = readPageRequest(100, null);
const numbersFor = async (partnerId: PartnerId) =>
  (await listOrders(as(partnerId), {}, page)).nodes.map(({ number }) => number).toSorted();

/** Work on an order at a place, and a parcel that leaves from there. */
const work = (number: string, place: string, nth = place) => {
  const origin = (what: string) => ({ orderNumber: number, source: 'shop', sourceEventId: `${number}/${what}/${nth}` });
  return [
    {
      ...{ kind: 'fulfilment_order_recorded' as const, externalId: nth, status: 'open' as const },
      ...{ locationExternalId: place, ...origin('work'), occurredAt: at('10:30') },
    },
    {
      ...{ kind: 'shipment_created' as const, externalId: `parcel-${nth}`, carrier: 'Posti', lineExternalIds: ['1'] },
      ...{
        trackingNumber: `T-${number}-${nth}`,
        fulfilmentOrderExternalId: nth,
        ...origin('parcel'),
        occurredAt: at('11:00'),
      },
    },
  ];
};

test('a store chain sees the orders that are worked on in its stores, of those its own parcels, and no others', async () => {
  await recordOrderFacts(scope, [
    factsOf('BOTH', customerId).placed(),
    ...work('BOTH', 'turku'),
    ...work('BOTH', 'oulu'),
    factsOf('NORTH', customerId).placed(),
    ...work('NORTH', 'oulu'),
    factsOf('NOWHERE', customerId).placed(),
  ]);

  expect(await numbersFor(south)).toEqual(['BOTH']);
  expect(await numbersFor(north)).toEqual([]);
  expect(await findOrderByNumber(as(south), 'NORTH')).toBeNull();
  const both = (await findOrderByNumber(as(south), 'BOTH'))!;
  expect((await readShipments(as(south), [both.id])).map(({ externalId }) => externalId)).toEqual(['parcel-turku']);
  expect((await readShipments(scope, [both.id])).map(({ externalId }) => externalId).toSorted()).toEqual([
    'parcel-oulu',
    'parcel-turku',
  ]);
});

test('events of an order go to the chains whose stores work on it, of a parcel to the one it leaves from', async () => {
  await setPartnerLocations(scope, north, [oulu!]);

  await recordOrderFacts(scope, [
    factsOf('EVENTS', customerId).placed(),
    ...work('EVENTS', 'turku'),
    ...work('EVENTS', 'oulu'),
  ]);

  const { id } = (await findOrderByNumber(as(north), 'EVENTS'))!;
  const told = (await journalOf(sql, `order:${id}`)).map(({ type, topics, details }) => ({
    what: `${type} ${String(details['shipmentId'] ?? '')}`.slice(0, 20).trim().split(' ')[0],
    partners: topics.filter((name) => name.startsWith('partner:')).toSorted(),
  }));
  const [toSouth, toNorth] = [`partner:${south}`, `partner:${north}`];
  expect(told.filter(({ what }) => what === 'order.recorded')).toEqual([
    { what: 'order.recorded', partners: [toSouth, toNorth].toSorted() },
  ]);
  expect(
    told
      .filter(({ what }) => what === 'shipment.recorded')
      .flatMap(({ partners }) => partners)
      .toSorted(),
  ).toEqual([toSouth, toNorth].toSorted());
});

test('a store that goes to another chain takes its orders along', async () => {
  await setPartnerLocations(scope, north, []);
  expect(await numbersFor(north)).toEqual([]);

  await setPartnerLocations(scope, north, [turku!, oulu!]);
  await setPartnerLocations(scope, south, []);

  expect(await numbersFor(south)).toEqual([]);
  expect(await numbersFor(north)).toEqual(['BOTH', 'EVENTS', 'NORTH']);
  const refused = await setPartnerLocations(scope, north, ['loc_nowhere']).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'NOT_FOUND', field: ['locationIds'] });
  expect(await numbersFor(north)).toEqual(['BOTH', 'EVENTS', 'NORTH']);
});
