import { pino } from 'pino';
import { afterAll, expect, onTestFinished, test } from 'vitest';

import { DeadlineExceeded } from '../../src/database/deadline.ts';
import { openLiveEdge } from '../../src/live/live-edge.ts';
import { startTailer } from '../../src/live/tailer.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { setPreferences } from '../../src/services/customers/set-preferences.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../src/values/context-packet.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import { countStatements } from '../support/count-statements.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const reads = countStatements({ ...database, sql: database.sql });
const edge = await openLiveEdge({
  // What is counted is what is read through `hot`: the contexts.
  database: { ...database, hot: reads.database.hot },
  installation: await readInstallation(sql),
  subscriptions: SUBSCRIPTIONS,
  log: pino({ level: 'silent' }),
  checkpointIntervalMs: 60_000,
  stalledReaderMs: 10_000,
  onViewerEvent: () => undefined,
  contextCache: { entries: 20, megabytes: 8 },
});
afterAll(() => edge.close());
const scope = aScope(database);

interface Payload {
  cursor: string;
  packet: (ContextState & { changed: ContextSection[]; causes: { type: string }[] }) | null;
}

class Reader extends SinkReader<Payload> {
  constructor(
    customerId: string,
    document: string,
    sections: readonly ContextSection[] = CONTEXT_SECTIONS,
    after?: string,
  ) {
    super({
      ...{ field: 'contextPackets', args: { customerId, after }, viewer: aViewer('agent'), sections },
      shareKey: JSON.stringify([customerId, document]),
    });
  }
  get packets() {
    return this.payloads.flatMap(({ packet }) => (packet ? [packet] : []));
  }
}

let count = 0;
const aCustomer = async () => {
  const identity = { kind: 'visitor_id', value: `v${(count += 1)}`, source: 'test' } as const;
  const { customerId } = await atomically(scope, (tx) => identifyCustomer(tx, identity));
  return customerId;
};
async function read(customerId: string, document = 'whole', sections = CONTEXT_SECTIONS as readonly ContextSection[]) {
  const reader = new Reader(customerId, document, sections);
  await edge.open(reader.operation, reader);
  await until(
    () => reader.packets.length,
    (packets) => packets > 0,
  );
  return reader;
}
const speak = (customerId: CustomerId, language: string) => setPreferences(scope, customerId, { language });
const languages = (reader: Reader) => reader.packets.map(({ profile }) => profile.language);

test('a person is read once for all who look at them, whatever their documents', async () => {
  const customerId = await aCustomer();
  const readers = [await read(customerId, 'one'), await read(customerId, 'two'), await read(customerId, 'three')];
  const before = reads.count();

  await speak(customerId, 'fi');

  await until(() => readers.every((reader) => languages(reader).at(-1) === 'fi'), Boolean);
  expect(reads.count() - before).toBe(1);
  for (const { packets } of readers) expect(packets.at(-1)!.causes).toMatchObject([{ type: 'customer.updated' }]);
});

test('only what somebody shows is read, and more as soon as somebody shows more', async () => {
  const customerId = await aCustomer();
  const narrow = await read(customerId, 'narrow', ['orders']);
  expect(narrow.packets[0]).not.toHaveProperty('stock');
  expect(narrow.packets[0]).toMatchObject({ orders: [], profile: { language: null } });

  const wide = await read(customerId, 'wide');
  await speak(customerId, 'sv');

  await until(() => [narrow, wide].every((reader) => languages(reader).at(-1) === 'sv'), Boolean);
  expect(wide.packets[0]).toMatchObject({ orders: [], stock: [], conversations: [] });
  expect(narrow.packets).toHaveLength(2);
});

