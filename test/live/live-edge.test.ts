import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import type { EventPayload, Subscriptions } from '../../src/live/subscriptions.ts';
import { encodeCursor, placeAt } from '../../src/services/events/cursor.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { readSnapshot } from '../../src/services/events/read-events.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { aScope } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const installation = await readInstallation(sql);
const hidden = new Set<string>();
const bugs = new Set<string>();

const subscriptions: Subscriptions = {
  conversationEvents: {
    kind: 'events',
    watch: (_, args) => {
      const key = String(args['key']);
      return Promise.resolve({
        streams: key.startsWith('conversation:') ? [key] : [],
        topics: key.startsWith('conversation:') ? [] : [key],
        select: (event) => {
          if (key === 'broken' && bugs.has(String(event.details['name']))) throw new Error('a bug of the test');
          return { left: false };
        },
        isVisible: (__, event) => Promise.resolve(!hidden.has(String(event.details['name']))),
      });
    },
  },
};

const edges: Awaited<ReturnType<typeof openLiveEdge>>[] = [];
async function anEdge(
  own: { database?: typeof database; checkpointIntervalMs?: number; stalledReaderMs?: number } = {},
) {
  const edge = await openLiveEdge({
    database: own.database ?? database,
    installation,
    subscriptions,
    log: pino({ level: 'silent' }),
    checkpointIntervalMs: own.checkpointIntervalMs ?? 60_000,
    stalledReaderMs: own.stalledReaderMs ?? 10_000,
    onViewerEvent: () => undefined,
  });
  edges.push(edge);
  return edge;
}
afterAll(() => Promise.all(edges.map((edge) => edge.close())));

class Reader extends SinkReader<EventPayload> {
  constructor(key: string, after?: string) {
    super({ field: 'conversationEvents', args: { key, after }, shareKey: key });
  }
  get names() {
    return this.payloads.flatMap(({ event }) => (event ? [String(event.details['name'])] : []));
  }
}

const say = (key: string, name: string, db = database) =>
  atomically(aScope(db), async (tx) =>
    recordFact(tx, {
      type: 'message.received',
      streams: key.startsWith('conversation:') ? [key] : [`conversation:of-${key}`],
      topics: key.startsWith('conversation:') ? [] : [key],
      details: { name },
    }),
  );

