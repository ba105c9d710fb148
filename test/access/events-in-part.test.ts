import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { PARTNER_RIGHTS, rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { ALL_RIGHTS, type Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop, documentOfMutation, type Shopper } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
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

const { data } = await shop.ask(shop.admin, documentOfMutation(shop, 'visitorSessionStart', 'token'), {
  input: { identity: { kind: 'EMAIL', value: anna.email } },
});
const { token } = data!['payload'] as unknown as { token: string };
const { viewer: visitor } = (await verifyVisitorToken(database, shop.ground.installation, token))!;
const but = (role: 'agent' | 'bot', ...without: Right[]) =>
  aViewer(role, {
    principal: `key_${without.join()}`,
    rights: rightsOf(
      role,
      ALL_RIGHTS.filter((right) => !without.includes(right)),
    ),
  });

/** Who watches, what they must never be shown of Anna, and what shows that they were told at all. */
const WATCHERS: Record<string, { viewer: Viewer; hidden: RegExp; seesBerta?: boolean }> = {
  customer: {
    viewer: aViewer('customer', {
      principal: 'key_anna',
      rights: rightsOf('customer', ALL_RIGHTS),
      customerId: anna.customerId,
    }),
    hidden: /internal/,
  },
  visitor: { viewer: visitor, hidden: /internal/ },
  partner: {
    viewer: aViewer('partner', {
      principal: 'key_partner',
      rights: rightsOf('partner', PARTNER_RIGHTS.marketplace),
      partnerId: anna.partnerId,
    }),
    hidden: /internal|canary anna (text|reply|subject|note|summary|street|given|display|trait|search|review)/,
  },
  'agent without orders and notes': {
    viewer: but('agent', 'orders:read', 'payments:read', 'addresses:read', 'notes:read'),
    hidden: /internal (note|summary)|canary anna (note|summary|street|line|reason)|CANARY-anna(?!-SKU)/,
    seesBerta: true,
  },
  'bot without conversations': {
    viewer: but('bot', 'conversations:read', 'notes:read', 'activity:read'),
    hidden: /internal (note|summary)|canary anna (text|reply|subject|note|summary|search|review)|CANARY-anna-SKU/,
    seesBerta: true,
  },
};

const ARGUMENTS = { contextPackets: { customerId: anna.customerId } };

async function everythingHappensTo(shopper: Shopper): Promise<void> {
  const { name, conversationId: id, customerId, sentMessageId } = shopper;
  await shop.act('noteAdd', { id, input: { text: `internal note about ${name}` } });
  await shop.act('conversationHandOff', {
    id,
    input: { to: { teamId: shop.teamId }, summary: `internal summary about ${name}` },
  });
  await shop.act('conversationPresenceSet', { id, state: 'VIEWING' });
  await shop.act('conversationUpdate', { id, input: { tags: ['lamps'] } });
  await shop.act('messageDeliveryReport', {
    input: { messageId: sentMessageId, state: 'FAILED', reason: 'ADDRESS_REJECTED', reasonText: 'internal reason' },
  });
  await shop.act('customerPreferencesSet', { customerId, input: { language: 'sv' } });
  await shop.act('activityRecord', {
    input: { customerId, source: 'site', search: { query: `canary ${name} search 2` } },
  });
  await shop.act('trackingEventRecord', {
    input: {
      ...{ shipmentId: shopper.shipmentId, source: 'posti', sourceEventId: name, status: 'IN_TRANSIT' },
      ...{ place: `last place ${name}`, occurredAt: new Date().toISOString() },
    },
  });
  await shop.act('messageSend', { id, input: { text: `last words to ${name}` } });
}

test('C19: of what happens each watcher is sent its own part: no note, summary or inner field, nothing of anybody else', async () => {
  const heard = new Map<string, Map<string, string[]>>();
  for (const [who, { viewer }] of Object.entries(WATCHERS))
    heard.set(who, await watchEverything(shop, edge, viewer, ARGUMENTS));

  await everythingHappensTo(berta);
  await everythingHappensTo(anna);

  const has = (who: string, field: string, text: string) =>
    heard
      .get(who)
      ?.get(field)
      ?.some((one) => one.includes(text));
  await until(
    () => [
      has('customer', 'conversationEvents', 'last words to anna'),
      has('visitor', 'conversationEvents', 'last words to anna'),
      has('customer', 'contextPackets', 'last words to anna'),
      has('customer', 'orderEvents', 'last place anna'),
      has('partner', 'orderEvents', 'last place anna'),
      has('agent without orders and notes', 'contextPackets', 'last words to anna'),
      has('bot without conversations', 'contextPackets', 'last place anna'),
    ],
    (seen) => seen.every(Boolean),
  );
  const found: string[] = [];
  for (const [who, { hidden, seesBerta = false }] of Object.entries(WATCHERS))
    for (const [field, texts] of heard.get(who)!)
      for (const text of texts) {
        const leaked = hidden.exec(text) ?? (!seesBerta && /berta/i.exec(text)) ?? null;
        const ids = seesBerta
          ? []
          : [berta.customerId, berta.conversationId, berta.orderId].filter((id) => text.includes(id));
        if (leaked || ids.length > 0 || text.startsWith('failed'))
          found.push(`${who}, ${field}: ${leaked ? leaked[0] : ids.join()} in ${text.slice(0, 3_000)}`);
      }
  console.log(
    [...heard]
      .map(([who, fields]) => `${who}: ${[...fields].map(([field, texts]) => `${field} ${texts.length}`).join(', ')}`)
      .join('\n'),
  );
  expect(found).toEqual([]);
  expect(shop.bugs).toEqual([]);
});