test('persons of whom something happens at the same moment are read together, and each gets every cause', async () => {
  const customerIds = await Promise.all(Array.from({ length: 60 }, aCustomer));
  const readers = await Promise.all(customerIds.map((customerId) => read(customerId)));
  const before = reads.count();

  await atomically(scope, (tx) => {
    for (const customerId of customerIds)
      recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)], details: { customerId } });
    return Promise.resolve();
  });

  await until(() => readers.every(({ packets }) => packets.length > 1), Boolean);
  expect(reads.count() - before).toBeLessThanOrEqual(8);
  for (const { packets } of readers)
    expect(packets.map(({ version, causes }) => [version, causes.length])).toEqual([
      [packets[0]!.version, 0],
      [packets[0]!.version + 1, 1],
    ]);
});

test('H25: rows of one person that cannot be read end the streams of that person, and keep nobody else waiting', async () => {
  const [broken, ...others] = await Promise.all(Array.from({ length: 20 }, aCustomer));
  const readers = await Promise.all(others.map((customerId) => read(customerId)));
  const unlucky = await read(broken!);
  const failures: unknown[] = [];
  unlucky.fail = (error: unknown) => void failures.push(error);
  await sql`
    insert into baskets (customer_id, activity_id, lines, changed_at, source, updated_at)
    values (${broken!}, 'act_none', '{}'::jsonb, now(), 'test', now())`;

  await atomically(scope, (tx) => {
    for (const customerId of [broken!, ...others])
      recordFact(tx, { type: 'activity.recorded', streams: [stream.customer(customerId)], details: { customerId } });
    return Promise.resolve();
  });
  await until(
    () => ({ packets: readers.map(({ packets }) => packets.length), failures: failures.length }),
    (seen) => seen.packets.every((count) => count >= 2) && seen.failures > 0,
  );
  await sql`delete from baskets where customer_id = ${broken!}`;

  expect(failures).toHaveLength(1);
  expect(unlucky.packets).toHaveLength(1);
  // Behind the last cursor nothing is missing.
  const again = new Reader(broken!, 'whole', CONTEXT_SECTIONS, unlucky.cursor);
  await edge.open(again.operation, again);
  await until(
    () => again.packets.length,
    (packets) => packets > 0,
  );
  expect(again.packets[0]!.causes).toMatchObject([{ type: 'activity.recorded' }]);
});

test('nobody is shown an older state after a newer one, when showing it failed for others meanwhile', async () => {
  const customerId = await aCustomer();
  const [failing, slow] = [new Reader(customerId, 'failing'), new Reader(customerId, 'slow')];
  const hold = Promise.withResolvers<void>();
  let failures = 0;
  const speaks = (payload: object, language: string) => (payload as Payload).packet?.profile.language === language;
  const open = async (reader: Reader, before: (payload: object) => Promise<void>) => {
    const { execute } = reader.operation;
    const late: typeof execute = async (payload, shows) => {
      await before(payload);
      return execute(payload, shows);
    };
    await edge.open({ ...reader.operation, execute: late }, reader);
    await until(
      () => reader.packets.length,
      (packets) => packets > 0,
    );
  };
  await open(failing, (payload) =>
    speaks(payload, 'fi') && (failures += 1) === 1 ? Promise.reject(new DeadlineExceeded(1)) : Promise.resolve(),
  );
  await open(slow, (payload) => (speaks(payload, 'fi') ? hold.promise : Promise.resolve()));

  await speak(customerId, 'fi');
  await until(() => failures, Boolean);
  await speak(customerId, 'sv');
  // It must not come before the one that is held.
  await until(() => languages(slow).at(-1) === 'sv', Boolean, 700).catch(() => undefined);
  hold.resolve();
  await until(() => languages(failing).at(-1) === 'sv', Boolean);
  await speak(customerId, 'en');

  await until(() => languages(slow).at(-1) === 'en', Boolean);
  expect(languages(slow)).toEqual([null, 'fi', 'sv', 'en']);
});

