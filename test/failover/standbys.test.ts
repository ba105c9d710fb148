import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { OutcomeUnknown } from '../../src/values/outcome-unknown.ts';
import { openShop } from '../journeys/crash/shop.ts';
import { post } from '../support/graphql.ts';
import { startReplicatedCluster } from '../support/replicated-cluster.ts';
import { withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';

const cluster = await startReplicatedCluster({ standbys: ['b', 'c'], synchronous: 'ANY 1 (b, c)' });
const superuser = singleConnection(cluster.superuserUrl('primary'));
const database = openDatabase(cluster.applicationUrlOf('primary'), { poolSize: 4, statementTimeoutMs: 20_000 });
afterAll(async () => {
  await Promise.all([superuser.end(), database.close()]);
  await cluster.stop();
});
const place = {
  ...{ database, sql: database.sql, name: 'punos', ownerUrl: '', superuserUrl: '' },
  applicationUrl: cluster.applicationUrl,
};
const shop = await openShop(database);

const NOTE = /* GraphQL */ `
  mutation ($conversationId: ID!, $text: String!, $key: String!) {
    noteAdd(id: $conversationId, input: { text: $text }, idempotencyKey: $key) {
      note {
        id
      }
      userErrors {
        code
      }
    }
  }
`;
const READ = '{ customers(first: 5) { nodes { id } } }';

test('H10: one standby stalls, writes go on through the other; it dies too, reads go on and writes are told in time that their outcome is not known', async () => {
  const settings = { DATABASE_POOL_SIZE: '4', REQUEST_DEADLINE_MS: '3000', RATE_COST_PER_SECOND: '1000000' };
  const app = await withApp(place, { ...settings, RATE_COST_BURST: '10000000' });
  const write = async (key: string, number = 0) => {
    const { conversationId } = shop.customers[number]!;
    const { status, body } = await post(app.url, shop.keys.writer, NOTE, {
      conversationId,
      text: `note ${key}`,
      key,
    });
    const [error] = body.errors ?? [];
    return { status, code: error?.extensions['code'], message: error?.message, payload: body.data?.['noteAdd'] };
  };

  const goOn = await cluster.stall('b');
  for (const key of ['1', '2', '3'])
    await until(
      () => write(key),
      ({ status }) => status === 200,
      60_000,
    );

  await cluster.kill('c');
  // More than there are connections.
  const keys = Array.from({ length: 12 }, (_, number) => `stuck ${number}`);
  const writing = Promise.all(keys.map((key, number) => write(key, number)));
  await until(waitingForStandbys, (pids) => pids.length > 0, 60_000);
  for (let number = 0; number < 20; number += 1) expect((await post(app.url, shop.keys.reader, READ)).status).toBe(200);
  for (const answer of await writing) {
    expect(answer).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(answer.message).toContain('send it again under the same idempotency key');
  }
  expect((await post(app.url, shop.keys.reader, READ)).status).toBe(200);

  goOn();
  await cluster.start('c');
  const again = await until(
    () => Promise.all(keys.map((key, number) => write(key, number))),
    (answers) => answers.every(({ status }) => status === 200),
    120_000,
  );
  for (const { payload } of again)
    expect(payload).toEqual({ note: { id: expect.any(String) as string }, userErrors: [] });
  const [stored] = await superuser<{ count: number }[]>`
      select count(*)::int as count from messages where text like 'note stuck %'`;
  expect(stored!.count).toBe(keys.length);
  await app.close();
});

test('H10: a commit whose wait for a standby was cancelled is not told as done, nor is one that was under way beside it', async () => {
  const stopped = [await cluster.stall('b'), await cluster.stall('c')];
  const write = (name: string) =>
    database.begin(async (sql) => {
      await sql`insert into teams (id, external_id, name, created_at) values (${name}, ${name}, ${name}, now())`;
      return name;
    });
  const outcomes = Promise.allSettled(['team_a', 'team_b'].map(write));
  const pids = await until(waitingForStandbys, (found) => found.length === 2, 60_000);
  for (const pid of pids) await superuser`select pg_cancel_backend(${pid})`;

  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(OutcomeUnknown) as Error });
  const kept = await superuser`select id from teams where id in ('team_a', 'team_b')`;
  expect(kept).toHaveLength(2);
  for (const goOn of stopped) goOn();
  expect(await write('team_c')).toBe('team_c');
});

async function waitingForStandbys(): Promise<number[]> {
  const rows = await superuser<{ pid: number }[]>`select pid from pg_stat_activity where wait_event = 'SyncRep'`;
  return rows.map(({ pid }) => pid);
}
