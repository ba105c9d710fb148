import { expect, test } from 'vitest';

import { updateApiKey } from '../../../src/services/access/update-api-key.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import type { PartnerId } from '../../../src/values/ids.ts';
import type { Right } from '../../../src/values/rights.ts';
import { aReceiver } from '../../support/bridge.ts';
import { EventStream } from '../../support/event-stream.ts';
import { post } from '../../support/graphql.ts';
import { journalOf } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aKey, systemScope, withApp } from '../../support/start-app.ts';
import { until } from '../../support/until.ts';
import { actOnWebhook, anEndpoint, ledgerOf, payloadOf, settled } from '../../support/webhooks.ts';
import { withDatabase } from '../../support/with-database.ts';

// What the owner of a webhook endpoint learns when nothing is sent to it any more.
const database = await withDatabase();
const { sql } = database;
const receiver = await aReceiver((one, response) => response.writeHead(one.path === '/gone' ? 410 : 200).end());
const app = await withApp(database, {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: receiver.place,
  RATE_COST_PER_SECOND: '100000',
  RATE_COST_BURST: '1000000',
});
const scope = systemScope(database);
const admin = await aKey(database, 'admin');
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'a@example.org' }],
  source: 'shop',
});
let count = 0;
/** Places an order; gives its number. */
async function place(partnerId: PartnerId): Promise<string> {
  const number = `O-${(count += 1)}`;
  await recordOrderFacts(systemScope(database), [factsOf(number, customerId).placed({ partnerId })]);
  return number;
}
const aPartner = async (name: string) => {
  const partnerId = await ensurePartner(scope, { externalId: name, name, kind: 'marketplace' });
  return { partnerId, key: await aKey(database, 'partner', { partnerId }) };
};
const postsTo = (path: string) => receiver.posts.filter((one) => one.path === path);
const at = (path: string) => `http://${receiver.place}${path}`;

interface Shown {
  readonly id: string;
  readonly disabledAt: string | null;
  readonly advice: string | null;
  readonly gap: { readonly since: string; readonly until: string | null; reason: string; cursor: string } | null;
}
const endpointsOf = async (secret: string) => {
  const { body } = await post(
    app.url,
    secret,
    '{ webhookEndpoints { nodes { id disabledAt disabledReason advice gap { since until reason cursor } } } }',
  );
  return (body.data as unknown as { webhookEndpoints: { nodes: Shown[] } }).webhookEndpoints.nodes;
};

const WEBHOOK_EVENTS =
  'subscription { webhookEvents { cursor event { type webhookEndpointId disabledReason webhookEndpoint { id advice } } } }';
interface Told {
  readonly type: string;
  readonly webhookEndpointId: string;
  readonly disabledReason: string | null;
  readonly webhookEndpoint: { readonly id: string; readonly advice: string | null } | null;
}
async function aWatcher(secret: string) {
  const stream = await EventStream.open(app.url, secret, { query: WEBHOOK_EVENTS });
  const told = () =>
    stream.events.flatMap(({ data }) => {
      const { event } = (data as { data: { webhookEvents: { event: Told | null } } }).data.webhookEvents;
      return event ? [event] : [];
    });
  // It begins with a checkpoint: what comes from now on is heard.
  await stream.until(() => stream.events.length > 0);
  return { told, until: (holds: () => boolean) => stream.until(holds), close: () => stream.close() };
}

// First, while there is no other endpoint: then nobody keeps the place where rows end.
test('another document that the key may have ends the time, and the next one is noted instead', async () => {
  const { partnerId, key } = await aPartner('mended');
  const document = 'subscription { orderEvents { event { order { number paymentStatus } } } }';
  const endpoint = await anEndpoint(app.url, key.secret, { url: at('/mended'), document });
  const shown = async () => (await endpointsOf(key.secret))[0]!;
  const may = (scopes: Right[]) => updateApiKey(systemScope(database), key.id, { name: null, role: null, scopes });

  await may(['graph:read', 'orders:read', 'webhooks:write']);
  const first = await until(shown, ({ gap }) => gap !== null);
  await place(partnerId);
  expect(first.gap!.reason).toContain('`payments:read`');
  const less = JSON.stringify('subscription { orderEvents { event { order { number } } } }');
  const args = `id: "${endpoint.id}", input: { document: ${less} }`;
  const { userErrors } = await actOnWebhook(app.url, key.secret, 'webhookEndpointUpdate', args, '__typename');
  expect(userErrors).toEqual([]);
  await until(shown, ({ gap }) => gap!.until !== null);
  const number = await place(partnerId);
  await settled(database, endpoint.id);
  expect(postsTo('/mended').map((one) => payloadOf(one).event!.order!.number)).toEqual([number]);

  await may(['graph:read', 'webhooks:write']);
  const second = await until(shown, ({ gap }) => gap!.until === null);

  expect(second.gap!.reason).toContain('`orders:read`');
  expect(second.gap!.since > first.gap!.since).toBe(true);
});