describe('a subscription', () => {
  test('begins with a checkpoint and goes on with each event once, in order', async () => {
    const edge = await anEdge();
    const reader = new Reader('conversation:a');
    await edge.open(reader.operation, reader);

    for (const name of ['1', '2', '3']) await say('conversation:a', name);
    await say('conversation:b', 'of another conversation');

    await until(
      () => reader.names,
      (names) => names.length >= 3,
    );
    expect(reader.payloads[0]!.event).toBeNull();
    expect(reader.names).toEqual(['1', '2', '3']);
  });

  test('executes once for all who share its payloads', async () => {
    const edge = await anEdge();
    const readers = Array.from({ length: 20 }, () => new Reader('conversation:shared'));
    for (const reader of readers) await edge.open(reader.operation, reader);
    await until(() => readers.every(({ payloads }) => payloads.length === 1), Boolean);

    await say('conversation:shared', 'to all');

    await until(() => readers.every(({ names }) => names.length === 1), Boolean);
    expect(readers.reduce((sum, { executions }) => sum + executions, 0)).toBe(20 + 1);
  });

  test('goes on behind any cursor without a gap and without a repeat', async () => {
    const edge = await anEdge();
    const first = new Reader('inbox:resume');
    const stream = await edge.open(first.operation, first);
    for (let i = 0; i < 40; i += 1) await say('inbox:resume', `n${i}`);
    await until(
      () => first.names,
      (names) => names.length === 40,
    );
    stream.close();
    for (let i = 40; i < 50; i += 1) await say('inbox:resume', `n${i}`);

    for (const { cursor, event } of first.payloads) {
      const again = new Reader('inbox:resume', cursor);
      const resumed = await edge.open(again.operation, again);
      const from = event ? Number(String(event.details['name']).slice(1)) + 1 : 0;
      await until(
        () => again.names,
        (names) => names.length >= 50 - from,
      );
      expect(again.names).toEqual(Array.from({ length: 50 - from }, (_, i) => `n${i + from}`));
      resumed.close();
    }
  });

  test('loses nothing over reconnects in mid-stream, to either of two processes, while 8 writers write', async () => {
    const other = openDatabase(applicationUrl, { poolSize: 6, statementTimeoutMs: 20_000 });
    const both = [await anEdge(), await anEdge({ database: other })];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ edge: fc.nat(1), events: fc.integer({ min: 0, max: 12 }) }), {
          minLength: 3,
          maxLength: 8,
        }),
        fc.uuid(),
        async (visits, run) => {
          const key = `inbox:${run}`;
          const total = 64;
          let after: string | undefined = encodeCursor(installation, placeAt(await readSnapshot(sql)));
          const writing = Promise.all(
            Array.from({ length: 8 }, async (_, writer) => {
              for (let i = 0; i < total / 8; i += 1) await say(key, `${writer}-${i}`, writer % 2 ? database : other);
            }),
          );
          const got: string[] = [];
          for (const { edge, events } of visits) {
            const reader: Reader = new Reader(key, after);
            const stream = await both[edge]!.open(reader.operation, reader);
            await until(
              () =>
                reader.payloads.length > 0 &&
                (reader.names.length >= events || got.length + reader.names.length >= total),
              Boolean,
            );
            stream.close();
            got.push(...reader.names);
            after = reader.cursor;
          }
          await writing;
          const last = new Reader(key, after);
          const stream = await both[0]!.open(last.operation, last);
          await until(() => got.length + last.names.length >= total && last.payloads.length > 0, Boolean);
          stream.close();
          got.push(...last.names);

          const expected = Array.from({ length: total }, (_, i) => `${i % 8}-${Math.floor(i / 8)}`);
          expect([...got].sort()).toEqual(expected.sort());
          for (let writer = 0; writer < 8; writer += 1) {
            const own = got.filter((name) => name.startsWith(`${writer}-`)).map((name) => Number(name.split('-')[1]));
            expect(own).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
          }
        },
      ),
      { numRuns: 12 },
    );
    await both[1]!.close();
    await other.close();
  });

  test('H25: that throws for a bug ends alone, with an error; those beside it go on', async () => {
    const edge = await anEdge();
    const broken = new Reader('broken');
    const well = new Reader('well');
    const failures: unknown[] = [];
    broken.fail = (error: unknown) => void failures.push(error);
    await edge.open(broken.operation, broken);
    await edge.open(well.operation, well);
    await until(
      () => [broken.payloads.length, well.payloads.length],
      (counts) => counts.every((count) => count > 0),
    );
    bugs.add('poison');
    await atomically(aScope(database), (tx) => {
      const details = { name: 'poison' };
      recordFact(tx, { type: 'message.received', streams: ['conversation:h25'], topics: ['broken', 'well'], details });
      return Promise.resolve();
    });
    await say('well', 'after');
    await until(
      () => [failures.length, well.names.at(-1)],
      ([count, last]) => count === 1 && last === 'after',
    );
    expect(String(failures[0])).toContain('a bug of the test');
    expect(broken.names).toEqual([]);
    expect(edge.subscriptionCount()).toBe(1);
    bugs.clear();
  });

  test('does not deliver what its viewer may not see any more', async () => {
    const edge = await anEdge();
    const reader = new Reader('conversation:rights');
    await edge.open(reader.operation, reader);
    hidden.add('secret');

    for (const name of ['before', 'secret', 'after']) await say('conversation:rights', name);

    await until(
      () => reader.names,
      (names) => names.includes('after'),
    );
    expect(reader.names).toEqual(['before', 'after']);
  });

  test('of a reader who takes nothing waits in the journal and not in memory, and goes on where it stood', async () => {
    const edge = await anEdge();
    const slow = new Reader('conversation:slow');
    const quick = new Reader('conversation:slow');
    await edge.open(slow.operation, slow);
    await edge.open(quick.operation, quick);
    await until(() => [slow, quick].every(({ payloads }) => payloads.length === 1), Boolean);
    slow.paused = true;

    for (let i = 0; i < 30; i += 1) await say('conversation:slow', `n${i}`);
    await until(
      () => quick.names.length,
      (count) => count === 30,
    );
    const heldAtMost = slow.names.length;
    slow.resume();

    await until(
      () => slow.names.length,
      (count) => count >= 30,
    );
    expect(heldAtMost).toBeLessThan(10);
    expect(slow.names).toEqual(quick.names);
  });

  test('of a reader who takes no byte at all is closed so that it can resume', async () => {
    const edge = await anEdge({ stalledReaderMs: 300 });
    const dead = new Reader('conversation:dead');
    await edge.open(dead.operation, dead);
    await until(
      () => dead.payloads.length,
      (count) => count === 1,
    );
    dead.paused = true;

    for (let i = 0; i < 5; i += 1) await say('conversation:dead', `n${i}`);

    await until(
      () => dead.stalledCloses,
      (count) => count === 1,
    );
    expect(edge.subscriptionCount()).toBe(0);
  });

  test('moves a quiet reader’s cursor forward by checkpoints', async () => {
    const edge = await anEdge({ checkpointIntervalMs: 100 });
    const reader = new Reader('conversation:quiet');
    await edge.open(reader.operation, reader);
    await say('conversation:loud', 'elsewhere');

    await until(
      () => reader.payloads.length,
      (count) => count >= 3,
    );

    expect(reader.names).toEqual([]);
    expect(reader.payloads[2]!.cursor).not.toBe(reader.payloads[0]!.cursor);
  });

  test('with an edited cursor is refused, with one from another life of the database or before retention it is expired', async () => {
    const edge = await anEdge();
    const cursor = encodeCursor(installation, placeAt(await readSnapshot(sql)));
    const edited = cursor.slice(0, 10) + (cursor[10] === 'A' ? 'B' : 'A') + cursor.slice(11);
    const foreign = encodeCursor({ ...installation, epoch: 'another' }, placeAt(await readSnapshot(sql)));
    const open = (after: string) => {
      const reader = new Reader('conversation:a', after);
      return edge.open(reader.operation, reader);
    };

    await expect(open(edited)).rejects.toMatchObject({ name: 'InvalidRequest', argument: 'after' });
    await expect(open('x'.repeat(20_000))).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(open(foreign)).rejects.toMatchObject({ name: 'CursorExpired' });
    await sql`update installation set pruned_xid = pg_current_xact_id()`;
    await expect(open(cursor)).rejects.toMatchObject({ name: 'CursorExpired' });
    await sql`update installation set pruned_xid = '0'`;
    expect(edge.subscriptionCount()).toBe(0);
  });
});
