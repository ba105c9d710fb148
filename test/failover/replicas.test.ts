import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { openShop } from '../journeys/crash/shop.ts';
import { post } from '../support/graphql.ts';
import { startReplicatedCluster } from '../support/replicated-cluster.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';

const cluster = await startReplicatedCluster({ standbys: ['b'], synchronous: '' });
const database = openDatabase(cluster.applicationUrlOf('primary'), { poolSize: 4, statementTimeoutMs: 20_000 });
const superuser = singleConnection(cluster.superuserUrl('primary'));
afterAll(async () => {
  await Promise.all([superuser.end(), database.close()]);
  await cluster.stop();
});
const place = {
  ...{ database, sql: database.sql, name: 'punos', ownerUrl: '', superuserUrl: '' },
  applicationUrl: cluster.applicationUrlOf('primary'),
};
const shop = await openShop(database);
const settings = {
  REPLICA_URLS: cluster.applicationUrlOf('b'),
  DATABASE_URL: place.applicationUrl,
  ...{ RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000', CONTEXT_CACHE_ENTRIES: '0' },
};
/** Whatever the machine is busy with, its replica is read from; callers say what they bear. */
const patient = await withApp(place, { ...settings, REPLICA_MAX_LAG_MS: '3600000' });
const strict = await withApp(place, { ...settings, REPLICA_MAX_LAG_MS: '1000' });

const [first, second] = [shop.customers[0]!, shop.customers[1]!];
const READ = 'query ($id: ID!) { customer(id: $id) { displayName } }';
const RENAME = /* GraphQL */ `
  mutation ($email: String!, $name: String!) {
    customerUpsert(
      input: { source: "crm", identities: [{ kind: EMAIL, value: $email }], profile: { displayName: $name } }
    ) {
      customer {
        id
      }
      userErrors {
        code
      }
    }
  }
`;
const ANY_AGE = { 'punos-max-staleness-ms': '3600000' };
const tokenHeader = (token: string) => ({ 'punos-consistency-token': token });

/** Renames a customer; answers with the token. */
async function rename(number: number, name: string, app = patient): Promise<string> {
  const variables = { email: `customer-${number}@example.com`, name };
  const { headers, body } = await post(app.url, shop.keys.writer, RENAME, variables);
  expect(body.data?.['customerUpsert']).toMatchObject({ userErrors: [] });
  expect(headers.get('punos-consistency-token')).toBe(body.extensions?.['consistencyToken']);
  return headers.get('punos-consistency-token')!;
}

interface Reading {
  app?: { url: string };
  id?: string;
  secret?: string;
}

async function nameOf(headers: Record<string, string>, { app = patient, id = first.id, secret }: Reading = {}) {
  const { body } = await post(app.url, secret ?? shop.keys.writer, READ, { id }, headers);
  expect(body.errors).toBeUndefined();
  return (body.data?.['customer'] as unknown as { displayName: string | null } | null)?.displayName;
}

/** How many reads became what. */
async function outcomes(app = patient): Promise<Record<string, number>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const lines = text.matchAll(/^punos_replica_reads_total\{outcome="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...lines].map((line) => [line[1]!, Number(line[2])]));
}
const isUsed = async (app = patient) =>
  /^punos_replica_used\{.*\} 1$/m.test(await (await fetch(`${app.url}/metrics`)).text());
const ready = async (app = strict) => (await (await fetch(`${app.url}/readyz`)).json()) as unknown;

async function pauseReplay(): Promise<() => Promise<void>> {
  const standby = singleConnection(cluster.superuserUrl('b'));
  await standby`select pg_wal_replay_pause()`;
  await until(
    () => standby<{ state: string }[]>`select pg_get_wal_replay_pause_state() as state`,
    ([row]) => row?.state === 'paused',
    60_000,
  );
  return async () => {
    await standby`select pg_wal_replay_resume()`;
    await standby.end();
  };
}

/** Asks until a replica has answered. */
async function readFromReplica(headers: Record<string, string>, reading: Reading = {}) {
  const { replica: before = 0 } = await outcomes();
  let name: string | null | undefined;
  await until(
    async () => ((name = await nameOf(headers, reading)), (await outcomes())['replica'] ?? 0),
    (now) => now > before,
    60_000,
  );
  return name;
}

test('X14: whoever sends the token of a change sees it, and a replica that has not come so far is not asked', async () => {
  await until(isUsed, Boolean, 60_000);
  await rename(0, 'Before');
  await until(
    () => readFromReplica(ANY_AGE),
    (name) => name === 'Before',
    60_000,
  );

  const resume = await pauseReplay();
  const token = await rename(0, 'After');
  expect(await readFromReplica(ANY_AGE)).toBe('Before');
  const { replica } = await outcomes();
  expect(await nameOf(tokenHeader(token))).toBe('After');
  expect(await nameOf({ ...ANY_AGE, ...tokenHeader(token) })).toBe('After');
  expect(await nameOf({})).toBe('After');
  expect(await nameOf({ 'punos-max-staleness-ms': '0' })).toBe('After');
  expect((await outcomes())['replica']).toBe(replica);

  await resume();
  expect(await readFromReplica(tokenHeader(token))).toBe('After');
});

test('X14: under writes no read with a token is ever older than its write', async () => {
  await Promise.all(
    [1, 2, 3, 4].map(async (number) => {
      for (let turn = 0; turn < 15; turn += 1) {
        const token = await rename(number, `Name ${turn}`);
        expect(await nameOf(tokenHeader(token), { id: shop.customers[number]!.id })).toBe(`Name ${turn}`);
      }
    }),
  );
});

test('X14: over a WebSocket the token and the staleness stand in the extensions', async () => {
  const socket = await new RawSocket(patient.socketUrl).connected(shop.keys.writer);
  const ask = async (id: string, query: string, variables: object, extensions?: object) => {
    socket.send({ id, type: 'subscribe', payload: { query, variables, ...(extensions ? { extensions } : {}) } });
    const isAnswer = (frame: { id?: string; type: string }) => frame.id === id && frame.type !== 'complete';
    await socket.until(() => socket.frames.some(isAnswer));
    return socket.frames.find(isAnswer) as { type: string; payload: unknown } | undefined;
  };
  const resume = await pauseReplay();
  const renamed = await ask('1', RENAME, { email: 'customer-0@example.com', name: 'By socket' });
  const { consistencyToken } = (renamed!.payload as { extensions: { consistencyToken: string } }).extensions;
  const { replica } = await outcomes();
  expect(await ask('2', READ, { id: first.id }, { consistencyToken })).toMatchObject({
    payload: { data: { customer: { displayName: 'By socket' } } },
  });
  expect((await outcomes())['replica']).toBe(replica);
  expect(await ask('3', READ, { id: first.id }, { maxStalenessMs: -1 })).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'BAD_REQUEST' } }],
  });
  await resume();
  socket.socket.close();
});

