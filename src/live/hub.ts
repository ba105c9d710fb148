import { isAhead, type Place } from '../services/events/cursor.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import { covers, sees, type Snapshot } from '../services/events/snapshot.ts';
import type { KeyListener, LiveBatch } from './backbone.ts';
import { SetsByKey } from './sets-by-key.ts';

/** One who watches streams and topics. Called in journal order, once per event, however many of its keys the event has. */
export interface Watcher {
  accept(event: JournalEvent, place: Place): void;
  /** Told of what its own `accept` threw. */
  failed?(error: unknown): void;
}

/** A moment in the hub's life: the journal's place with a number that grows by one with each batch. */
export interface HubPlace {
  readonly snapshot: Snapshot;
  readonly sequence: number;
}

/** Recent events kept in memory so that a reader who has caught up to a moment ago can join without another look. */
const RECENT_EVENTS = 4_096;

/**
 * Gives each event to those who watch one of its streams or topics. The work for an event is proportional to its watchers:
 * one look in a map per stream and topic.
 */
export class Hub {
  readonly #watchers = new SetsByKey<Watcher>();
  readonly #recent: { batch: LiveBatch; sequence: number }[] = [];
  /** The same events by their keys, oldest first: thousands of readers who come back at once each look for a few. */
  readonly #recentOf = new Map<string, JournalEvent[]>();
  #recentEvents = 0;
  /** Everything since this moment is in memory. */
  #remembered: Snapshot;
  /** Batches up to this number are no longer in memory. */
  #forgotten = 0;
  #place: HubPlace;
  #listener: KeyListener | null = null;

  constructor(snapshot: Snapshot) {
    this.#place = { snapshot, sequence: 0 };
    this.#remembered = snapshot;
  }

  get place(): HubPlace {
    return this.#place;
  }

  /** Tells from now on which keys get their first watcher and lose their last; those of now at once. */
  tellKeys(listener: KeyListener): void {
    this.#listener = listener;
    for (const key of this.#watchers.keys()) listener.watched(key);
  }

  /** Watches keys from now on. */
  watch(watcher: Watcher, keys: Iterable<string>): void {
    for (const key of keys) if (this.#watchers.add(key, watcher)) this.#listener?.watched(key);
  }

  unwatch(watcher: Watcher, keys: Iterable<string>): void {
    for (const key of keys) if (this.#watchers.delete(key, watcher)) this.#listener?.unwatched(key);
  }

  /**
   * The key as a string that others who watch it have already, or in one piece: a joined string keeps its parts, and with them more than it
   * shows. Who keeps keys for long keeps these: persons with the same articles in their baskets have most of them in common.
   */
  oneCopyOf(key: string): string {
    return this.#watchers.known(key) ?? Buffer.from(key).toString();
  }

  /**
   * Events on these keys since a place of this hub, in order; null when memory does not reach back that far, or lacks one that came
   * before its key was watched.
   * Together with `watch` in the same turn nothing is missed and nothing comes twice.
   */
  since(sequence: number, keys: ReadonlySet<string>): { event: JournalEvent; place: Place }[] | null {
    if (sequence < this.#forgotten) return null;
    const recent = this.#recent.filter((one) => one.sequence > sequence);
    if (recent.some(({ batch: { leftOut } }) => leftOut && [...keys].some((key) => leftOut.mayHave(key)))) return null;
    return recent.flatMap(({ batch }) =>
      batch.events
        .filter((event) => touches(event, keys))
        .map((event) => ({ event, place: { before: batch.before, after: batch.after, position: event.position } })),
    );
  }

  /**
   * Events on these keys that a reader at any place, of this process or another, has not had up to a place of this hub, with the place after
   * each; null when memory does not reach back that far. The same answer as the journal's: first the rest of the reader's own batch, then the others.
   */
  missed(
    place: Place,
    keys: ReadonlySet<string>,
    until = this.#place.snapshot,
  ): { event: JournalEvent; place: Place }[] | null {
    if (!covers(place.before, this.#remembered)) return null;
    if (this.#recent.some(({ batch: { leftOut } }) => leftOut && [...keys].some((key) => leftOut.mayHave(key))))
      return null;
    const found = new Set([...keys].flatMap((key) => this.#recentOf.get(key) ?? []));
    const ahead = [...found].filter((event) => isAhead(place, event)).sort((a, b) => a.position - b.position);
    const isOwn = ({ xid }: JournalEvent) => sees(place.after, xid);
    return [
      ...ahead.filter(isOwn).map((event) => ({ event, place: { ...place, position: event.position } })),
      ...ahead
        .filter((event) => !isOwn(event) && sees(until, event.xid))
        .map((event) => ({ event, place: { before: place.after, after: until, position: event.position } })),
    ];
  }

  /** Takes the next batch. */
  publish(batch: LiveBatch): void {
    const sequence = this.#place.sequence + 1;
    this.#place = { snapshot: batch.after, sequence };
    if (sizeOf(batch) === 0) return;
    this.#remember(batch, sequence);
    for (const event of batch.events) {
      const place = { before: batch.before, after: batch.after, position: event.position };
      for (const watcher of this.#watchersOf(event))
        try {
          watcher.accept(event, place);
        } catch (error) {
          // A bug in one: everybody else is told all the same.
          watcher.failed?.(error);
        }
    }
  }

  /** Number of watched keys, for metrics. */
  get watchedKeys(): number {
    return this.#watchers.size;
  }

  #watchersOf(event: JournalEvent): Iterable<Watcher> {
    // A copy: a watcher may change what it watches while it is being told.
    const found = new Set<Watcher>();
    for (const key of keysOf(event)) for (const watcher of this.#watchers.of(key)) found.add(watcher);
    return found;
  }

  #remember(batch: LiveBatch, sequence: number): void {
    this.#recent.push({ batch, sequence });
    this.#recentEvents += sizeOf(batch);
    for (const event of batch.events)
      for (const key of keysOf(event)) {
        const list = this.#recentOf.get(key);
        if (list) list.push(event);
        else this.#recentOf.set(key, [event]);
      }
    while (this.#recentEvents > RECENT_EVENTS && this.#recent.length > 1) {
      const oldest = this.#recent.shift()!;
      this.#recentEvents -= sizeOf(oldest.batch);
      this.#forgotten = oldest.sequence;
      this.#remembered = oldest.batch.after;
      for (const event of oldest.batch.events) this.#forget(event);
    }
  }

  /** The oldest of all is the oldest of each of its keys. */
  #forget(event: JournalEvent): void {
    for (const key of keysOf(event)) {
      const list = this.#recentOf.get(key);
      if (list?.[0] === event) list.shift();
      if (list?.length === 0) this.#recentOf.delete(key);
    }
  }
}

const sizeOf = ({ events, leftOut }: LiveBatch) => events.length + (leftOut?.size ?? 0);

const keysOf = (event: JournalEvent) => [...event.streams, ...event.topics];

const touches = (event: JournalEvent, keys: ReadonlySet<string>) =>
  event.streams.some((stream) => keys.has(stream)) || event.topics.some((topic) => keys.has(topic));
