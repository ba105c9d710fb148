import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';

import type { Database } from '../../database/open-database.ts';
import type { Lease } from '../../database/lease.ts';
import type { JournalEvent } from '../../services/events/read-events.ts';
import type { Snapshot } from '../../services/events/snapshot.ts';
import type { LiveBatch } from '../backbone.ts';
import { openJournalReader, type JournalReader } from '../journal-reader.ts';
import { encodeEvents, encodeIndex, hashOf, routesOf, type Subjects } from './messages.ts';
import type { NatsLink } from './link.ts';
import type { Seal } from './seal.ts';

/** A look at the journal that found nothing is told too, unless something was told this short ago, in milliseconds. */
const BEAT_MS = 150;
/** Bytes that NATS has not confirmed to have taken; past it nothing is published until it has. */
const MOST_UNCONFIRMED = 8 * 1024 * 1024;

export interface RelayOptions {
  readonly database: Database;
  readonly lease: Lease;
  readonly link: NatsLink;
  readonly subjects: Subjects;
  readonly seal: Seal;
  readonly log: Logger;
  /** Where a relay begins that has just got the lease: what its process already knows. */
  readonly from: () => Snapshot;
  readonly count: (what: string) => void;
}

/** Publishes the journal for all processes while this one holds the lease. Two at once do no harm: what comes twice is dropped. */
export interface Relay {
  readonly isLeading: boolean;
  /** The journal may have grown. */
  look(): void;
  close(): Promise<void>;
}

export function openRelay({ database, lease, link, subjects, seal, log, from, count }: RelayOptions): Relay {
  let reader: JournalReader | null = null;
  let publishedAt = 0;
  let unconfirmed = 0;
  let isConfirming = false;

  const publish = (batch: LiveBatch) => {
    const { connection } = link;
    if (!connection) return;
    if (unconfirmed > MOST_UNCONFIRMED) return count('withheld');
    try {
      for (const [subject, bytes] of messagesOf(batch)) unconfirmed += send(connection, subject, bytes);
      publishedAt = performance.now();
      confirm(connection);
    } catch (error) {
      // Whoever misses it reads the journal.
      log.warn({ err: error }, 'a batch could not be published');
    }
  };

  function* messagesOf({ before, after, events }: LiveBatch): Iterable<[string, Buffer]> {
    const sealed = new Map<string, Buffer>();
    for (const [key, own] of byRoute(events)) {
      // As a rule an event is alone in its batch, and all its keys carry the same bytes.
      const which = own.map(({ position }) => position).join();
      const bytes = sealed.get(which) ?? toBytes(encodeEvents(own));
      sealed.set(which, bytes);
      yield [subjects.event(key), bytes];
    }
    if (events.length > 0) yield [subjects.all, toBytes(encodeEvents(events))];
    yield [subjects.index, indexOf({ before, after, events })];
  }

  /** Lists the events, unless they are more than NATS carries in one message. */
  function indexOf({ before, after, events }: LiveBatch): Buffer {
    const entries = events.map((event) => ({ ...event, hashes: routesOf(event).map(hashOf) }));
    const bytes = toBytes(encodeIndex({ before, after, entries }));
    return bytes.length <= limitOf(link.connection) ? bytes : toBytes(encodeIndex({ before, after, entries: null }));
  }

  const toBytes = (text: string) => Buffer.from(seal.close(text));
  const limitOf = (connection: NatsConnection | null) => connection?.info?.max_payload ?? 0;

  /** Bytes sent. Events that are too much for one message are left out: the index tells of them. */
  function send(connection: NatsConnection, subject: string, bytes: Buffer): number {
    if (bytes.length > limitOf(connection)) return 0;
    connection.publish(subject, bytes);
    return bytes.length;
  }

  /** One question at a time whether NATS has taken what was sent. */
  function confirm(connection: NatsConnection): void {
    if (isConfirming) return;
    isConfirming = true;
    const asked = unconfirmed;
    const answered = () => {
      isConfirming = false;
      unconfirmed -= asked;
    };
    // Broken off: what was on its way is gone, and nothing of it waits any more.
    connection.flush().then(answered, answered);
  }

  const beat = () => {
    if (reader && performance.now() - publishedAt >= BEAT_MS)
      publish({ before: reader.place, after: reader.place, events: [] });
  };

  return {
    get isLeading() {
      return reader !== null;
    },
    look() {
      if (lease.isHeld && link.connection) {
        if (!reader) log.info('this process publishes the journal to NATS');
        reader ??= openJournalReader(database, { from: from(), onBatch: publish, log });
        reader.catchUp().then(beat, () => undefined);
      } else if (reader) {
        log.info('this process publishes the journal no longer');
        void reader.close();
        reader = null;
      }
    },
    async close() {
      await reader?.close();
      reader = null;
    },
  };
}

function byRoute(events: readonly JournalEvent[]): Map<string, JournalEvent[]> {
  const routes = new Map<string, JournalEvent[]>();
  for (const event of events)
    for (const key of routesOf(event)) {
      const own = routes.get(key);
      if (own) own.push(event);
      else routes.set(key, [event]);
    }
  return routes;
}