test('what is no token and no staleness is refused, of a document that is known and of one that is not', async () => {
  const token = await rename(0, 'Refused');
  const nonsense = [
    ...['-1', '1.5', 'soon', '', '3600001', '10, 20'].map((value) => ({ 'punos-max-staleness-ms': value })),
    ...['x', '', `${token}x`, `A${token.slice(1)}`, 'a'.repeat(300), '%00'].map(tokenHeader),
  ];
  for (const headers of nonsense)
    for (const query of [READ, `${READ} # ${JSON.stringify(headers)}`]) {
      const { status, body } = await post(patient.url, shop.keys.writer, query, { id: first.id }, headers);
      expect([headers, status, body.errors?.[0]?.extensions['code']]).toEqual([headers, 400, 'BAD_REQUEST']);
    }
});

test('H11: rights are of now, whatever a replica says: revoked, narrowed, own rows only, and places in the journal', async () => {
  const key = await aKey(place, 'supervisor');
  const narrowed = await aKey(place, 'supervisor');
  const own = await aKey(place, 'customer', { customerId: second.id });
  await rename(1, 'Known');
  await until(
    () => readFromReplica(ANY_AGE, { id: second.id }),
    (name) => name === 'Known',
    60_000,
  );
  const resume = await pauseReplay();
  await rename(1, 'Now');
  const change = 'mutation ($id: ID!) { apiKeyRevoke(id: $id) { userErrors { code } } }';
  await post(patient.url, shop.keys.writer, change, { id: key.id });
  const narrow = `mutation ($id: ID!) { apiKeyUpdate(id: $id, input: { scopes: [GRAPH_READ] }) { userErrors { code } } }`;
  const answer = await post(patient.url, shop.keys.writer, narrow, { id: narrowed.id });
  expect(answer.body).toMatchObject({ data: { apiKeyUpdate: { userErrors: [] } } });
  const statusOf = async (secret: string) => (await post(patient.url, secret, READ, { id: second.id }, ANY_AGE)).status;
  await until(
    () => statusOf(key.secret),
    (status) => status === 401,
    60_000,
  );
  await until(
    () => statusOf(narrowed.secret),
    (status) => status === 403,
    60_000,
  );

  const before = await outcomes();
  // The replica still has them as they were; it is not asked.
  expect(await nameOf(ANY_AGE, { id: second.id, secret: own.secret })).toBe('Now');
  const deciding = [
    '{ cursor customers(first: 1) { nodes { displayName } } }',
    '{ viewer { role } }',
    `{ node(id: "${second.id}") { id } }`,
    'fragment F on Query { apiKeys(first: 100) { nodes { id revokedAt } } } { ...F }',
  ];
  for (const query of deciding)
    expect((await post(patient.url, shop.keys.writer, query, {}, ANY_AGE)).status).toBe(200);
  const listed = await post(patient.url, shop.keys.writer, deciding[3]!, {}, ANY_AGE);
  const { nodes } = listed.body.data?.['apiKeys'] as unknown as { nodes: { id: string; revokedAt: string | null }[] };
  expect(nodes.find(({ id }) => id === key.id)?.revokedAt).toEqual(expect.any(String));
  expect(await outcomes()).toEqual(before);
  await resume();
});

