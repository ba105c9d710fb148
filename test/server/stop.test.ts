import { expect, test } from 'vitest';

import { aFaultWire, overWire } from '../support/fault-wire.ts';
import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const admin = await aKey(database, 'admin');

test('H26: a stop lets running requests finish: none fails', async () => {
  const wire = await aFaultWire(Number(new URL(database.applicationUrl).port));
  const app = await withApp(
    { ...database, applicationUrl: overWire(database.applicationUrl, wire) },
    { STATEMENT_TIMEOUT_MS: '60000', REQUEST_DEADLINE_MS: '60000', SHUTDOWN_DRAIN_MS: '60000' },
  );
  const bot = await aKey(database, 'bot');
  // Held in the middle of its transaction.
  wire.onSent = (bytes) => {
    if (bytes.includes('update api_keys')) wire.mode = 'hold';
  };
  const running = post(
    app.url,
    admin.secret,
    'mutation ($id: ID!) { apiKeyRevoke(id: $id) { apiKey { id } userErrors { code } } }',
    { id: bot.id },
  );
  await until(
    () => wire.mode,
    (mode) => mode === 'hold',
    60_000,
  );

  const closed = app.close();
  await until(
    () =>
      fetch(`${app.url}/healthz`).then(
        ({ status }) => String(status),
        () => 'nobody',
      ),
    (answer) => answer === 'nobody',
    60_000,
  );
  wire.onSent = null;
  wire.mode = 'pass';

  expect((await running).body.data).toEqual({ apiKeyRevoke: { apiKey: { id: bot.id }, userErrors: [] } });
  await closed;
  await wire.close();
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
