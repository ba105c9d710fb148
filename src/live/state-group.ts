import type { AuditedStream } from '../services/access/audit-trail.ts';
import { placeAt } from '../services/events/cursor.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Watcher } from './hub.ts';
import { SHOWS_NOBODY, type LiveOperation, type Sink } from './live-operation.ts';
import { Member } from './member.ts';
import type { StateSubscription, StateWatch } from './subscriptions.ts';
import { SmallSet } from './small-set.ts';

/**
 * Readers of one state whose payloads are equal bytes. However much happens, the state is read at most once in its interval and sent to all;
 * who takes nothing at the moment gets the newest state when they do.
 */
export class StateGroup implements Watcher {
  readonly audited: AuditedStream;
  readonly #parts: EdgeParts;
  readonly #name: string;
  readonly #subscription: StateSubscription;
  readonly #watch: StateWatch;
  readonly #members = new SmallSet<Member>();
  readonly #waiting = new Set<Member>();
  #newest: { text: string; cursor: string } | null = null;
  #stale = true;
  #running = false;
  #readAt = Number.NEGATIVE_INFINITY;
  #newestCommitMs: number | null = null;

  constructor(parts: EdgeParts, name: string, subscription: StateSubscription, watch: StateWatch) {
    this.audited = parts.audit.stream(name);
    this.#parts = parts;
    this.#name = name;
    this.#subscription = subscription;
    this.#watch = watch;
    parts.hub.watch(this, watch.topics);
  }

  get members(): Iterable<Member> {
    return this.#members;
  }

  /** Sends the state, then every newer one. */
  join(operation: LiveOperation, sink: Sink): Member {
    const member = new Member(operation, sink, this);
    this.#members.add(member);
    if (this.#newest && !this.#stale) member.send(this.#newest.text, this.#newest.cursor);
    else this.#renew();
    return member;
  }

  leave(member: Member): void {
    member.end();
    this.#members.delete(member);
    this.#waiting.delete(member);
    if (this.#members.size > 0) return;
    this.#parts.hub.unwatch(this, this.#watch.topics);
    this.#parts.ended(this.#name);
  }

  accept({ recordedAtMs }: { recordedAtMs: number }): void {
    this.#newestCommitMs = recordedAtMs;
    this.#renew();
  }

  async checkpoint(member: Member): Promise<void> {
    if (this.#running || this.#waiting.has(member)) return;
    const cursor = this.#parts.cursorOf(placeAt(this.#parts.hub.place.snapshot));
    const sentAt = member.lastSentAt;
    const text = await member.operation.execute({ cursor, [this.#subscription.field]: null }, SHOWS_NOBODY);
    if (member.lastSentAt === sentAt) member.send(text, cursor);
  }

  #renew(): void {
    this.#stale = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#stale && this.#members.size > 0) {
      await pause(this.#readAt + this.#subscription.atMostEveryMs - performance.now());
      try {
        await this.#readAndSend();
      } catch (error) {
        this.#stale = true;
        if (!isUnavailable(error)) {
          this.#endAll(error);
          break;
        }
        this.#parts.log.warn({ err: error }, 'a state could not be read, trying again');
        await pause(200);
      }
    }
    this.#running = false;
  }

  /** A bug, not an outage: to try again would be to fail again. */
  #endAll(error: unknown): void {
    this.#parts.log.error({ err: error }, 'streams of a state ended for a bug');
    for (const member of [...this.#members]) {
      this.leave(member);
      member.sink.fail(error);
    }
  }

  async #readAndSend(): Promise<void> {
    const [leader] = this.#members;
    if (!leader) return;
    this.#stale = false;
    this.#readAt = performance.now();
    const newestCommitMs = this.#newestCommitMs;
    this.#newestCommitMs = null;
    const cursor = this.#parts.cursorOf(placeAt(this.#parts.hub.place.snapshot));
    const state = await this.#subscription.read(this.#parts.scopeOf(leader.operation.viewer));
    const { operation } = leader;
    const text = await operation.execute({ cursor, [this.#subscription.field]: state }, (customerIds) =>
      this.audited.shows(operation, customerIds),
    );
    this.#newest = { text, cursor };
    for (const member of this.#members) {
      if (member.isSlow) this.#sendWhenDrained(member);
      else member.send(text, cursor);
    }
    if (newestCommitMs !== null) this.#parts.delivered(newestCommitMs);
  }

  #sendWhenDrained(member: Member): void {
    if (this.#waiting.has(member)) return;
    this.#waiting.add(member);
    member.sink.onDrain(() => {
      if (this.#waiting.delete(member) && this.#newest) member.send(this.#newest.text, this.#newest.cursor);
    });
  }
}

const pause = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : Promise.resolve());