test('who is shown a part goes on being told when questions ask for the whole', async () => {
  const customerId = await aCustomer();
  const narrow = await read(customerId, 'narrow', ['orders']);
  // The second question within a while makes the whole be kept, which nobody was shown before.
  for (const _question of [1, 2]) expect(await edge.contexts.current(customerId)).toBeNull();

  await speak(customerId, 'fi');
  await until(
    () => languages(narrow),
    (seen) => seen.at(-1) === 'fi',
  );
  // While an older transaction runs anywhere in the cluster it is not certain, and so not known.
  const known = await until(
    () => edge.contexts.current(customerId),
    (context) => context !== null,
    60_000,
  );
  expect(known?.state).toMatchObject({ profile: { language: 'fi' }, stock: [] });
  await speak(customerId, 'sv');
  await until(
    () => languages(narrow),
    (seen) => seen.at(-1) === 'sv',
  );
  expect(languages(narrow)).toEqual([null, 'fi', 'sv']);
});

test('a state that was let go is there again for who comes, and the packet after it has its causes', async () => {
  const customerId = await aCustomer();
  const first = await read(customerId);
  const before = reads.count();
  // It is let go when nothing happens for a while: then who comes has it read again.
  const others: Reader[] = [];
  await until(
    async () => {
      others.push(await read(customerId));
      return reads.count() - before;
    },
    // Persons of the tests before may be read again as well.
    (again) => again >= 1,
  );
  await speak(customerId, 'et');

  const readers = [first, others.at(-1)!];
  await until(() => readers.every((reader) => languages(reader).at(-1) === 'et'), Boolean);
  for (const { packets } of readers) expect(packets).toHaveLength(2);
});

test('what came while the state was read is told as far as it is in it, and who resumes there is told the rest', async () => {
  // The answers to what is read can be held up, and what the journal told is seen.
  let held: Promise<void> | null = null;
  let answered = 0;
  const delivered: string[] = [];
  const hot = new Proxy(database.hot, {
    get(real, name) {
      const member: unknown = Reflect.get(real, name, real);
      if (name !== 'unsafe') return member;
      return (...given: unknown[]) => {
        const query = (member as (...all: unknown[]) => Promise<unknown>).apply(real, given);
        const answer = async () => {
          const rows = await query;
          answered += 1;
          await held;
          return rows;
        };
        return Object.assign(answer(), { cancel: () => undefined });
      };
    },
  });
  const slow = await openLiveEdge({
    ...{ database: { ...database, hot }, installation: await readInstallation(sql), subscriptions: SUBSCRIPTIONS },
    ...{ log: pino({ level: 'silent' }), checkpointIntervalMs: 60_000, stalledReaderMs: 10_000 },
    ...{ onViewerEvent: () => undefined, contextCache: { entries: 20, megabytes: 8 } },
    startBackbone: (its, options) =>
      startTailer(its, {
        ...options,
        onBatch(batch) {
          options.onBatch(batch);
          delivered.push(...batch.events.flatMap(({ streams }) => streams));
        },
      }),
  });
  onTestFinished(() => slow.close());
  const customerId = await aCustomer();
  const open = async (reader: Reader) => {
    await slow.open(reader.operation, reader);
    await until(() => reader.packets.length, Boolean);
    return reader;
  };
  const reader = await open(new Reader(customerId, 'whole'));
  // As long as older transactions run anywhere in the cluster it may be read once more for these.
  await until(() => slow.contexts.current(customerId), Boolean);
  const told = () => delivered.filter((name) => name === stream.customer(customerId)).length;
  const [answeredBefore, toldBefore] = [answered, told()];

  const hold = Promise.withResolvers<void>();
  held = hold.promise;
  await speak(customerId, 'fi');
  await until(() => answered > answeredBefore && told() === toldBefore + 1, Boolean);
  await speak(customerId, 'sv');
  await until(() => told() === toldBefore + 2, Boolean);
  expect(reader.packets).toHaveLength(1);
  held = null;
  hold.resolve();

  await until(() => languages(reader).at(-1) === 'sv', Boolean);
  expect(languages(reader)).toEqual([null, 'fi', 'sv']);
  expect(reader.packets.map(({ causes }) => causes.length)).toEqual([0, 1, 1]);
  const resumed = await open(new Reader(customerId, 'resumed', CONTEXT_SECTIONS, reader.payloads[1]!.cursor));
  expect(resumed.packets[0]!.causes).toHaveLength(1);
});