test('H11: a replica farther behind than allowed shows nobody what was erased; it is warned of, and used again when it has caught up', async () => {
  await rename(0, 'To be erased');
  await until(() => isUsed(strict), Boolean, 60_000);
  await until(
    () => readFromReplica(ANY_AGE),
    (name) => name === 'To be erased',
    60_000,
  );
  const resume = await pauseReplay();
  await superuser`update customers set display_name = null where id = ${first.id}`;
  expect(await readFromReplica(ANY_AGE)).toBe('To be erased');
  expect(await nameOf({ 'punos-max-staleness-ms': '1' })).toBeNull();

  await until(ready, (answer) => JSON.stringify(answer).includes('a replica is not used'), 60_000);
  for (let turn = 0; turn < 10; turn += 1) expect(await nameOf(ANY_AGE, { app: strict })).toBeNull();
  const lag = /^punos_replica_lag_seconds\{replica="127.0.0.1:\d+"\} ([\d.]+)$/m;
  expect(Number(lag.exec(await (await fetch(`${strict.url}/metrics`)).text())?.[1])).toBeGreaterThan(1);

  await resume();
  await until(ready, (answer) => JSON.stringify(answer) === '{"status":"ready"}', 60_000);
  await until(
    () => readFromReplica(ANY_AGE),
    (name) => name === null,
    60_000,
  );
});

test('a replica that dies, comes back and is promoted: queries are answered all the time, never from another history', async () => {
  await rename(0, 'Of the primary');
  await until(isUsed, Boolean, 60_000);
  let over = false;
  const asking = (async () => {
    let asked = 0;
    for (; !over; asked += 1) expect(await nameOf(ANY_AGE)).toMatch(/^Of the/);
    return asked;
  })();
  await cluster.kill('b');
  await until(isUsed, (used) => !used, 60_000);
  await cluster.start('b');
  await until(isUsed, Boolean, 60_000);
  await readFromReplica(ANY_AGE);
  await cluster.promote('b');
  await until(isUsed, (used) => !used, 60_000);
  over = true;
  expect(await asking).toBeGreaterThan(0);

  const other = singleConnection(cluster.superuserUrl('b'));
  await other`update customers set display_name = 'Of another history' where id = ${first.id}`;
  await other.end();
  const { replica } = await outcomes();
  for (let turn = 0; turn < 10; turn += 1) expect(await nameOf(ANY_AGE)).toBe('Of the primary');
  expect((await outcomes())['replica']).toBe(replica);
});
