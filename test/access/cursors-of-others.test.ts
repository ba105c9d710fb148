import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { ALL_RIGHTS } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop, documentOfMutation, type Shopper } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { listsOf, pageOfList, type ListField } from '../support/lists-of-graph.ts';
import { aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { watchEverything } from '../support/watch-everything.ts';
import { withDatabase } from '../support/with-database.ts';

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');
const berta = await shop.aShopper('berta');
const edge = await openLiveEdge({
  ...{ database, installation: shop.ground.installation, subscriptions: SUBSCRIPTIONS, log: pino({ level: 'silent' }) },
  ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000, onViewerEvent: () => undefined },
});
afterAll(() => edge.close());

async function viewersOf(shopper: Shopper): Promise<Record<string, Viewer>> {
  const { data } = await shop.ask(shop.admin, documentOfMutation(shop, 'visitorSessionStart', 'token'), {
    input: { identity: { kind: 'EMAIL', value: shopper.email } },
  });
  const { token } = data!['payload'] as unknown as { token: string };
  const of = (role: 'customer' | 'partner') => ({
    principal: `key_${role}_${shopper.name}`,
    rights: rightsOf(role, ALL_RIGHTS),
  });
  return {
    customer: aViewer('customer', { ...of('customer'), customerId: shopper.customerId }),
    partner: aViewer('partner', { ...of('partner'), partnerId: shopper.partnerId }),
    visitor: (await verifyVisitorToken(database, shop.ground.installation, token))!.viewer,
  };
}
const annas = await viewersOf(anna);
const bertas = await viewersOf(berta);
const hers = [berta.customerId, berta.conversationId, berta.orderId, berta.partnerId, ...berta.messageIds];
/** Whatever is Berta’s in the bytes. A cursor of the caller’s own stands in nothing of hers. */
const leaksIn = (text: string) => [...(/berta/i.exec(text) ?? []), ...hers.filter((id) => text.includes(id))];

const LIST_ARGUMENTS: Record<string, string> = { availability: 'sku: "LAMP"', customerSearch: 'query: "canary"' };
const lists = listsOf(shop.schema);
function documentOf({ parent, field }: ListField, shopper: Shopper, after: string | null): string {
  const args = LIST_ARGUMENTS[field.name];
  const written = [...(args ? [args] : []), 'first: 100', ...(after ? [`after: "${after}"`] : [])];
  const page = pageOfList({ parent, field }, written).replace(
    'edges { cursor }',
    'edges { cursor node { __typename } }',
  );
  const ids: Record<string, string> = {
    ...{ Customer: shopper.customerId, Conversation: shopper.conversationId, Order: shopper.orderId },
  };
  return parent.name === 'Query'
    ? `{ ${page} }`
    : `{ node(id: "${ids[parent.name]}") { ... on ${parent.name} { ${page} } } }`;
}
const cursorsIn = (text: string) => [...text.matchAll(/"cursor":"([\w-]+)"/g)].map(([, cursor]) => cursor!);
const isOpenTo = (viewer: Viewer, { parent, field }: ListField) =>
  viewer.rights.has(shop.rights.get(`${parent.name}.${field.name}`)!);

test('C2: the cursor of another’s row opens nothing of any list that one’s own cursors do not', async () => {
  let tried = 0;
  const found: string[] = [];
  for (const list of lists) {
    const name = `${list.parent.name}.${list.field.name}`;
    const foreign = new Set<string>();
    for (const shopper of [anna, berta])
      for (const cursor of cursorsIn(JSON.stringify(await shop.ask(shop.admin, documentOf(list, shopper, null)))))
        foreign.add(cursor);
    for (const [who, viewer] of Object.entries(annas)) {
      if (!isOpenTo(viewer, list)) continue;
      const own = cursorsIn(JSON.stringify(await shop.ask(viewer, documentOf(list, anna, null))));
      for (const cursor of foreign) {
        const text = JSON.stringify(await shop.ask(viewer, documentOf(list, anna, cursor)));
        const strange = cursorsIn(text).filter((one) => !own.includes(one));
        if (strange.length > 0 || leaksIn(text).length > 0) found.push(`${who}, ${name}: ${text.slice(0, 300)}`);
        tried += 1;
      }
    }
  }
  expect(found).toEqual([]);
  expect(tried).toBeGreaterThan(50);
  expect(shop.bugs).toEqual([]);
});

async function somethingHappensTo({ name, conversationId: id, customerId, shipmentId }: Shopper): Promise<void> {
  await shop.act('messageSend', { id, input: { text: `last words to ${name}` } });
  await shop.act('customerPreferencesSet', { customerId, input: { language: 'sv' } });
  await shop.act('trackingEventRecord', {
    input: {
      ...{ shipmentId, source: 'posti', sourceEventId: name, status: 'IN_TRANSIT', place: `last place ${name}` },
      occurredAt: new Date().toISOString(),
    },
  });
}

test('C2: a reader’s place in events and packets, taken by another, delivers only what one may see oneself', async () => {
  const cursors: Record<string, string> = {};
  for (const [who, viewer] of Object.entries({ admin: shop.admin, ...bertas })) {
    const { data } = await shop.ask(viewer, '{ cursor }');
    cursors[who] = data!['cursor'] as unknown as string;
  }
  // Places that subscriptions name are other ones than those of `Query.cursor`.
  const packetsOfBerta = { contextPackets: { customerId: berta.customerId } };
  for (const [who, viewer] of Object.entries(bertas))
    for (const [field, texts] of await watchEverything(shop, edge, viewer, packetsOfBerta)) {
      const [first] = await until(
        () => texts,
        (heard) => heard.length > 0,
      );
      cursors[`${who}, ${field}`] = /"cursor":"([\w-]+)"/.exec(first!)![1]!;
    }
  await somethingHappensTo(berta);
  await somethingHappensTo(anna);

  for (const [taker, after] of Object.entries(cursors)) {
    const args = {
      contextPackets: { customerId: anna.customerId, after },
      ...{ conversationEvents: { after }, orderEvents: { after }, stockEvents: { after } },
    };
    for (const [who, viewer] of Object.entries(annas)) {
      const heard = await watchEverything(shop, edge, viewer, args);
      const signs = new Map([
        ['contextPackets', '"packet":{'],
        ['conversationEvents', 'last words to anna'],
        ['orderEvents', 'last place anna'],
      ]);
      await until(
        () => [...heard].filter(([field, texts]) => !texts.some((text) => text.includes(signs.get(field) ?? ''))),
        (silent) => silent.length === 0,
      );
      const leaked = [...heard.values()].flat().filter((text) => leaksIn(text).length > 0 || text.startsWith('failed'));
      expect([taker, who, leaked.map((text) => text.slice(0, 500))]).toEqual([taker, who, []]);
    }
  }
  expect(shop.bugs).toEqual([]);
});
