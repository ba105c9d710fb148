import { graphql } from 'graphql';
import { beforeAll, expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { makeLoaders } from '../../src/resolvers/loaders.ts';
import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { addNote } from '../../src/services/conversations/add-note.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../src/services/routing/route-conversation.ts';
import { recordLocations } from '../../src/services/inventory/record-locations.ts';
import { recordProduct } from '../../src/services/inventory/record-products.ts';
import { readVariantsOf } from '../../src/services/inventory/read-catalogue.ts';
import { setStock } from '../../src/services/inventory/set-stock.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../src/services/orders/record-tracking-events.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import { aLine, factsOf } from '../support/orders.ts';
import { countStatements } from '../support/count-statements.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  for (let i = 0; i < 4; i += 1)
    await setPresence(
      scope,
      await ensureAgent(scope, { externalId: `a${i}`, name: `A${i}`, capacity: 10, skills: { 'language:en': 3 } }),
      'online',
    );
  for (let i = 0; i < 24; i += 1) {
    const { conversationId } = await receiveMessage(scope, {
      inbox: 'mail',
      sender: { kind: 'email', value: `p${i}@example.com` },
      externalId: `m${i}`,
      text: 'Where is my parcel, please?',
      occurredAt: scope.now,
    });
    await addNote(scope, conversationId, 'a note');
    await routeConversation(scope, conversationId);
  }
  await recordOrders();
});

/** 24 orders with everything that an order can have, and a lamp in 24 stores. */
async function recordOrders() {
  const partnerId = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
  const productId = await recordProduct(scope, {
    externalId: 'lamp',
    title: 'Lamp',
    variants: [{ sku: 'LAMP', title: 'Lamp', options: {} }],
  });
  const [variant] = await readVariantsOf(scope, [productId]);
  const stores = Array.from({ length: 24 }, (_, i) => ({ externalId: `s${i}`, name: `S${i}`, kind: 'store' as const }));
  const locationIds = await recordLocations(scope, stores);
  await setStock(
    scope,
    locationIds.map((locationId) => ({ variantId: variant!.id, locationId, onHand: 1, source: 'till' })),
  );
  const buyers = await sql<{ id: CustomerId }[]>`select id from customers`;
  const facts = buyers.flatMap(({ id }, i) => {
    const of = factsOf(`#${i}`, id);
    const lines = [aLine('1', { sku: 'LAMP' }), aLine('2')];
    return [of.placed({ lines }), of.money('payment_recorded', 1), of.shipped({ partnerId }), of.returned()];
  });
  await recordOrderFacts(scope, facts);
  await sql`
    insert into notices (id, customer_id, order_id, kind, about, state, due_at)
    select replace(id, 'ord_', 'ntc_'), customer_id, id, 'delay', 'parcel-1', 'planned', now() from orders`;
  await recordTrackingEvents(
    scope,
    buyers.map((_, i) => ({
      ...{ trackingNumber: `T-#${i}`, source: 'posti', sourceEventId: `${i}` },
      status: 'in_transit',
      occurredAt: scope.now,
    })),
  );
}

async function statementsOf(query: string, first: number): Promise<number> {
  const counted = countStatements(database);
  const asking = { ...scope, db: counted.database };
  const result = await graphql({
    schema: buildSchema(CHANNELS).schema,
    source: query,
    variableValues: { first },
    contextValue: {
      scope: asking,
      installation: await readInstallation(sql),
      loaders: makeLoaders(asking),
      cursor: null,
      subjects: new Set<string>(),
    },
  });
  expect(result.errors).toBeUndefined();
  const [list] = Object.values(result.data!) as { nodes: unknown[] }[];
  expect(list!.nodes).toHaveLength(first);
  return counted.count();
}

test.each([
  [
    'customers',
    'customers(first: $first) { nodes { id identities { value } conversations(first: 5) { nodes { id assignee { name skills { skill } } messages(first: 3) { nodes { text inbox { name } } } } } } }',
    6,
  ],
  [
    'conversations',
    'conversations(first: $first) { nodes { id customer { id identities { value } } inbox { name } assignee { name } legs { address inbox { name } } messages(first: 2) { nodes { text conversation { id } } } notes(first: 2) { nodes { text } } } }',
    9,
  ],
  [
    'orders',
    'orders(first: $first) { nodes { id customer { id } lines { sku variant { product { variants { sku } } } } payments { id } shipments { lines { sku } trackingEvents { id } partner { name } order { id } } returns { lines { quantity } freshness { staleSince } steps { freshness { fallbackText } } } } }',
    13,
  ],
  [
    'customers with notices',
    'customers(first: $first) { nodes { id notices(first: 3) { nodes { id order { number notices(first: 2) { nodes { id } } } message { id } } } } }',
    4,
  ],
  [
    'customers with orders',
    'customers(first: $first) { nodes { id orders(first: 3) { nodes { id shipments { id } } } } }',
    3,
  ],
  [
    'availability',
    'availability(sku: "LAMP", first: $first) { nodes { available location { name } freshness { staleSince } } }',
    4,
  ],
  [
    'routing decisions',
    'routingDecisions(first: $first) { nodes { id conversation { id customer { id } } chosenAgent { name } candidates { score agent { name } } othersByReason { reason } } }',
    5,
  ],
] as const)('a page of %s takes as many statements for 20 rows as for 2', async (_, list, most) => {
  const query = `query ($first: Int) { ${list} }`;

  const few = await statementsOf(query, 2);
  const many = await statementsOf(query, 20);

  expect(few).toBeGreaterThanOrEqual(most - 3);
  expect(many).toBe(few);
  expect(many).toBeLessThanOrEqual(most);
});
