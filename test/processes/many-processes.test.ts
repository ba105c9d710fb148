import { createServer, type AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import { isAlive } from '../../src/database/cluster.ts';
import { childProcesses } from '../support/child-processes.ts';
import { post } from '../support/graphql.ts';
import { PersistentCaller } from '../support/persistent-caller.ts';
import { aServerProcess, type ServerProcess } from '../support/server-process.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';
import { openShop, type Shop } from '../journeys/crash/shop.ts';

const place = await withDatabase();
const shop: Shop = await openShop(place.database);
let server: ServerProcess | null = null;

afterEach(async () => {
  if (server?.isRunning) await server.end('SIGKILL');
});

interface Heard {
  readonly cursor: string;
  readonly event: { readonly type: string; readonly message: { readonly id: string } | null } | null;
}

const ASKED = {
  field: 'conversationEvents',
  document: /* GraphQL */ `
    subscription ($inboxId: ID!, $after: String) {
      conversationEvents(inboxId: $inboxId, after: $after) {
        cursor
        event {
          type
          message {
            id
          }
        }
      }
    }
  `,
  variables: { inboxId: shop.inboxes[1]!.id },
};

async function started(settings: Record<string, string> = {}): Promise<ServerProcess> {
  server = await aServerProcess(place.applicationUrl, {
    PROCESSES: '3',
    DATABASE_POOL_SIZE: '4',
    RATE_COST_PER_SECOND: '1000000',
    RATE_COST_BURST: '10000000',
    ...settings,
  });
  await server.start();
  return server;
}

/** In the order in which they were started. */
const workersOf = ({ pid }: ServerProcess) => childProcesses(pid!, 'src/main.ts').sort((a, b) => a - b);
const figures = async ({ url }: ServerProcess) =>
  (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('punos_'));
const connectionsOf = async (of: ServerProcess) =>
  (await figures(of)).filter((line) => line.startsWith('punos_connections{')).sort();

async function readers(of: ServerProcess, count: number): Promise<SocketReader<Heard>[]> {
  const secret = shop.keys.reader;
  const made = Array.from(
    { length: count },
    () => new SocketReader<Heard>({ url: () => of.url, secret, asked: ASKED }),
  );
  return Promise.all(made.map((reader) => reader.open()));
}

const receive = (number: number | string) => ({
  mutation: 'messageReceive',
  document: /* GraphQL */ `
    mutation ($input: MessageReceiveInput!) {
      messageReceive(input: $input) {
        message {
          id
        }
        isRedelivery
        userErrors {
          code
        }
      }
    }
  `,
  variables: {
    input: {
      inbox: shop.inboxes[1]!.externalId,
      sender: { kind: 'EMAIL', value: shop.customers[0]!.email },
      externalId: `many-${number}`,
      text: `Message ${number}`,
      occurredAt: new Date().toISOString(),
    },
  },
});

const messagesOf = (reader: SocketReader<Heard>) =>
  reader.payloads.flatMap(({ event }) =>
    event?.type === 'MESSAGE_RECEIVED' && event.message ? [event.message.id] : [],
  );
const messageIdsOf = (caller: PersistentCaller) =>
  caller.acknowledged.map(({ payload }) => (payload['message'] as { id: string }).id);

const allHeard = (subscribers: readonly SocketReader<Heard>[], caller: PersistentCaller) =>
  until(
    () => Math.min(...subscribers.map((reader) => messagesOf(reader).length)),
    (least) => least >= caller.acknowledged.length,
    60_000,
  );

/** H26: while four write as fast as they can, and with subscribers who would come back at once. */
async function endUnderLoad(
  many: ServerProcess,
  subscribers: readonly SocketReader<Heard>[],
  name: string,
): Promise<void> {
  const run = `run-${many.pid}-`;
  for (const reader of subscribers) reader.closed = true;
  const told = subscribers.map(({ endings }) => endings.length);
  let answered = 0;
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let number = 0; ; number += 1) {
      const { document, variables } = receive(`${run}${writer}-${number}`);
      const answer = await post(many.url, shop.keys.writer, document, variables, { connection: 'close' }).catch(
        () => null,
      );
      // Nobody is there any more.
      if (answer === null) return;
      expect(answer.body.errors).toBeUndefined();
      answered += 1;
    }
  });
  await until(
    () => answered,
    (count) => count >= 20,
    60_000,
  );

  const exit = await many.end('SIGTERM');

  await Promise.all(writers);
  expect(exit).toMatchObject({ code: 0, signal: null });
  const codes = subscribers.map(({ endings }, index) => endings[told[index]!]?.code);
  expect(codes).toEqual(subscribers.map(() => 1001));
  const [row] = await place.sql<{ count: number }[]>`
    select count(*)::int as count from messages where external_id like ${`many-${run}%`}`;
  // What a process had begun, it has answered.
  expect(row!.count).toBe(answered);
  console.log(
    `H26: SIGTERM to ${name} under load: ${answered} mutations answered, none failed, ${codes.length} subscribers told to resume (1001), exit 0 after ${exit.tookMs} ms`,
  );
}

