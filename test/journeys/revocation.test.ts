import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import { EventStreamReader } from '../support/event-stream-reader.ts';
import { post } from '../support/graphql.ts';
import type { LiveReader } from '../support/live-reader.ts';
import { PersistentCaller } from '../support/persistent-caller.ts';
import { aServerProcess, type ServerProcess } from '../support/server-process.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey } from '../support/start-app.ts';
import { openTokenIssuer } from '../support/token-issuer.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';
import { openShop } from './crash/shop.ts';
import { setWritersGoing, TALKERS } from './crash/writers.ts';

const SETTINGS = {
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '1000',
  DATABASE_POOL_SIZE: '6',
};
/** What a revocation may take from its commit to the last byte: a figure of a quiet machine, which PUNOS_QUIET_MACHINE=1 says this is. */
const WITHIN_MS = process.env['PUNOS_QUIET_MACHINE'] === '1' ? 1_000 : Infinity;

const place = await withDatabase();
const shop = await openShop(place.database);
const issuer = await openTokenIssuer();
const servers: ServerProcess[] = [];
let writers: ReturnType<typeof setWritersGoing>;

// Everything is changed on the first process; readers are on both. Two writers write all the time.
beforeAll(async () => {
  for (let count = 0; count < 2; count += 1)
    servers.push(await aServerProcess(place.applicationUrl, { ...SETTINGS, ...issuer.settings }));
  await Promise.all(servers.map((server) => server.start()));
  const anyServer = () => servers[Math.floor(Math.random() * servers.length)]!.url;
  writers = setWritersGoing(shop, new PersistentCaller(anyServer, shop.keys.writer), 1, TALKERS);
});
afterAll(async () => {
  await writers.stop();
  await Promise.all(servers.filter(({ isRunning }) => isRunning).map((server) => server.end('SIGTERM')));
  await issuer.close();
});

interface Payload {
  readonly cursor: string;
  readonly event: { readonly type: string; readonly recordedAt: string } | null;
}
type Reader = LiveReader<Payload>;

const BUSY = {
  field: 'conversationEvents',
  document: 'subscription ($after: String) { conversationEvents(after: $after) { cursor event { type recordedAt } } }',
  variables: {},
};
const IDLE = {
  field: 'stockEvents',
  document: 'subscription ($after: String) { stockEvents(after: $after) { cursor event { type recordedAt } } }',
  variables: {},
};

/** Busy and idle, on a socket and on an event stream, on both processes. */
async function eightReaders(secret: string, comesBack = false): Promise<Reader[]> {
  const made = servers.flatMap(({ url }) =>
    [BUSY, IDLE].flatMap((asked) =>
      [SocketReader<Payload>, EventStreamReader<Payload>].map(
        (Kind) => new Kind({ url: () => url, secret, asked, comesBack }),
      ),
    ),
  );
  await Promise.all(made.map((reader) => reader.open()));
  // The busy ones are in the middle of it.
  await until(
    () => made.filter(({ asked, payloads }) => asked === BUSY && payloads.length > 3).length,
    (busy) => busy === 4,
  );
  return made;
}

async function change(mutation: string, variables: Record<string, unknown>, selection = ''): Promise<void> {
  const document = `mutation ${selection} { ${mutation} { userErrors { code message } } }`;
  const { body } = await post(servers[0]!.url, shop.keys.writer, document, variables);
  expect(Object.values(body.data ?? { none: body })).toEqual([{ userErrors: [] }]);
}

const newestOf = async (principal: string): Promise<number> => {
  const [row] = await place.sql<{ at: number }[]>`
    select extract(epoch from recorded_at)::float8 * 1000 as at from events
    where streams @> array[${`viewer:${principal}`}] order by position desc limit 1`;
  return row!.at;
};

/** Waits until all have ended and tells how long after the moment the last one did, in milliseconds. */
async function endedAfter(readers: readonly Reader[], moment: number): Promise<number> {
  await until(
    () => readers.filter(({ endings }) => endings.length > 0).length,
    (ended) => ended === readers.length,
  );
  return Math.max(...readers.map(({ endings }) => endings[0]!.at)) - moment;
}

/** Events that were recorded after the moment and delivered all the same: there must be none. */
const deliveredAfter = (readers: readonly Reader[], moment: number) =>
  readers.flatMap(({ heard }) =>
    heard.filter(({ payload }) => payload.event && Date.parse(payload.event.recordedAt) > moment),
  );

const say = (what: string, ms: number) =>
  console.log(`${what}: the last of 8 streams ended after ${Math.round(ms)} ms`);

const tokenOfSupervisor = (subject: string, expiresAt: Date) =>
  issuer.token({ sub: subject, role: 'supervisor', scope: Object.keys(ROLE_RIGHTS.supervisor).join(' ') }, expiresAt);

