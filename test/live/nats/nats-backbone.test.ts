import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import type { StartBackbone } from '../../../src/live/backbone.ts';
import { openLiveEdge, type LiveEdge } from '../../../src/live/live-edge.ts';
import { natsBackbone } from '../../../src/live/nats/nats-backbone.ts';
import { subjectsOf } from '../../../src/live/nats/messages.ts';
import { sealOf } from '../../../src/live/nats/seal.ts';
import type { EventPayload, Subscriptions } from '../../../src/live/subscriptions.ts';
import { atomically, recordFact } from '../../../src/services/events/atomically.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { hasNats, startNatsCluster, type NatsCluster } from '../../support/nats-cluster.ts';
import { aNatsWireTo } from '../../support/nats-wire.ts';
import { aScope } from '../../support/scopes.ts';
import { SinkReader } from '../../support/sink-reader.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const installation = await readInstallation(sql);
const log = pino({ level: 'silent' });

let cluster: NatsCluster;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  if (hasNats) cluster = await startNatsCluster();
});
afterAll(() => cluster?.stop());
// Processes on another cluster than the relay would hear nothing of it.
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const subscriptions: Subscriptions = {
  conversationEvents: {
    kind: 'events',
    watch: (_, args) => {
      const key = String(args['key']);
      const isStream = key.startsWith('conversation:');
      return Promise.resolve({
        streams: isStream ? [key] : [],
        topics: isStream ? [] : [key],
        select: () => ({ left: false }),
        isVisible: () => Promise.resolve(true),
      });
    },
  },
};

/** A process of its own as far as the database and NATS can tell. */
async function aProcess(
  servers: string | null,
  onViewerEvent: (principal: string) => void = () => undefined,
  caFile: string | undefined = undefined,
) {
  const own = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
  const overNats: { startBackbone?: StartBackbone } =
    servers === null
      ? {}
      : {
          startBackbone: natsBackbone({
            ...{ servers: servers.split(','), credentialsFile: undefined, caFile },
            ...{ installation, databaseUrl: applicationUrl },
          }),
        };
  const edge = await openLiveEdge({
    ...{ database: own, installation, subscriptions, log, onViewerEvent, ...overNats },
    ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000 },
  });
  closing.push(async () => {
    await edge.close();
    await own.close();
  });
  return edge;
}

async function aWireTo(url: string) {
  const wire = await aNatsWireTo(url);
  closing.push(() => wire.close());
  return wire;
}

const isLive = (edge: LiveEdge) =>
  until(
    () => edge.brokerState(),
    (state) => state!.isLive,
  );
const countOf = (edge: LiveEdge, what: string) => edge.brokerState()!.counts[what] ?? 0;

class Reader extends SinkReader<EventPayload> {
  constructor(key: string, after?: string) {
    super({ field: 'conversationEvents', args: { key, after }, shareKey: key });
  }
  get names() {
    return this.payloads.flatMap(({ event }) => (event ? [String(event.details['name'])] : []));
  }
}

async function listening(edge: LiveEdge, key: string, after?: string): Promise<Reader> {
  const reader = new Reader(key, after);
  const stream = await edge.open(reader.operation, reader);
  closing.push(() => Promise.resolve(stream.close()));
  await until(() => reader.payloads.length, Boolean);
  return reader;
}

const say = (key: string, name: string) =>
  atomically(aScope(database), async (tx) =>
    recordFact(tx, {
      type: 'message.received',
      streams: [key.startsWith('conversation:') ? key : `conversation:of-${key}`],
      topics: key.startsWith('conversation:') ? [] : [key],
      details: { name },
    }),
  );

const hears = (reader: Reader, ...names: string[]) =>
  until(
    () => reader.names,
    (heard) => heard.length >= names.length,
  ).then((heard) => expect(heard).toEqual(names));

