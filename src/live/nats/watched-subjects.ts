import type { NatsConnection, Subscription } from '@nats-io/transport-node';

import { listenTo } from './link.ts';
import type { Subjects } from './messages.ts';

/** Who watches more keys than this takes all events, on one subject. */
const MOST_SUBJECTS = 10_000;
/** Changes are collected for this long, and made so many at a time: a storm of subscribers is no storm at NATS. */
const COLLECT_MS = 10;
const CHANGES_AT_ONCE = 1_000;

/**
 * The subscriptions of this process, as its watched keys come and go. Nothing depends on their being right at any moment: the index
 * tells of an event that should have come and did not.
 */
export class WatchedSubjects {
  readonly #subjects: Subjects;
  readonly #onEvents: (payload: string) => void;
  readonly #wanted = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #subscribed = new Map<string, Subscription>();
  #all: Subscription | null = null;
  #connection: NatsConnection | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(subjects: Subjects, onEvents: (payload: string) => void) {
    this.#subjects = subjects;
    this.#onEvents = onEvents;
  }

  get size(): number {
    return this.#subscribed.size + (this.#all ? 1 : 0);
  }

  want(key: string): void {
    this.#wanted.add(key);
    this.#change(key);
  }

  drop(key: string): void {
    this.#wanted.delete(key);
    this.#change(key);
  }

  /** Begins anew on a fresh connection. */
  moveTo(connection: NatsConnection): void {
    this.#connection = connection;
    this.#subscribed.clear();
    this.#all = null;
    for (const key of this.#wanted) this.#change(key);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#connection = null;
  }

  #change(key: string): void {
    this.#changed.add(key);
    if (this.#connection) this.#timer ??= setTimeout(() => this.#apply(), COLLECT_MS);
  }

  #apply(): void {
    this.#timer = null;
    if (!this.#connection || this.#connection.isClosed()) return;
    this.#turn();
    let count = 0;
    for (const key of this.#changed) {
      if ((count += 1) > CHANGES_AT_ONCE) break;
      this.#changed.delete(key);
      if (this.#wanted.has(key) && !this.#all) this.#subscribe(key);
      else this.#unsubscribe(key);
    }
    if (this.#changed.size > 0) this.#timer = setTimeout(() => this.#apply(), COLLECT_MS);
  }

  /** From single subjects to all and back; there is room between the two, so that nobody turns to and fro. */
  #turn(): void {
    if (!this.#all && this.#wanted.size > MOST_SUBJECTS) {
      this.#all = this.#listen(this.#subjects.all);
      for (const key of this.#subscribed.keys()) this.#changed.add(key);
    } else if (this.#all && this.#wanted.size < MOST_SUBJECTS / 2) {
      this.#all.unsubscribe();
      this.#all = null;
      for (const key of this.#wanted) this.#changed.add(key);
    }
  }

  #subscribe(key: string): void {
    if (!this.#subscribed.has(key)) this.#subscribed.set(key, this.#listen(this.#subjects.event(key)));
  }

  #unsubscribe(key: string): void {
    this.#subscribed.get(key)?.unsubscribe();
    this.#subscribed.delete(key);
  }

  #listen(subject: string): Subscription {
    return listenTo(this.#connection!, subject, this.#onEvents);
  }
}
