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
      for (const [subject, text] of messagesOf(batch)) unconfirmed += send(connection, subject, text);
      publishedAt = Date.now();
      confirm(connection);
    } catch (error) {
      // Whoever misses it reads the journal.
      log.warn({ err: error }, 'a batch could not be published');
    }
  };

  function* messagesOf({ before, after, events }: LiveBatch): Iterable<[string, string]> {
    for (const [key, own] of byRoute(events)) yield [subjects.event(key), encodeEvents(own)];
    if (events.length > 0) yield [subjects.all, encodeEvents(events)];
    const entries = events.map((event) => ({ ...event, hashes: routesOf(event).map(hashOf) }));
    yield [subjects.index, encodeIndex({ before, after, entries })];
  }

  /** Bytes sent. What NATS does not carry in one message is left out: the index tells, or says that it cannot. */
  function send(connection: NatsConnection, subject: string, text: string): number {
    const bytes = Buffer.from(seal.close(text));
    if (bytes.length <= (connection.info?.max_payload ?? 0)) connection.publish(subject, bytes);
    else if (subject === subjects.index) connection.publish(subject, seal.close(withoutEntries(text)));
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
    if (reader && Date.now() - publishedAt >= BEAT_MS)
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

function withoutEntries(index: string): string {
  return JSON.stringify({ ...(JSON.parse(index) as object), entries: null });
}