test('F5: of an endpoint that is disabled every key of its partner and staff hear at once, with what to do; nobody else does', async () => {
  const { partnerId, key } = await aPartner('gone');
  const colleague = await aKey(database, 'partner', { partnerId });
  const stranger = await aPartner('stranger');
  const endpoint = await anEndpoint(app.url, key.secret, { url: at('/gone') });
  const alarm = await anEndpoint(app.url, key.secret, { url: at('/alarm'), document: WEBHOOK_EVENTS });
  const [owner, beside, staff, outside] = await Promise.all(
    [key, colleague, admin, stranger.key].map(({ secret }) => aWatcher(secret)),
  );

  await place(partnerId);

  const expected = {
    type: 'WEBHOOK_DISABLED',
    webhookEndpointId: endpoint.id,
    disabledReason: 'GONE',
    webhookEndpoint: { id: endpoint.id, advice: expect.stringContaining('`webhookEndpointEnable`') as string },
  };
  for (const { told, until: hears } of [owner!, beside!, staff!]) {
    await hears(() => told().length > 0);
    expect(told()).toEqual([expected]);
  }
  const disabled = () => postsTo('/alarm').find(({ body }) => body.includes('"WEBHOOK_DISABLED"'));
  const posted = await until(disabled, (one) => one !== undefined);
  expect(JSON.parse(posted!.body)).toMatchObject({ data: { webhookEvents: { event: expected } } });
  expect(await endpointsOf(colleague.secret)).toMatchObject([
    { id: alarm.id, disabledAt: null, disabledReason: null, advice: null, gap: null },
    { id: endpoint.id, disabledReason: 'GONE', advice: expected.webhookEndpoint.advice, gap: null },
  ]);

  await anEndpoint(app.url, stranger.key.secret, { url: at('/stranger') });
  await outside!.until(() => outside!.told().length > 0);
  expect(outside!.told().map(({ type }) => type)).toEqual(['WEBHOOK_RECORDED']);
  for (const { close } of [owner!, beside!, staff!, outside!]) close();
});

test('F10: a time in which its key could not have what it asks for stands on the endpoint: since and until when, why, and where to replay from', async () => {
  const { partnerId, key } = await aPartner('narrowed');
  const other = await aPartner('other');
  const endpoint = await anEndpoint(app.url, key.secret, { url: at('/narrowed') });
  const untouched = await anEndpoint(app.url, other.key.secret, { url: at('/other') });
  const revisionOf = async ({ id }: { id: string }) =>
    (await sql<{ revision: number }[]>`select revision from webhook_endpoints where id = ${id}`)[0]!.revision;
  const revision = await revisionOf(untouched);
  // Streams of the key itself end when it is changed.
  const watcher = await aWatcher((await aKey(database, 'partner', { partnerId })).secret);
  const may = (scopes: Right[]) => updateApiKey(systemScope(database), key.id, { name: null, role: null, scopes });
  const shown = async () => (await endpointsOf(key.secret))[0]!;
  const before = await place(partnerId);
  await settled(database, endpoint.id);

  await may(['graph:read', 'webhooks:write']);
  const during = await until(shown, ({ gap }) => gap !== null);
  const missed = [await place(partnerId), await place(partnerId)];
  await place(other.partnerId);
  await settled(database, untouched.id);

  expect(during).toMatchObject({
    ...{ id: endpoint.id, disabledAt: null, advice: expect.stringContaining('`apiKeyUpdate`') as string },
    gap: { until: null, reason: expect.stringContaining('`orders:read`') as string },
  });
  expect(await ledgerOf(database, endpoint.id)).toHaveLength(1);

  await may(['graph:read', 'orders:read', 'webhooks:write']);
  const after = await until(shown, ({ gap }) => gap!.until !== null);
  const next = await place(partnerId);

  expect(after).toEqual({ ...during, advice: null, gap: { ...during.gap, until: expect.any(String) as string } });
  await settled(database, endpoint.id, 2);
  const numbers = () => postsTo('/narrowed').map((one) => payloadOf(one).event!.order!.number);
  expect(numbers()).toEqual([before, next]);

  const args = `id: "${endpoint.id}", after: "${after.gap!.cursor}"`;
  await actOnWebhook(app.url, key.secret, 'webhookEndpointReplay', args, 'webhookEndpoint { id }');
  await until(
    () => new Set(numbers()),
    (sent) => sent.size === 4,
  );
  expect(new Set(numbers())).toEqual(new Set([before, ...missed, next]));

  await watcher.until(() => watcher.told().some(({ type }) => type === 'WEBHOOK_RESUMED'));
  expect(watcher.told().map(({ type, webhookEndpointId }) => [type, webhookEndpointId])).toContainEqual([
    'WEBHOOK_WITHHELD',
    endpoint.id,
  ]);
  const journal = (await journalOf(sql, `webhook:${endpoint.id}`)).map(({ type }) => type);
  expect(journal.filter((type) => /withheld|resumed/.test(type))).toEqual(['webhook.withheld', 'webhook.resumed']);
  // Of those that are not concerned nothing is written.
  expect(await revisionOf(untouched)).toBe(revision);
  watcher.close();
});