test('H25, H26: one process outlives a failure that nobody waited for, and ends in order under load', async () => {
  const one = await started({
    PROCESSES: '1',
    NODE_OPTIONS: `--import=data:text/javascript,process.on('SIGUSR2',()=>Promise.reject(new%20Error('forgotten')))`,
  });
  const four = await readers(one, 4);
  const caller = new PersistentCaller(() => one.url, shop.keys.writer);

  process.kill(one.pid!, 'SIGUSR2');
  await until(
    () => one.log.join('\n'),
    (log) => log.includes('A failure that nobody waited for: Error: forgotten'),
    60_000,
  );
  await caller.call(receive('after-forgotten'));
  await allHeard(four, caller);
  expect(four.flatMap(({ endings }) => endings)).toEqual([]);

  await endUnderLoad(one, four, 'one process');
});

describe('three processes behind one port', () => {
  test('H26: serve each other’s subscribers, replace one that is killed, and end in order under load', async () => {
    const many = await started();
    const nine = await readers(many, 9);
    const caller = new PersistentCaller(() => many.url, shop.keys.writer);

    // Connections come in turn, so everybody has some. One scrape tells of each.
    const connections = await connectionsOf(many);
    expect(connections.map((line) => line.split('} ')[0])).toEqual(
      [1, 2, 3].map((number) => `punos_connections{process="${number}"`),
    );
    const ofSecond = Number(connections[1]!.split('} ')[1]);
    expect(ofSecond).toBeGreaterThan(0);
    expect(await figures(many)).toContain('punos_processes_replaced_total 0');
    for (const path of ['/readyz', '/healthz']) expect((await fetch(`${many.url}${path}`)).status).toBe(200);

    const before = workersOf(many);
    let killedAt = 0;
    for (let number = 0; number < 40; number += 1) {
      await caller.call(receive(`a${number}`));
      if (number !== 10) continue;
      killedAt = performance.now();
      process.kill(before[1]!, 'SIGKILL');
    }
    await until(
      () => connectionsOf(many),
      (lines) => lines.length === 3,
      60_000,
    );
    console.log(`Three again ${Math.round(performance.now() - killedAt)} ms after one of them was killed`);
    await allHeard(nine, caller);

    expect(nine.map(messagesOf)).toEqual(nine.map(() => messageIdsOf(caller)));
    expect(nine.filter(({ endings }) => endings.length > 0)).toHaveLength(ofSecond);
    const after = workersOf(many);
    expect(after).toHaveLength(3);
    expect(after.filter((pid) => before.includes(pid))).toHaveLength(2);
    expect(await figures(many)).toContain('punos_processes_replaced_total 1');
    expect(many.log.join('\n')).toContain('of 3 ended: SIGKILL. Another one takes its place.');

    await endUnderLoad(many, nine, 'three processes');
    expect(after.filter(isAlive)).toEqual([]);
  });

  test('end by themselves when their parent is killed, and leave the port free', async () => {
    const many = await started();
    const workers = workersOf(many);
    expect(workers).toHaveLength(3);

    await many.end('SIGKILL');

    await until(
      () => workers.filter(isAlive),
      (alive) => alive.length === 0,
    );
    const next = createServer();
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.listen(Number(new URL(many.url).port), '127.0.0.1', resolve);
    });
    next.close();
  });

  test('say once what is wrong when they cannot begin', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);

    await expect(started({ PORT: port })).rejects.toThrow('The server ended with 1');

    taken.close();
    expect(server!.log.filter((line) => line.includes('could not start'))).toEqual([
      expect.stringContaining(`EADDRINUSE 127.0.0.1:${port}. Set PORT to a free port`),
    ]);
  });
});
