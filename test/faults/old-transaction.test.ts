import { expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { isUnavailable } from '../../src/services/is-unavailable.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();

test('X16: a transaction that somebody leaves open holds up no delivery, and is told of within a minute', async () => {
  const app = await withApp(place, { OLD_TRANSACTION_MS: '1000' });
  const admin = await aKey(place, 'admin');
  const ready = async () => (await (await fetch(`${app.url}/readyz`)).json()) as unknown;
  expect(await ready()).toEqual({ status: 'ready' });

  // Somebody else's: a superuser with a snapshot and a transaction id, who does nothing.
  const other = singleConnection(place.superuserUrl);
  await other.unsafe('begin isolation level repeatable read');
  await other`select pg_current_xact_id()`;
  const began = performance.now();

  const socket = await new RawSocket(app.socketUrl).connected(admin.secret);
  socket.subscribe('s', 'subscription { conversationEvents { cursor event { type } } }');
  await socket.until(() => socket.of('s').length > 0);
  await post(
    app.url,
    admin.secret,
    'mutation { inboxCreate(input: { externalId: "mail", name: "Mail", channel: EMAIL }) { inbox { id } } }',
  );
  const sent = performance.now();
  await post(
    app.url,
    admin.secret,
    'mutation ($at: DateTime!) { messageReceive(input: { inbox: "mail", externalId: "1", text: "Hi", occurredAt: $at, sender: { kind: EMAIL, value: "a@example.com" } }) { message { id } } }',
    { at: new Date().toISOString() },
  );
  await socket.until(() => socket.of('s').length > 1);
  const delivered = performance.now();

  await until(ready, (said) => JSON.stringify(said) === '{"status":"ready","warnings":["old transaction"]}', 60_000);
  const told = performance.now();
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  expect(Number(/^punos_oldest_transaction_seconds (\S+)/m.exec(metrics)?.[1])).toBeGreaterThan(1);
  expect(metrics).toContain('punos_warnings 1');
  console.log(
    `X16: delivered after ${Math.round(delivered - sent)} ms, told of after ${Math.round((told - began) / 1_000)} s`,
  );

  await other.unsafe('rollback');
  await other.end();
  await until(ready, (said) => JSON.stringify(said) === '{"status":"ready"}');
  socket.close();
});

test('X16: a transaction of our own that does nothing is ended by the database', async () => {
  const database = openDatabase(place.applicationUrl, { poolSize: 1, statementTimeoutMs: 1_000 });
  const began = performance.now();
  const failure = await database
    .begin(async (sql) => {
      await sql`select pg_current_xact_id()`;
      await new Promise((resolve) => setTimeout(resolve, 20_000).unref());
      await sql`select 1`;
    })
    .catch((error: unknown) => error);

  console.log(`X16: ended after ${Math.round(performance.now() - began)} ms`);
  expect(isUnavailable(failure)).toBe(true);
  expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
  await database.close();
});
