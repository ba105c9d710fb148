import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { preparing } from '../../src/execution/prepare.ts';
import { aViewer } from '../support/scopes.ts';

const prepare = preparing({
  built: buildSchema(CHANNELS),
  limits: DEFAULT_LIMITS,
  buckets: new CostBuckets({ costBurst: 1e9, costPerSecond: 1e9 }),
});
const sectionsOf = (query: string, variables: object = {}) =>
  prepare({ query, variables }, aViewer('admin')).sections.join(' ');

test('a document is known by the sections of a packet that it shows, in their order', () => {
  const inPacket = (selection: string) => sectionsOf(`{ contextPacket(customerId: "cus_") { ${selection} } }`);

  expect(inPacket('version memberIds changed')).toBe('');
  expect(inPacket('orders { number } profile { displayName }')).toBe('profile orders');
  expect(inPacket('mine: stock { sku } ... on ContextPacket { basket { source } }')).toBe('basket stock');
  expect(inPacket('asOf { __typename routing } version')).toBe('routing');
});

test('the sections of a subscription are those of its packets, through fragments', () => {
  const query = `subscription { contextPackets(customerId: "cus_") { cursor packet { ...Packet } } }
    fragment Packet on ContextPacket { ...Talk version }
    fragment Talk on ContextPacket { conversations { reference orders: linkedOrderIds } }`;

  expect(sectionsOf(query)).toBe('conversations');
});

test('what a condition may leave out is still among them', () => {
  const query = `query ($all: Boolean!) { contextPacket(customerId: "cus_") {
    profile { displayName } reviews @include(if: $all) { id } identities @skip(if: true) { value } } }`;

  expect(sectionsOf(query, { all: false })).toBe('profile identities reviews');
});

test('several packets in one document show what any of them shows; other fields of the same names do not count', () => {
  const query = `{ a: contextPacket(customerId: "cus_a") { profile { displayName } }
    b: contextPacket(customerId: "cus_b") { routing { reference } }
    customer(id: "cus_") { orders { nodes { number } } identities { value } } }`;

  expect(sectionsOf(query)).toBe('profile routing');
});
