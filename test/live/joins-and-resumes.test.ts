import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge, type LiveEdge } from '../../src/live/live-edge.ts';
import type { LiveOperation, LiveStream } from '../../src/live/live-operation.ts';
import type { EventSubscription } from '../../src/live/subscriptions.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aScope } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const inbox = await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat', market: 'FI' });

/** Everything that happens to one person, one by one. */
const personEvents: EventSubscription = {
  kind: 'events',
  watch: (_scope, { customerId }) =>
    Promise.resolve({
      ...{ streams: [stream.customer(String(customerId))], topics: [] },
      ...{ select: () => ({ left: false }), isVisible: () => Promise.resolve(true) },
    }),
};

/** Two processes. */
const edges: LiveEdge[] = [];
for (let i = 0; i < 2; i += 1)
  edges.push(
    await openLiveEdge({
      ...{ database, installation: await readInstallation(sql), subscriptions: { ...SUBSCRIPTIONS, personEvents } },
      ...{ log: pino({ level: 'silent' }), checkpointIntervalMs: 60_000, stalledReaderMs: 600_000 },
      onViewerEvent: () => undefined,
    }),
  );
afterAll(() => Promise.all(edges.map((edge) => edge.close())));

interface Payload {
  cursor: string;
  event?: { occurredAt: string } | null;
  packet?: { version: number; causes: { occurredAt: string }[] } | null;
}

const SLOW = 2 ** 20;

/** One who comes, goes and comes back with the last cursor, and takes bytes or not. */
class Reader {
  /** When what it was told of happened, over all its connections. */
  readonly told: number[] = [];
  /** Version of the first packet; null: none came yet. */
  startedAt: number | null = null;
  readonly #field: string;
  readonly #customerId: string;
  #sink: SinkReader<Payload> | null = null;
  #stream: Promise<LiveStream> | null = null;
  #cursor: string | null = null;

  constructor(field: string, customerId: string) {
    this.#field = field;
    this.#customerId = customerId;
  }

  get hasHeard(): boolean {
    return this.#cursor !== null;
  }

  come(edge: LiveEdge): void {
    if (this.#sink) return;
    const args = { customerId: this.#customerId, ...(this.#cursor ? { after: this.#cursor } : {}) };
    const sink = new SinkReader<Payload>({ field: this.#field, args, shareKey: `${this.#field} ${this.#customerId}` });
    sink.send = (text) => this.#hear(JSON.parse(text) as Payload, sink);
    this.#sink = sink;
    this.#stream = edge.open(sink.operation as LiveOperation, sink);
  }

  /** Nothing that is sent from here on arrives. */
  async go(): Promise<void> {
    const opened = this.#stream;
    [this.#sink, this.#stream] = [null, null];
    (await opened)?.close();
  }

  stopTaking(): void {
    if (!this.#sink) return;
    this.#sink.paused = true;
    this.#sink.pendingBytes = SLOW;
  }

  takeAll(): void {
    this.#sink?.resume();
  }

  #hear({ cursor, event, packet }: Payload, sink: SinkReader<Payload>): void {
    if (this.#sink !== sink) return;
    this.#cursor = cursor;
    const moments = event ? [event] : (packet?.causes ?? []);
    this.told.push(...moments.map(({ occurredAt }) => Date.parse(occurredAt)));
    if (packet) this.startedAt ??= packet.version;
  }
}

let people = 0;
let moments = Date.parse('2026-01-01T00:00:00.000Z');

async function aPerson(): Promise<string> {
  people += 1;
  const { customerId } = await receiveMessage(scope, {
    ...{ inbox: inbox.id, sender: { kind: 'email', value: `d18-${people}@example.com` }, externalId: `d18-${people}` },
    ...{ text: 'hello', occurredAt: scope.now },
  });
  return customerId;
}

/** Each act happens at a moment of its own: that is its name. */
const act = (customerId: string) =>
  atomically(scope, (tx) => {
    recordFact(tx, {
      type: 'customer.updated',
      streams: [stream.customer(customerId)],
      occurredAt: new Date((moments += 1)),
    });
    return Promise.resolve();
  });

const READERS = 4;
const reader = fc.nat({ max: READERS - 1 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('act' as const), of: reader }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('come' as const), of: reader }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('go' as const), of: reader }) },
  fc.record({ does: fc.constantFrom('stopTaking' as const, 'takeAll' as const), of: reader }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), of: fc.nat({ max: 8 }) }) },
);

test('D18: whenever readers join, drop and resume, what happens is told to each once, in order, and nothing is left out', async () => {
  let [told, runs] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const customerId = await aPerson();
      const readers = Array.from(
        { length: READERS },
        (_, i) => new Reader(i % 2 === 0 ? 'contextPackets' : 'personEvents', customerId),
      );
      const under: Promise<unknown>[] = [];
      for (const [index, { does, of }] of steps.entries()) {
        if (does === 'act') under.push(act(customerId));
        else if (does === 'wait') for (let i = 0; i < of; i += 1) await new Promise(setImmediate);
        else if (does === 'come') readers[of]!.come(edges[index % 2]!);
        else if (does === 'go') under.push(readers[of]!.go());
        else readers[of]![does]();
      }
      await Promise.all(under);
      for (const one of readers) {
        one.come(edges[0]!);
        one.takeAll();
      }
      await until(
        () => readers.map(({ hasHeard }) => hasHeard),
        (have) => have.every(Boolean),
      );
      // One act more, which all are to be told of: then everything before it was told as well.
      await act(customerId);
      await until(
        () => readers.map((one) => one.told.includes(moments)),
        (have) => have.every(Boolean),
      );
      const acts = await sql<{ occurredAt: Date; version: number }[]>`
        select occurred_at, versions[array_position(streams, ${stream.customer(customerId)})] as version
        from events where type = 'customer.updated' and streams @> array[${stream.customer(customerId)}] order by position`;
      const all = acts.map(({ occurredAt }) => occurredAt.getTime());
      for (const one of readers) {
        const first = all.indexOf(one.told[0]!);
        expect(one.told).toEqual(all.slice(first));
        // What its first packet showed may be told again; what it did not show must be told.
        if (one.startedAt !== null) expect(acts[first]!.version).toBeLessThanOrEqual(one.startedAt + 1);
        told += one.told.length;
        await one.go();
      }
      runs += 1;
    }),
    { numRuns: Number(process.env['D18_RUNS'] ?? 15) },
  );
  console.log(`${runs} runs, ${told} tellings`);
});
