import { expect, test } from 'vitest';

import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const admin = await aKey(database, 'admin');

test('a stop lets running requests finish: none fails', async () => {
  const app = await withApp(database);
  // A lock on the row that the mutation changes holds the request in the middle of its transaction.
  const bot = await aKey(database, 'bot');
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = database.database.begin(async (sql) => {
    await sql`select 1 from api_keys where id = ${bot.id} for update`;
    await released;
  });
  const running = post(
    app.url,
    admin.secret,
    'mutation ($id: ID!) { apiKeyRevoke(id: $id) { apiKey { id } userErrors { code } } }',
    { id: bot.id },
  );
  await expect
    .poll(
      async () =>
        (
          await database.sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        ).length,
    )
    .toBeGreaterThan(0);

  const closed = app.close();
  const knock = () =>
    fetch(`${app.url}/healthz`).then(
      ({ status }) => String(status),
      () => 'nobody',
    );
  await expect.poll(knock, { timeout: 5_000 }).toBe('nobody');
  release();
  await held;

  expect((await running).body.data).toEqual({ apiKeyRevoke: { apiKey: { id: bot.id }, userErrors: [] } });
  await closed;
});

test('metrics are for this machine or an admin, and name nobody', async () => {
  const app = await withApp(database);
  const bot = await aKey(database, 'bot');
  await post(app.url, bot.secret, '{ cursor }');

  const local = await fetch(`${app.url}/metrics`);
  const text = await local.text();
  expect(text).toContain('punos_http_request_seconds_count{route="/graphql",method="POST",status="200"} 1');
  expect(text).toContain('punos_connections 0');
  expect(text).not.toContain(bot.id);

  const forwarded = { 'x-forwarded-for': '203.0.113.9' };
  expect((await fetch(`${app.url}/metrics`, { headers: forwarded })).status).toBe(401);
  expect(
    (await fetch(`${app.url}/metrics`, { headers: { ...forwarded, authorization: `Bearer ${bot.secret}` } })).status,
  ).toBe(401);
  expect(
    (await fetch(`${app.url}/metrics`, { headers: { ...forwarded, authorization: `Bearer ${admin.secret}` } })).status,
  ).toBe(200);
});

test('whoever asks too much is told when to come back, on every path of the same key', async () => {
  const app = await withApp(database, { MAX_COST: '100', RATE_COST_BURST: '200', RATE_COST_PER_SECOND: '1' });
  const agent = await aKey(database, 'agent');
  const query = '{ customers(first: 90) { nodes { id } } }';

  expect((await post(app.url, agent.secret, query)).status).toBe(200);
  expect((await post(app.url, agent.secret, query)).status).toBe(200);
  const third = await post(app.url, agent.secret, query);

  expect(third.status).toBe(429);
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(60);
  expect(third.body.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', cost: { requested: 91 } });
});
