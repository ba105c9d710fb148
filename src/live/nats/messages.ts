import type { JournalEvent } from '../../services/events/read-events.ts';
import { parseSnapshot, type Snapshot } from '../../services/events/snapshot.ts';

/**
 * What the relay publishes of each batch, in this order: its events on the subject of each of their streams and topics, all of them
 * on one subject more, and the index. Every process gets the index of every batch: which events it holds, each with the hashes of its
 * keys. So a process knows of every event whether it is one of its own, and nothing of the others but that.
 */
export interface Index {
  /** The batch: everything that was committed between two snapshots. */
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Null: too many to be listed; read the journal. */
  readonly entries: readonly IndexEntry[] | null;
}

export interface IndexEntry {
  readonly position: number;
  readonly xid: bigint;
  readonly hashes: readonly number[];
}

/** A key of every event about a viewer, whoever it is: all processes watch it. */
export const OF_VIEWERS = 'viewers';

/** What an event is routed by. */
export function routesOf({ streams, topics }: JournalEvent): string[] {
  const isOfViewers = streams.some((stream) => stream.startsWith('viewer:'));
  return [...streams, ...topics, ...(isOfViewers ? [OF_VIEWERS] : [])];
}

/** FNV-1a, 32 bits. Two keys with one hash cost a look at the journal now and then, and nothing else. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Subjects of one installation and one form of messages: another form has another number, and who does not hear anything reads the journal. */
export function subjectsOf(epoch: string) {
  const root = `punos.1.${epoch}`;
  return {
    index: `${root}.index`,
    all: `${root}.all`,
    /** Keys are words and random ids; should one hold more than that, its letters are spelt. */
    event: (key: string) =>
      `${root}.event.${/^[\w:@-]+$/.test(key) ? key : `=${Buffer.from(key).toString('base64url')}`}`,
  };
}

export type Subjects = ReturnType<typeof subjectsOf>;

export const encodeEvents = (events: readonly JournalEvent[]): string =>
  JSON.stringify(events.map((event) => ({ ...event, xid: String(event.xid) })));

export const encodeIndex = ({ before, after, entries }: Index): string =>
  JSON.stringify({
    before: before.text,
    after: after.text,
    entries: entries && entries.map(({ position, xid, hashes }) => [position, String(xid), hashes]),
  });

/** Null: this is no message of ours. */
export function decodeEvents(text: string | null): JournalEvent[] | null {
  if (text === null) return null;
  try {
    const rows = JSON.parse(text) as (Omit<JournalEvent, 'xid'> & { xid: string })[];
    return rows.map((row) => {
      if (!Number.isSafeInteger(row.position) || !isKeys(row.streams) || !isKeys(row.topics))
        throw new Error('no event');
      const [occurredAt, receivedAt] = [new Date(row.occurredAt), new Date(row.receivedAt)];
      return { ...row, xid: BigInt(row.xid), occurredAt, receivedAt };
    });
  } catch {
    return null;
  }
}

export function decodeIndex(text: string | null): Index | null {
  if (text === null) return null;
  try {
    const row = JSON.parse(text) as { before: string; after: string; entries: [number, string, number[]][] | null };
    const [before, after] = [parseSnapshot(row.before), parseSnapshot(row.after)];
    if (!before || !after) return null;
    const entries =
      row.entries &&
      row.entries.map(([position, xid, hashes]) => ({ position, xid: BigInt(xid), hashes: [...hashes] }));
    return { before, after, entries };
  } catch {
    return null;
  }
}

const isKeys = (value: unknown) => Array.isArray(value) && value.every((key) => typeof key === 'string');
