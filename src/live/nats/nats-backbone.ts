import type { NatsConnection } from '@nats-io/transport-node';

import { openLease } from '../../database/lease.ts';
import type { Database } from '../../database/open-database.ts';
import type { Installation } from '../../services/events/installation.ts';
import type { JournalEvent } from '../../services/events/read-events.ts';
import { covers, sees } from '../../services/events/snapshot.ts';
import type { Backbone, BackboneOptions, LiveBatch, StartBackbone } from '../backbone.ts';
import { openJournalReader } from '../journal-reader.ts';
import { onJournalGrowth } from '../tailer.ts';
import { listenTo, openNatsLink, type NatsSettings } from './link.ts';
import { decodeEvents, decodeIndex, hashOf, OF_VIEWERS, subjectsOf, type Index } from './messages.ts';
import { openRelay } from './relay.ts';
import { sealOf } from './seal.ts';
import { WatchedSubjects } from './watched-subjects.ts';

/** No relay was heard for this long: events come from Postgres, as if there were no NATS. */
const SILENCE_MS = 900;
/** It was heard without such a silence for this long: Postgres is left alone again. */
const TRUST_MS = 1_000;
const LOOK_AROUND_MS = 100;
/** How often a process on NATS looks into the journal all the same. */
const SWEEP_MS = 1_000;
/** An event that the sweep finds this long after its commit should have come before. */
const LATE_MS = 500;
/** Batches and events that may wait for what is missing before them; past it the journal is read instead. */
const MOST_WAITING = 1_000;
const MOST_ARRIVED = 20_000;
const RETRY_MS = 200;

export interface NatsBackboneOptions extends NatsSettings {
  readonly installation: Installation;
  /** For the relay's lease, which needs a connection of its own. */
  readonly databaseUrl: string;
}

/**
 * Events over core NATS. One process of all, the relay, reads the journal and publishes it; the others are brought what they watch.
 * NATS may lose, repeat, delay and reorder whatever it likes:
 *
 * The index of every batch comes to every process. It lists each event of the batch with the hashes of its keys, and the snapshots
 * before and after. A process whose place covers `before` and which holds each event that it watches passes the batch on, and `after`
 * is its place: a snapshot like the tailer's, so that cursors and checkpoints mean the same in every process. Does the place not cover
 * `before`, or is an event not there, then there is a hole, and the journal is read from the own place on, as the tailer does it. Does
 * the place cover `after`, it is a repeat. A key that is watched from this turn on is complete from this turn on: the next index
 * tells, whether the subscription has arrived everywhere or not.
 *
 * The relay tells its place five times a second, each time after a look at the journal, so a lost last message is noticed with the next one.
 * A process that hears no relay for 0.9 s reads the journal by itself until it hears one again; both at once do no harm. And each
 * second it looks into the journal anyhow: one look from its place on, which costs the same however much is watched, and finds what
 * no index told of.
 */
export function natsBackbone(nats: NatsBackboneOptions): StartBackbone {
  return (database, options) => startNatsBackbone(database, options, nats);
}

