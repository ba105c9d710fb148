import { expect, test } from 'vitest';

import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { claimWebhookDelivery } from '../../../src/services/partners/claim-webhook-delivery.ts';
import { dueWebhookLanes } from '../../../src/services/partners/due-webhook-lanes.ts';
import { forgetWebhookDeliveries } from '../../../src/services/partners/forget-webhook-deliveries.ts';
import { recordWebhookAttempt } from '../../../src/services/partners/record-webhook-attempt.ts';
import { aReceiver } from '../../support/bridge.ts';
import { factsOf } from '../../support/orders.ts';
import { aKey, systemScope, withApp } from '../../support/start-app.ts';
import { until } from '../../support/until.ts';
import { anEndpoint, attemptsOf, ledgerOf, payloadOf, settled } from '../../support/webhooks.ts';
import { withDatabase } from '../../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const receiver = await aReceiver((one, response) => response.writeHead(one.path === '/down' ? 503 : 200).end());
const SETTINGS = {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
  RATE_COST_PER_SECOND: '100000',
  RATE_COST_BURST: '1000000',
};
let app = await withApp(database, SETTINGS);
const scope = systemScope(database);
const installation = await readInstallation(sql);
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'a@example.org' }],
  source: 'shop',
});
const admin = await aKey(database, 'admin');
let count = 0;
const place = () => recordOrderFacts(systemScope(database), [factsOf(`C-${(count += 1)}`, customerId).placed()]);
const at = (path: string) => `http://127.0.0.1:${receiver.port}${path}`;
const postsTo = (path: string) => receiver.posts.filter((one) => one.path === path);

test('what was committed while no process ran is delivered by the next one, once and in order', async () => {
  const endpoint = await anEndpoint(app.url, admin.secret, { url: at('/restart') });
  await place();
  await settled(database, endpoint.id);

  await app.close();
  for (let order = 0; order < 5; order += 1) await place();
  app = await withApp(database, SETTINGS);

  const ledger = await settled(database, endpoint.id, 6);
  expect(ledger.map(({ state, attemptCount }) => [state, attemptCount])).toEqual(Array(6).fill(['delivered', 1]));
  expect(
    postsTo('/restart')
      .map((one) => payloadOf(one).event!.order!.number)
      .toSorted(),
  ).toEqual([1, 2, 3, 4, 5, 6].map((nth) => `C-${nth}`));
});

test('of two processes on one database one delivers each event', async () => {
  const other = await withApp(database, SETTINGS);
  const endpoint = await anEndpoint(app.url, admin.secret, { url: at('/two') });

  for (let order = 0; order < 20; order += 1) await place();

  const ledger = await settled(database, endpoint.id, 20);
  expect(ledger.map(({ attemptCount }) => attemptCount)).toEqual(Array(20).fill(1));
  expect(postsTo('/two')).toHaveLength(20);
  await other.close();
});

test('the ledger forgets what is older than it keeps, and never what is pending', async () => {
  const endpoint = await anEndpoint(app.url, admin.secret, { url: at('/down') });
  await place();
  await until(
    () => ledgerOf(database, endpoint.id),
    ([first]) => first?.attemptCount === 1,
  );
  // The endpoints of the tests before take what was placed, too.
  const delivered = await until(
    () =>
      sql<
        { id: string; state: string }[]
      >`select id, state from webhook_deliveries where endpoint_id <> ${endpoint.id}`,
    (others) => others.every(({ state }) => state === 'delivered'),
  );
  expect((await forgetWebhookDeliveries(sql, new Date(Date.now() - 3_600_000))).removed).toBe(0);

  const { removed } = await forgetWebhookDeliveries(sql, new Date(Date.now() + 60_000));

  expect(removed).toBe(delivered.length);
  expect((await ledgerOf(database, endpoint.id)).map(({ state }) => state)).toEqual(['pending']);
});

test('of what was left behind a part of each endpoint is taken up, so that the many of one do not hide the few of another', async () => {
  const [many, few] = [
    await anEndpoint(app.url, admin.secret, { url: at('/many') }),
    await anEndpoint(app.url, admin.secret, { url: at('/few') }),
  ];
  const leave = (endpointId: string, lanes: number) => sql`
    insert into webhook_deliveries (id, endpoint_id, event_position, event_version, cursor, ordering_key, state, attempt_count, tries, due_at, created_at)
    select ${endpointId} || '-' || i, ${endpointId}, -i, 1, '', 'left ' || i / 2, 'pending', 0, 0,
      '2020-01-01'::timestamptz + i * interval '1 second', now()
    from generate_series(2, ${2 * lanes + 1}::int) i`;
  await leave(many.id, 600);
  await leave(few.id, 3);

  const lanes = await dueWebhookLanes(scope, { before: new Date('2021-01-01') });

  const of = (endpointId: string) => lanes.filter((lane) => lane.endpointId === endpointId);
  expect(of(many.id)).toHaveLength(200);
  expect(new Set(of(few.id).map(({ orderingKey }) => orderingKey))).toEqual(new Set(['left 1', 'left 2', 'left 3']));
  expect(await dueWebhookLanes(scope, { before: new Date('2021-01-01'), endpointId: few.id as never })).toHaveLength(3);
  await sql`delete from webhook_deliveries where ordering_key like 'left %'`;
});

test('F7: what a process held when it died is free after its claim and goes out again under its id; counted late, it counts once', async () => {
  const endpoint = await anEndpoint(app.url, admin.secret, { url: at('/down') });
  await place();
  const [delivery] = await until(
    () => ledgerOf(database, endpoint.id),
    ([first]) => first?.attemptCount === 1,
  );
  const lane = { endpointId: delivery!.endpointId, orderingKey: delivery!.orderingKey };
  // Whoever swept up here would be the server; these are processes that die.
  await app.close();
  await sql`update webhook_deliveries set due_at = now() - interval '1 hour' where id = ${delivery!.id}`;
  const left = { before: new Date(Date.now() - 60_000), endpointId: lane.endpointId };

  expect(await dueWebhookLanes(scope, left)).toEqual([lane]);
  const dying = await claimWebhookDelivery(scope, installation, lane, 3_600);
  expect(dying!.id).toBe(delivery!.id);
  expect(await claimWebhookDelivery(scope, installation, lane, 3_600)).toBeNull();
  expect(await dueWebhookLanes(scope, left)).toEqual([]);
  await sql`update webhook_deliveries set claimed_until = now() - interval '1 second' where id = ${delivery!.id}`;
  expect(await dueWebhookLanes(scope, left)).toEqual([lane]);
  const next = await claimWebhookDelivery(scope, installation, lane, 3_600);
  expect(next!.id).toBe(delivery!.id);

  const request = { startedAt: scope.now, durationMs: 5, status: 200, requestBytes: 10, responseBytes: 0 };
  const taken = { outcome: 'delivered', request, retryAt: null } as const;
  await recordWebhookAttempt(scope, next!, taken, { disableAfterHours: 120 });
  await recordWebhookAttempt(scope, dying!, { ...taken, outcome: 'timed_out' }, { disableAfterHours: 120 });

  expect(await ledgerOf(database, endpoint.id)).toMatchObject([{ state: 'delivered', attemptCount: 2 }]);
  expect((await attemptsOf(database, delivery!.id)).map(({ outcome }) => outcome).toSorted()).toEqual([
    'delivered',
    'rejected',
  ]);
});