describe('streams on every process, idle and busy,', () => {
  test('C16: end at once when their key is revoked, without a later event', async () => {
    const key = await aKey(place, 'supervisor');
    const readers = await eightReaders(key.secret);

    await change('apiKeyRevoke(id: $id)', { id: key.id }, '($id: ID!)');
    const answered = Date.now();

    const took = await endedAfter(readers, await newestOf(key.id));
    say('Key revoked', took);
    expect(took).toBeLessThan(WITHIN_MS);
    expect(deliveredAfter(readers, answered)).toEqual([]);
    const again = await post(servers[1]!.url, key.secret, '{ cursor }');
    expect(again.status).toBe(401);
  });

  test('C16: end at once when their viewer is revoked, without a later event', async () => {
    const token = await tokenOfSupervisor('revoked-one', new Date(Date.now() + 600_000));
    const { body } = await post(servers[1]!.url, token, '{ viewer { principal } }');
    const { principal } = body.data!['viewer'] as unknown as { principal: string };
    const readers = await eightReaders(token);

    await change('viewerRevoke(principal: $principal)', { principal }, '($principal: ID!)');
    const answered = Date.now();

    const took = await endedAfter(readers, await newestOf(principal));
    say('Viewer revoked', took);
    expect(took).toBeLessThan(WITHIN_MS);
    expect(deliveredAfter(readers, answered)).toEqual([]);
    expect((await post(servers[1]!.url, token, '{ cursor }')).status).toBe(401);
  });

  test('C17: end at once after their token expired, without a later event', async () => {
    // Long enough for eight readers to be in the middle of it, as long as that takes here today.
    const began = Date.now();
    await eightReaders((await aKey(place, 'supervisor')).secret).then((all) =>
      Promise.all(all.map((one) => one.close())),
    );
    const enoughSeconds = 6 + Math.ceil((5 * (Date.now() - began)) / 1_000);
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + enoughSeconds) * 1_000);
    const token = await tokenOfSupervisor('expired-one', expiresAt);
    const readers = await eightReaders(token);
    expect(readers.flatMap(({ endings }) => endings)).toEqual([]);

    const took = await endedAfter(readers, expiresAt.getTime());

    say('Token expired', took);
    expect(took).toBeGreaterThanOrEqual(0);
    expect(took).toBeLessThan(WITHIN_MS);
    expect(deliveredAfter(readers, expiresAt.getTime())).toEqual([]);
  });

  test('C15: end at once when a right they need is taken away, and are refused when they come back', async () => {
    const key = await aKey(place, 'supervisor');
    const readers = await eightReaders(key.secret, true);

    await change('apiKeyUpdate(id: $id, input: { scopes: [GRAPH_READ] })', { id: key.id }, '($id: ID!)');
    const answered = Date.now();

    const took = await endedAfter(readers, await newestOf(key.id));
    say('Scopes taken away', took);
    expect(took).toBeLessThan(WITHIN_MS);
    await until(
      () => readers.filter(({ refusals }) => refusals.includes('FORBIDDEN')).length,
      (refused) => refused === readers.length,
    );
    expect(deliveredAfter(readers, answered)).toEqual([]);
  });

  test('C15: change within a second when the role changes: they go on, with what the new role may see', async () => {
    const key = await aKey(place, 'supervisor');
    const readers = await eightReaders(key.secret, true);

    const BOT = Object.keys(ROLE_RIGHTS.bot).map((right) => right.toUpperCase().replaceAll(':', '_'));
    await change(
      'apiKeyUpdate(id: $id, input: { role: BOT, scopes: $scopes })',
      { id: key.id, scopes: BOT },
      '($id: ID!, $scopes: [Right!])',
    );
    const answered = Date.now();

    const took = await endedAfter(readers, await newestOf(key.id));
    say('Role changed', took);
    expect(took).toBeLessThan(WITHIN_MS);
    const goesOn = ({ asked, heard }: Reader) =>
      asked === IDLE || heard.filter(({ payload }) => after(payload.event, answered)).length > 5;
    await until(
      () => readers.filter(goesOn).length,
      (going) => going === readers.length,
    );
    // A bot does not read notes; the writers wrote some all the while.
    const late = readers.flatMap(({ payloads }) => payloads.filter(({ event }) => after(event, answered)));
    expect(late.filter(({ event }) => event!.type === 'NOTE_ADDED')).toEqual([]);
    expect(readers.flatMap(({ refusals }) => refusals)).toEqual([]);
    await Promise.all(readers.map((reader) => reader.close()));
  });
});

const after = (event: Payload['event'], moment: number) => event !== null && Date.parse(event.recordedAt) > moment;