describe.skipIf(!hasNats)('processes on NATS', () => {
  test('bring each event once and in order to those who watch it, and one of them publishes', async () => {
    const edges = [await aProcess(cluster.url), await aProcess(cluster.url)];
    await Promise.all(edges.map(isLive));
    expect(edges.filter((edge) => edge.brokerState()!.isRelaying)).toHaveLength(1);
    const readers = await Promise.all(edges.map((edge) => listening(edge, 'conversation:a')));
    const ofInbox = await listening(edges[1]!, 'inbox:a');

    for (const name of ['1', '2', '3']) await say('conversation:a', name);
    await say('inbox:a', 'elsewhere');

    for (const reader of readers) await hears(reader, '1', '2', '3');
    await hears(ofInbox, 'elsewhere');
  });

  test('hear what is watched over NATS and leave the journal alone', async () => {
    const edge = await aProcess(cluster.url);
    await isLive(edge);
    const reader = await listening(edge, 'conversation:quiet');
    await until(
      () => edge.brokerState()!.subjects,
      (subjects) => subjects === 2,
    );
    const before = edge.brokerState()!.counts;

    for (let index = 0; index < 20; index += 1) await say('conversation:quiet', String(index));

    await hears(reader, ...Array.from({ length: 20 }, (_, index) => String(index)));
    expect(edge.brokerState()!.counts).toMatchObject({ live: before['live'] });
    expect(countOf(edge, 'late')).toBe(before['late'] ?? 0);
  });

  test('H15: a lost message of a stream that is quiet from then on is read from the journal', async () => {
    const wire = await aWireTo(cluster.nodes[0]!.url);
    const edge = await aProcess(wire.url);
    await isLive(edge);
    const reader = await listening(edge, 'conversation:last');
    await until(
      () => edge.brokerState()!.subjects,
      (subjects) => subjects === 2,
    );
    wire.loses = (subject) => subject.endsWith('conversation:last');

    const saidAt = performance.now();
    await say('conversation:last', 'the last one');

    await hears(reader, 'the last one');
    console.log(`a lost last message: there after ${Math.round(performance.now() - saidAt)} ms`);
    expect(wire.lost).toBe(1);
    expect(countOf(edge, 'hole')).toBeGreaterThan(0);
  });

  test('H4: what a relay publishes again, however late, is known by its position and dropped', async () => {
    const edge = await aProcess(cluster.url);
    await isLive(edge);
    const reader = await listening(edge, 'inbox:again');
    const { all, index, event } = subjectsOf(installation.epoch);
    const recorder = await connect({ servers: cluster.nodes[0]!.url.slice('nats://'.length) });
    closing.push(() => recorder.close());
    const recorded: { subject: string; data: Uint8Array }[] = [];
    for (const subject of [all, index, event('inbox:again')])
      recorder.subscribe(subject, { callback: (_, { data }) => void recorded.push({ subject, data }) });
    await recorder.flush();
    for (const name of ['1', '2', '3']) await say('inbox:again', name);
    await hears(reader, '1', '2', '3');
    // The index is the last of a batch.
    await until(
      () => recorded.filter(({ subject }) => subject === all).length > 0 && recorded.at(-1)!.subject === index,
      Boolean,
    );

    const again = [...recorded];
    for (const { subject, data } of again) recorder.publish(subject, data);
    await recorder.flush();
    await until(
      () => countOf(edge, 'repeat'),
      (count) => count > 0,
    );
    await say('inbox:again', '4');

    await hears(reader, '1', '2', '3', '4');
    console.log(`${again.length} messages published again: ${countOf(edge, 'repeat')} repeats dropped, none delivered`);
  });

  test('H15: an index that is lost with its message, and one in two of all others, delay and lose nothing', async () => {
    const wire = await aWireTo(cluster.nodes[1]!.url);
    const edge = await aProcess(wire.url);
    await isLive(edge);
    const reader = await listening(edge, 'inbox:lossy');
    let coin = 0;
    wire.loses = () => (coin += 1) % 2 === 0;

    const names = Array.from({ length: 30 }, (_, index) => String(index));
    for (const name of names) {
      await say('inbox:lossy', name);
      await until(() => reader.names.includes(name), Boolean);
    }

    await hears(reader, ...names);
    expect(wire.lost).toBeGreaterThan(15);
  });

  test('that hear no more than indexes without events find all of them in the journal', async () => {
    const wire = await aWireTo(cluster.nodes[2]!.url);
    const edge = await aProcess(wire.url);
    await isLive(edge);
    wire.loses = (subject) => !subject.endsWith('.index');
    const reader = await listening(edge, 'inbox:mute');

    for (const name of ['1', '2', '3']) await say('inbox:mute', name);

    await hears(reader, '1', '2', '3');
  });

  test('and processes on Postgres take over each other’s cursors without a gap and without a repeat', async () => {
    const edges = [await aProcess(cluster.url), await aProcess(null), await aProcess(cluster.url)];
    await Promise.all([isLive(edges[0]!), isLive(edges[2]!)]);
    const key = 'inbox:roaming';
    const total = 120;
    // Before anything is written, or the first of it would stand before the cursor.
    let after = (await listening(edges[1]!, key)).cursor;
    const writing = Promise.all(
      Array.from({ length: 6 }, async (_, writer) => {
        for (let index = 0; index < total / 6; index += 1) await say(key, `${writer}-${index}`);
      }),
    );

    const got: string[] = [];
    for (let visit = 0; got.length < total; visit += 1) {
      const reader = new Reader(key, after);
      const stream = await edges[visit % 3]!.open(reader.operation, reader);
      await until(() => reader.names.length >= 7 || got.length + reader.names.length >= total, Boolean);
      stream.close();
      got.push(...reader.names);
      after = reader.cursor;
    }
    await writing;

    expect([...got].sort()).toEqual(
      Array.from({ length: total }, (_, index) => `${index % 6}-${Math.floor(index / 6)}`).sort(),
    );
    for (let writer = 0; writer < 6; writer += 1) {
      const own = got.filter((name) => name.startsWith(`${writer}-`)).map((name) => Number(name.split('-')[1]));
      expect(own).toEqual(Array.from({ length: total / 6 }, (_, index) => index));
    }
  });

  test('know of a revocation that no subscriber watches', async () => {
    const revoked: string[] = [];
    const edge = await aProcess(cluster.url, (principal) => revoked.push(principal));
    await isLive(edge);

    await atomically(aScope(database), async (tx) =>
      recordFact(tx, { type: 'viewer.revoked', streams: ['viewer:key_1'], details: {} }),
    );

    await until(
      () => revoked,
      (principals) => principals.includes('key_1'),
    );
  });

  test('keep the promise that whoever catches up has everything that was committed', async () => {
    const edge = await aProcess(cluster.url);
    await isLive(edge);
    for (let index = 0; index < 20; index += 1) {
      await say('conversation:prompt', String(index));
      const reader = new Reader('conversation:prompt');
      // Begins behind what was committed before.
      const stream = await edge.open(reader.operation, reader);
      await until(() => reader.payloads.length, Boolean);
      expect(reader.names).toEqual([]);
      stream.close();
    }
  });

  test('H21: that NATS does not answer are on Postgres within a second, and come back', async () => {
    const wire = await aWireTo(cluster.nodes[0]!.url);
    const edge = await aProcess(wire.url);
    await isLive(edge);
    const reader = await listening(edge, 'conversation:cut');

    const cutAt = performance.now();
    wire.cut();
    await say('conversation:cut', 'while it is cut');
    await hears(reader, 'while it is cut');
    console.log(`cut off from NATS: the next event is there after ${Math.round(performance.now() - cutAt)} ms`);
    await until(
      () => edge.brokerState()!.isLive,
      (live) => !live,
    );
    wire.isCut = false;
    await isLive(edge);
    await say('conversation:cut', 'when it is back');

    await hears(reader, 'while it is cut', 'when it is back');
  });

  test('H19: one that takes nothing from NATS is dropped by it, misses nothing, and holds up nobody', async () => {
    const wire = await aWireTo(cluster.nodes[0]!.url);
    const other = await aProcess(cluster.nodes[1]!.url);
    await until(
      () => other.brokerState()!.isRelaying,
      (relaying) => relaying,
    );
    const slow = await aProcess(wire.url);
    await Promise.all([slow, other].map(isLive));
    const readers = [await listening(slow, 'inbox:slow'), await listening(other, 'inbox:slow')];
    const stranger = await connect({ servers: cluster.nodes[0]!.url.slice('nats://'.length) });
    closing.push(() => stranger.close());

    wire.stall();
    // More than sockets hold, so that the server has to give up on it.
    for (let count = 0; count < 40; count += 1)
      stranger.publish(subjectsOf(installation.epoch).index, 'x'.repeat(500_000));
    await stranger.flush();
    for (const name of ['1', '2', '3']) await say('inbox:slow', name);
    const saidAt = performance.now();

    const heardMs = await Promise.all(
      readers.map((reader) => hears(reader, '1', '2', '3').then(() => Math.round(performance.now() - saidAt))),
    );
    // From then on /readyz and punos_nats_live say so.
    await until(
      () => countOf(slow, 'fallback'),
      (count) => count > 0,
    );
    const toldMs = Math.round(performance.now() - saidAt);
    await until(
      () => countOf(slow, 'disconnect'),
      (count) => count > 0,
    );
    await isLive(slow);
    expect(countOf(other, 'disconnect')).toBe(0);
    console.log(
      `H19: a process takes nothing from NATS: it has 3 events ${heardMs[0]} ms after their commit (the one beside it ${heardMs[1]} ms), tells of it after ${toldMs} ms, is back on NATS after ${Math.round(performance.now() - saidAt)} ms; ${countOf(other, 'disconnect')} others dropped`,
    );
  });

  test('H17: on the minority side of a partition are on Postgres, and come back when it heals', async () => {
    const split = await startNatsCluster(2, { routesByWire: true });
    closing.push(() => split.stop());
    const [here, there] = [await aProcess(split.nodes[0]!.url), await aProcess(split.nodes[1]!.url)];
    await Promise.all([here, there].map(isLive));
    const far = here.brokerState()!.isRelaying ? there : here;
    const reader = await listening(far, 'inbox:far');

    split.partition(true);
    const splitAt = performance.now();
    await say('inbox:far', 'in the partition');
    await hears(reader, 'in the partition');
    console.log(`partition: the next event is there after ${Math.round(performance.now() - splitAt)} ms`);
    await until(
      () => far.brokerState()!.isLive,
      (live) => !live,
    );
    split.partition(false);
    await isLive(far);
    await say('inbox:far', 'healed');

    await hears(reader, 'in the partition', 'healed');
  });

  test('whose user may not listen to a subject say so, and read the journal', async () => {
    const strict = await startNatsCluster(1, {
      settings: `authorization { users: [
        { user: whole, password: secret, permissions: { publish: "punos.>", subscribe: ["punos.>", "_INBOX.>"] } }
        { user: half, password: secret, permissions: { publish: "punos.>", subscribe: "punos.*.*.index" } } ] }`,
    });
    closing.push(() => strict.stop());
    const as = (user: string) => strict.nodes[0]!.url.replace('//', `//${user}:secret@`);
    const [whole, half] = [await aProcess(as('whole')), await aProcess(as('half'))];
    await Promise.all([whole, half].map(isLive));
    const readers = [await listening(whole, 'inbox:strict'), await listening(half, 'inbox:strict')];

    for (const name of ['1', '2', '3']) await say('inbox:strict', name);

    for (const reader of readers) await hears(reader, '1', '2', '3');
    expect([countOf(whole, 'permission'), countOf(half, 'permission')]).toEqual([0, 2]);
    const stranger = await aProcess(as('nobody'));
    const reader = await listening(stranger, 'inbox:stranger');
    await say('inbox:stranger', '1');
    await hears(reader, '1');
    expect(stranger.brokerState()!.isLive).toBe(false);
  });

  test('that watch more than 10,000 keys take all events on one subject, each once', async () => {
    const edge = await aProcess(cluster.url);
    await isLive(edge);
    const heard: string[] = [];
    const keys = Array.from({ length: 10_001 }, (_, index) => `conversation:many-${index}`);
    edge.watch(keys, () => heard.push('one'));
    await until(
      () => edge.brokerState()!.subjects,
      (subjects) => subjects === 1,
    );
    const holes = countOf(edge, 'hole');

    for (const index of [3, 10_000, 77]) await say(keys[index]!, 'one of many');
    await until(
      () => heard.length,
      (count) => count >= 3,
    );

    expect(heard).toHaveLength(3);
    expect(countOf(edge, 'hole')).toBe(holes);
  });

  test('pay no attention to messages that are none of theirs, however well they are made', async () => {
    const edge = await aProcess(cluster.url);
    await isLive(edge);
    const reader = await listening(edge, 'inbox:noise');
    const subjects = subjectsOf(installation.epoch);
    const stranger = await connect({ servers: cluster.nodes[0]!.url.slice('nats://'.length) });
    closing.push(() => stranger.close());
    const forged = { before: '1:1:', after: '9000000000:9000000000:', entries: [] };
    const { close } = sealOf(installation);
    const signedNoise = ['', 'null', '7', '{', '[{}]', '[null]', '{"before":"1:1:","after":7}'].map(close);
    const noise = [...signedNoise, '', 'x', JSON.stringify(forged), 'x'.repeat(22) + JSON.stringify(forged)];

    for (const text of noise)
      for (const subject of [subjects.index, subjects.event('inbox:noise')]) stranger.publish(subject, text);
    await stranger.flush();
    await say('inbox:noise', 'a signal');

    await hears(reader, 'a signal');
    await until(
      () => countOf(edge, 'malformed'),
      (count) => count >= noise.length,
    );
    expect(edge.brokerState()!.isLive).toBe(true);
  });

  test.skipIf(spawnSync('openssl', ['version']).status !== 0)(
    'log in with a token, and over TLS with an authority of one’s own',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'punos-nats-tls-'));
      closing.push(() => rm(directory, { recursive: true }));
      const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
      const asked = [
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      ];
      const made = spawnSync('openssl', ['req', ...asked, '-keyout', key, '-out', cert]);
      expect(made.status, String(made.stderr)).toBe(0);
      const guarded = await startNatsCluster(1, {
        settings: `authorization { token: "s3cret" }, tls { cert_file: "${cert}", key_file: "${key}" }`,
      });
      closing.push(() => guarded.stop());
      const url = guarded.nodes[0]!.url.replace('nats://', 'tls://s3cret@');

      const [trusting, doubting] = [await aProcess(url, undefined, cert), await aProcess(url)];

      await isLive(trusting);
      expect(doubting.brokerState()).toMatchObject({ isLive: false, subjects: 0 });
    },
  );

  test('that never find a NATS server work as without', async () => {
    const edge = await aProcess('nats://127.0.0.1:9');
    const reader = await listening(edge, 'conversation:alone');

    await say('conversation:alone', '1');

    await hears(reader, '1');
    expect(edge.brokerState()).toMatchObject({ isLive: false, isRelaying: false });
  });
});
