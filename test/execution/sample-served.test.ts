import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { documentReader } from '../../src/execution/read-document.ts';
import { sampleServed } from '../../src/execution/sample-served.ts';
import type { ServedStatus } from '../../src/values/served.ts';
import { aViewer } from '../support/scopes.ts';

const built = buildSchema(CHANNELS);
const { readDocument } = documentReader(built, DEFAULT_LIMITS);
const order = 'ord_01234567890123456789abcdef';
const other = 'ord_0123456789abcdefghjkmnpqrs';

function servedBy(query: string, data: unknown, { percent = 100, viewer = aViewer('bot') } = {}): ServedStatus[] {
  const noted: ServedStatus[] = [];
  const note = (served: readonly ServedStatus[]) => void noted.push(...served);
  const onServed = sampleServed(built.schema, percent, { now: () => new Date(0), note });
  const document = readDocument(query);
  onServed?.({ document, operation: document.operations[0]!, viewer }, JSON.stringify(data));
  return noted;
}
const pairs = (served: readonly ServedStatus[]) => served.map(({ orderId, status }) => [orderId, status]);

test('an answer is read by its own names, through lists, fragments and aliases', () => {
  const query = `query {
    orders { nodes { ...Shown } }
    node(id: "x") { ... on Order { id now: status } ... on Shipment { id parcel: status } }
    customer(id: "y") { orders { edges { node { id status total { amountMinor } } } } }
  } fragment Shown on Order { key: id at: status number }`;
  const data = {
    orders: { nodes: [{ key: order, at: 'IN_TRANSIT', number: '1' }, null] },
    node: { id: 'shp_01234567890123456789abcdef', parcel: 'DELIVERED' },
    customer: { orders: { edges: [{ node: { id: other, status: 'READY_FOR_PICKUP', total: null } }] } },
  };

  expect(pairs(servedBy(query, data))).toEqual([
    [order, 'in_transit'],
    [other, 'ready_for_pickup'],
  ]);
});

test('packets are read, too, with who read them and how', () => {
  const query = 'subscription { contextPackets(customerId: "c") { packet { orders { id status } } } }';
  const data = { contextPackets: { packet: { orders: [{ id: order, status: 'PENDING' }] } } };

  expect(servedBy(query, data, { viewer: aViewer('agent') })).toEqual([
    { touchpoint: 'agent.subscription', channel: 'graph', orderId: order, status: 'pending', servedAt: new Date(0) },
  ]);
  const visitor = aViewer('customer', { principal: 'visitor:vis_1' });
  expect(servedBy(query, data, { viewer: visitor })[0]).toMatchObject({ channel: 'live_chat' });
  expect(servedBy(query, data, { viewer: aViewer('customer') })[0]).toMatchObject({ channel: 'self_service' });
});

test.each([
  ['no status', 'query { orders { nodes { id number } } }', { orders: { nodes: [{ id: order, number: '1' }] } }],
  ['no id', 'query { orders { nodes { status } } }', { orders: { nodes: [{ status: 'PENDING' }] } }],
  ['nothing of an order', 'query { viewer { principal } }', { viewer: { principal: 'p' } }],
])('an answer with %s is no sample', (_, query, data) => {
  expect(servedBy(query, data)).toEqual([]);
});

test('no share of answers is nothing at all, and of a long list some are enough', () => {
  const nodes = Array.from({ length: 100 }, () => ({ id: order, status: 'PENDING' }));
  const query = 'query { orders(first: 100) { nodes { id status } } }';

  expect(servedBy(query, { orders: { nodes } }, { percent: 0 })).toEqual([]);
  expect(servedBy(query, { orders: { nodes } })).toHaveLength(20);
});