async function startNatsBackbone(
  database: Database,
  options: BackboneOptions,
  nats: NatsBackboneOptions,
): Promise<Backbone> {
  const { log } = options;
  const subjects = subjectsOf(nats.installation.epoch);
  const seal = sealOf(nats.installation);
  const counts: Record<string, number> = {};
  const count = (what: string) => void (counts[what] = (counts[what] ?? 0) + 1);

  const watchedHashes = new Map<number, number>();
  const arrived = new Map<number, JournalEvent>();
  const waiting: Index[] = [];
  let refill: Promise<void> | null = null;
  let closed = false;
  let heardAt = performance.now();
  let heardSince: number | null = null;
  let isLive = false;

  const reader = openJournalReader(database, { from: options.from, onBatch: passOn, log });
  const watched = new WatchedSubjects(subjects, takeEvents);
  const link = openNatsLink(nats, { log, onOpen: listen, onTrouble: count });
  const lease = openLease(nats.databaseUrl, 'relay', () => link.connection !== null);
  const relay = openRelay({ database, lease, link, subjects, seal, log, count, from: () => reader.place });
  const keys = { watched: watch, unwatched: unwatch };
  watch(OF_VIEWERS);

  const stopWaking = await onJournalGrowth(database, () => {
    relay.look();
    if (!isLive) reader.look();
  });
  const around = setInterval(lookAround, LOOK_AROUND_MS);
  const sweep = setInterval(() => isLive && reader.look(), SWEEP_MS);

  function watch(key: string): void {
    const hash = hashOf(key);
    watchedHashes.set(hash, (watchedHashes.get(hash) ?? 0) + 1);
    watched.want(key);
  }

  function unwatch(key: string): void {
    const hash = hashOf(key);
    const left = (watchedHashes.get(hash) ?? 0) - 1;
    if (left > 0) watchedHashes.set(hash, left);
    else watchedHashes.delete(hash);
    watched.drop(key);
  }

  function listen(connection: NatsConnection): void {
    listenTo(connection, subjects.index, takeIndex);
    watched.moveTo(connection);
  }

  function takeEvents(payload: string): void {
    const events = decodeEvents(seal.open(payload));
    if (!events) return count('malformed');
    for (const event of events) if (!sees(reader.place, event.xid)) arrived.set(event.position, event);
    if (arrived.size > MOST_ARRIVED) arrived.clear();
  }

  function takeIndex(payload: string): void {
    const index = decodeIndex(seal.open(payload));
    if (!index) return count('malformed');
    heardAt = performance.now();
    heardSince ??= heardAt;
    waiting.push(index);
    if (waiting.length > MOST_WAITING) waiting.splice(0, waiting.length - 1);
    goOn();
  }

  function goOn(): void {
    while (!closed && !refill && waiting[0]) {
      const batch = batchOf(waiting[0]);
      const outcome = batch ? reader.take(batch) : 'hole';
      if (outcome === 'hole') return fill();
      if (outcome === 'repeat' && waiting[0].before !== waiting[0].after) count('repeat');
      waiting.shift();
    }
  }

  /** Null: an event that is watched here did not come. */
  function batchOf({ before, after, entries }: Index): LiveBatch | null {
    if (covers(reader.place, after)) return { before, after, events: [] };
    if (!entries) return null;
    const events: JournalEvent[] = [];
    const others = new Set<number>();
    for (const { position, xid, hashes } of entries) {
      if (sees(reader.place, xid)) continue;
      const event = arrived.get(position);
      if (event) events.push(event);
      else if (hashes.some((hash) => watchedHashes.has(hash))) return null;
      else for (const hash of hashes) others.add(hash);
    }
    return { before, after, events, leftOut: { size: others.size, mayHave: (key) => others.has(hashOf(key)) } };
  }

  /** Reads what is missing. The journal is asked after the index came, so it holds all that the index tells of. */
  function fill(): void {
    const last = waiting.at(-1)!;
    count('hole');
    refill = reader
      .catchUp()
      .then(
        () => void waiting.splice(0, waiting.indexOf(last) + 1),
        () => new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS)),
      )
      .finally(() => {
        refill = null;
        goOn();
      });
  }

  function passOn(batch: LiveBatch): void {
    for (const { position } of batch.events) arrived.delete(position);
    if (isLive && !batch.leftOut && batch.events.some(isLate)) count('late');
    options.onBatch(batch);
  }

  const isLate = ({ recordedAtMs, streams, topics }: JournalEvent) =>
    database.now().getTime() - recordedAtMs > LATE_MS &&
    [...streams, ...topics].some((key) => watchedHashes.has(hashOf(key)));

  function lookAround(): void {
    const now = performance.now();
    if (now - heardAt > SILENCE_MS) heardSince = null;
    const shouldBe = heardSince !== null && now - heardSince > TRUST_MS && link.connection !== null;
    for (const [position, { xid }] of arrived) if (sees(reader.place, xid)) arrived.delete(position);
    if (shouldBe === isLive) return;
    isLive = shouldBe;
    count(isLive ? 'live' : 'fallback');
    if (isLive) return log.info('events come over NATS');
    log.warn('no relay is heard over NATS: events come from Postgres');
    reader.look();
  }

  return {
    get place() {
      return reader.place;
    },
    silentMs: () => reader.silentMs(),
    catchUp: () => reader.catchUp(),
    keys,
    broker: () => ({
      isLive,
      isRelaying: relay.isLeading,
      silentMs: performance.now() - heardAt,
      subjects: watched.size,
      counts: { ...counts },
    }),
    async close() {
      closed = true;
      clearInterval(around);
      clearInterval(sweep);
      await stopWaking();
      watched.close();
      await relay.close();
      await lease.close();
      await link.close();
      await reader.close();
    },
  };
}
