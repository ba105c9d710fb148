import type { AuditedStream } from '../services/access/audit-trail.ts';
import { placeAt, type Place } from '../services/events/cursor.ts';
import { stream } from '../services/events/fact.ts';
import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { CustomerErased } from '../values/invalid-request.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Watcher } from './hub.ts';
import { SHOWS_NOBODY, type LiveOperation, type Sink } from './live-operation.ts';
import { Member } from './member.ts';
import { PacketFeed } from './packet-feed.ts';
import type { PacketWatch } from './subscriptions.ts';
import { SmallSet } from './small-set.ts';

interface Watching {
  readonly watch: PacketWatch;
  readonly askAgain: () => Promise<PacketWatch>;
  /** Sections that the document shows. Default: all. */
  readonly sections?: readonly ContextSection[] | undefined;
}

const NONE: readonly string[] = [];

/** Readers of packets whose payloads are equal bytes, of one customer or of all that a filter names at the moment. */
export class PacketGroup implements Watcher {
  readonly audited: AuditedStream;
  readonly #parts: EdgeParts;
  readonly #name: string;
  readonly #members = new SmallSet<Member>();
  readonly #sections: readonly ContextSection[];
  /** After their events it is asked again who is watched. */
  readonly #topics: readonly string[];
  /** Null: it is always the same. */
  readonly #askAgain: Watching['askAgain'] | null;
  /** One for each customer. */
  #feeds: readonly PacketFeed[];
  #refreshing = false;
  #refreshAgain = false;

  /** `watch` is the answer of a first `askAgain`, which the caller needed anyway to learn whether it is allowed. */
  constructor(parts: EdgeParts, name: string, { watch, askAgain, sections = CONTEXT_SECTIONS }: Watching) {
    const isFixed = watch.topics.length === 0;
    this.audited = parts.audit.stream(name);
    this.#parts = parts;
    this.#name = name;
    this.#sections = sections;
    this.#topics = isFixed ? NONE : watch.topics;
    this.#askAgain = isFixed ? null : askAgain;
    parts.hub.watch(this, watch.topics);
    this.#feeds = [...new Set(watch.customerIds)].map((customerId) => this.#feedOf(customerId));
  }

  get members(): Iterable<Member> {
    return this.#members;
  }

  /** Something of what decides who is watched happened. */
  accept(): void {
    void this.#refresh();
  }

  /** Ends these streams when they are of somebody who was erased; a list goes on without them. */
  erased(streams: ReadonlySet<string>): void {
    const isTheirs = this.#feeds.some(({ customerId }) => streams.has(stream.customer(customerId)));
    if (!isTheirs) return;
    if (this.#askAgain) return void this.#refresh();
    for (const member of [...this.#members]) {
      this.leave(member);
      member.sink.fail(new CustomerErased());
    }
  }

  /** Sends the packet of every customer that is watched, whole, and then each newer one. */
  join(operation: LiveOperation, sink: Sink, after: Place | null): Member {
    const member = new Member(operation, sink, this);
    this.#members.add(member);
    for (const feed of this.#feeds) feed.join(member, after);
    if (this.#feeds.length === 0) this.#parts.inBackground(this.checkpoint(member), 'a first checkpoint');
    return member;
  }

  leave(member: Member): void {
    member.end();
    this.#members.delete(member);
    for (const feed of this.#feeds) feed.leave(member);
    if (this.#members.size > 0) return;
    this.#parts.hub.unwatch(this, this.#topics);
    for (const feed of this.#feeds) feed.close();
    this.#feeds = [];
    this.#parts.ended(this.#name);
  }

  async checkpoint(member: Member): Promise<void> {
    if (!this.#feeds.every((feed) => feed.isQuietFor(member))) return;
    const cursor = this.#parts.cursorOf(placeAt(this.#parts.hub.place.snapshot));
    const sentAt = member.lastSentAt;
    const text = await member.operation.execute({ cursor, packet: null, leftCustomerId: null }, SHOWS_NOBODY);
    if (member.lastSentAt === sentAt) member.send(text, cursor);
  }

  #feedOf(customerId: string): PacketFeed {
    return new PacketFeed(this.#parts, customerId, {
      audited: this.audited,
      sections: this.#sections,
      isWhole: this.#askAgain === null,
    });
  }

  /** Asks who is watched now, after an event that may have changed it. */
  async #refresh(): Promise<void> {
    this.#refreshAgain = true;
    const askAgain = this.#askAgain;
    if (this.#refreshing || !askAgain) return;
    this.#refreshing = true;
    while (this.#refreshAgain && this.#members.size > 0) {
      this.#refreshAgain = false;
      try {
        this.#change((await askAgain()).customerIds);
      } catch (error) {
        if (!isUnavailable(error)) {
          this.#endAll(error);
          break;
        }
        this.#parts.log.warn({ err: error }, 'a list of watched customers could not be read, trying again');
        this.#refreshAgain = true;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    this.#refreshing = false;
  }

  /** Not an outage: to ask again would be to fail again. */
  #endAll(error: unknown): void {
    this.#parts.log.error({ err: error }, 'streams of packets ended for a bug');
    for (const member of [...this.#members]) {
      this.leave(member);
      member.sink.fail(error);
    }
  }

  #change(customerIds: readonly string[]): void {
    if (this.#members.size === 0) return;
    const wanted = new Set(customerIds);
    const known = new Set(this.#feeds.map(({ customerId }) => customerId));
    const gone = this.#feeds.filter(({ customerId }) => !wanted.has(customerId));
    const come = [...wanted].filter((id) => !known.has(id)).map((id) => this.#feedOf(id));
    this.#feeds = [...this.#feeds.filter((feed) => !gone.includes(feed)), ...come];
    for (const feed of gone) {
      feed.close();
      this.#parts.inBackground(this.#sayLeft(feed.customerId), 'the news that a customer left');
    }
    for (const feed of come) for (const member of this.#members) feed.join(member, null);
  }

  async #sayLeft(leftCustomerId: string): Promise<void> {
    const [leader] = this.#members;
    if (!leader) return;
    const cursor = this.#parts.cursorOf(placeAt(this.#parts.hub.place.snapshot));
    const text = await leader.operation.execute({ cursor, packet: null, leftCustomerId }, SHOWS_NOBODY);
    for (const member of this.#members) member.send(text, cursor);
  }
}
