/** D19 without sockets: how often the database is asked who somebody is. `npm run bench -- storm` is the long form, with 10,000 sockets. */
import { afterEach, expect, test, vi } from 'vitest';

import { openAuthenticator, type Authenticator, type Session } from '../../src/services/access/authenticate.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { watchConnections, type Connection } from '../../src/server/connections.ts';
import { countStatements } from '../support/count-statements.ts';
import { aKey } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const CLIENTS = 300;
const LIMITS = { maxSocketsPerPrincipal: 1, maxSocketsPerBot: 1 };

const place = await withDatabase();
const installation = await readInstallation(place.sql);
const keys = await Promise.all(Array.from({ length: CLIENTS }, () => aKey(place, 'agent')));
afterEach(() => vi.useRealTimers());

/** A crowd of which everybody has a key and a connection; what the database is asked is counted. */
async function aCrowd() {
  const { database, count } = countStatements(place.database);
  let looked: Promise<unknown> = Promise.resolve();
  const opened = openAuthenticator(database, installation, null);
  const authenticator: Authenticator = {
    ...opened,
    recheck: (sessions) => (looked = opened.recheck(sessions)) as never,
  };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const connections = watchConnections(authenticator, LIMITS, database.now);
  const ended: string[] = [];
  const come = async () => {
    const sessions = await Promise.all(keys.map(({ secret }) => authenticator.authenticate(secret)));
    return sessions.map((session) => {
      const connection: Connection = { session: session as Session, end: (reason) => void ended.push(reason) };
      if (session) connections.admit(connection);
      return connection;
    });
  };
  /** A second passes, with the look at all sessions that it brings and what is decided by it. */
  const second = async () => {
    vi.advanceTimersByTime(1_000);
    await looked;
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { authenticator, connections, come, count, second, ended };
}

test('D19: a crowd that drops and comes back within 30 s is asked about together, each second, and nobody once more', async () => {
  const { connections, come, count, second } = await aCrowd();
  const first = await come();
  const atFirst = count();
  for (let i = 0; i < 5; i += 1) await second();
  for (const connection of first) connections.remove(connection);
  for (let i = 0; i < 25; i += 1) await second();

  const before = count();
  const back = await come();
  console.log(
    `D19: ${CLIENTS} keys came with ${atFirst} statements, were looked at with ${before - atFirst} in 30 s, came back with ${count() - before}`,
  );
  expect(atFirst).toBe(1);
  expect(before - atFirst).toBe(30);
  expect(count() - before).toBe(0);
  expect(back.every(({ session }) => session)).toBe(true);
  expect(connections.count()).toBe(CLIENTS);
  connections.close();
});

test('D19: who stays away for longer is looked at anew, all in one statement', async () => {
  const { connections, come, count, second } = await aCrowd();
  for (const connection of await come()) connections.remove(connection);
  for (let i = 0; i < 30; i += 1) await second();
  vi.advanceTimersByTime(1_000);
  vi.advanceTimersByTime(4_000);

  const before = count();
  await come();
  expect(count() - before).toBe(1);
  connections.close();
});

test('D19, C20: a key that is revoked by hand while its client is away lets nobody in after a second', async () => {
  const { authenticator, connections, come, second } = await aCrowd();
  const { id, secret } = keys[0]!;
  for (const connection of await come()) connections.remove(connection);
  await second();
  expect(await authenticator.authenticate(secret)).not.toBeNull();

  await place.sql`update api_keys set revoked_at = now() where id = ${id}`;
  await second();

  expect(await authenticator.authenticate(secret)).toBeNull();
  connections.close();
});
