import { assembleContext } from '../services/context/assemble-context.ts';
import { keysOfContext } from '../services/context/context-keys.ts';
import { placeAt, type Place } from '../services/events/cursor.ts';
import { stream } from '../services/events/fact.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import type { EventType } from '../values/event-types.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../values/context-packet.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Watcher } from './hub.ts';
import type { Member } from './member.ts';
import type { WatchHolder } from './packet-watches.ts';

const MOST_CAUSES = 50;

interface Cause {
  type: EventType;
  occurredAt: Date;
  receivedAt: Date;
  recordedAt: Date;
}

/** What came between two packets of one reader. */
interface News {
  causes: Cause[];
  changed: Set<ContextSection>;
  newestRecordedAtMs: number | null;
}

/** What activity without an event may have changed. */
const OF_ACTIVITY: readonly ContextSection[] = ['basket', 'browsing', 'reviews', 'stock'];

const noNews = (): News => ({ causes: [], changed: new Set(), newestRecordedAtMs: null });

function merge(into: News, from: News): void {
  into.causes = [...into.causes, ...from.causes].slice(-MOST_CAUSES);
  for (const section of from.changed) into.changed.add(section);
  into.newestRecordedAtMs = Math.max(into.newestRecordedAtMs ?? 0, from.newestRecordedAtMs ?? 0) || null;
}

/** Sections that an event of a kind may change, by the first word of its type. */
const SECTIONS_OF: Readonly<Record<string, readonly ContextSection[]>> = {
  customer: ['profile'],
  identity: ['identities'],
  conversation: ['conversations', 'routing'],
  message: ['conversations', 'routing', 'identities'],
  note: ['conversations'],
  agent: ['conversations', 'routing'],
  routing: ['routing', 'conversations'],
  order: ['orders', 'stock'],
  shipment: ['orders'],
  tracking: ['orders'],
  return: ['orders'],
  stock: ['stock'],
  activity: OF_ACTIVITY,
};

function newsOf(event: JournalEvent): News {
  // Who is one person with whom concerns everything.
  const known = event.type === 'customer.linked' ? null : SECTIONS_OF[event.type.slice(0, event.type.indexOf('.'))];
  const sections = known ?? CONTEXT_SECTIONS;
  const { type, occurredAt, receivedAt, recordedAtMs } = event;
  return {
    causes: [{ type, occurredAt, receivedAt, recordedAt: new Date(recordedAtMs) }],
    changed: new Set(sections),
    newestRecordedAtMs: recordedAtMs,
  };
}

/**
 * The packets of one person for readers whose payloads are equal bytes. However many events come while a packet is being made, the
 * next packet holds them all; each is assembled, executed and serialised once. A slow reader skips to the newest packet, with the
 * causes of all that it skipped.
 */
export class PacketFeed implements Watcher, WatchHolder {
  readonly #parts: EdgeParts;
  readonly #customerId: string;
  readonly #members = new Set<Member>();
  readonly #deferred = new Map<Member, News>();
  #newcomers: { member: Member; missed: News }[] = [];
  #keys: Set<string>;
  #news = noNews();
  #stale = true;
  /** Everything up to here is in `#state`. */
  #place: Place;
  #state: ContextState | null = null;
  /** Customers whose activity is told in the journal because of this feed. */
  #held: Set<string>;
  #lookingAgain = false;
  #running = false;
  #closed = false;

  constructor(parts: EdgeParts, customerId: string) {
    this.#parts = parts;
    this.#customerId = customerId;
    this.#keys = new Set([stream.customer(customerId)]);
    this.#held = new Set([customerId]);
    this.#place = placeAt(parts.hub.place.snapshot);
    // Watch first, then assemble: an event between the two makes the packet stale instead of being missed.
    parts.hub.watch(this, this.#keys);
  }

  /** Sends the whole packet, then every later one. `missed` are the events since the reader's cursor. */
  join(member: Member, missed: readonly JournalEvent[]): void {
    const news = noNews();
    for (const event of missed) merge(news, newsOf(event));
    if (!this.#state) this.#stale = true;
    this.#newcomers.push({ member, missed: news });
    void this.#run();
  }

  leave(member: Member): void {
    this.#members.delete(member);
    this.#deferred.delete(member);
    this.#newcomers = this.#newcomers.filter((newcomer) => newcomer.member !== member);
  }

  close(): void {
    this.#closed = true;
    this.#parts.hub.unwatch(this, this.#keys);
    this.#parts.watches.release(this, this.#held);
  }

  /** True when every packet that is due was sent to this member. */
  isQuietFor(member: Member): boolean {
    return !this.#stale && !this.#running && this.#members.has(member) && !this.#deferred.has(member);
  }

  accept(event: JournalEvent): void {
    merge(this.#news, newsOf(event));
    if (this.#stale) return;
    this.#stale = true;
    // After the batch: events of one transaction come together and make one packet.
    queueMicrotask(() => void this.#run());
  }

  /** Assembles once more; a packet follows only when it differs. */
  lookAgain(): void {
    this.#lookingAgain = true;
    this.#stale = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (!this.#closed && (this.#stale || this.#newcomers.length > 0)) {
      try {
        if (this.#stale) await this.#renew();
        await this.#greet();
      } catch (error) {
        this.#stale = true;
        this.#parts.log.warn({ err: error }, 'a packet could not be made, trying again');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    this.#running = false;
  }

  async #renew(): Promise<void> {
    await this.#parts.watches.hold(this, [...this.#held]);
    const { sequence, snapshot } = this.#parts.hub.place;
    const news = this.#news;
    const before = this.#state;
    const isLookingAgain = this.#lookingAgain;
    this.#news = noNews();
    this.#lookingAgain = false;
    this.#stale = false;
    try {
      const [leader] = this.#readers();
      this.#state = leader
        ? await assembleContext(this.#parts.scopeOf(leader.operation.viewer), this.#customerId)
        : null;
      this.#place = placeAt(snapshot);
      if (!this.#state || this.#closed) return;
      this.#follow(keysOfContext(this.#state), sequence);
      this.#holdMembers(this.#state.memberIds);
      if (isLookingAgain && before && JSON.stringify(before) !== JSON.stringify(this.#state))
        for (const section of OF_ACTIVITY) news.changed.add(section);
      if (news.changed.size > 0) await this.#broadcast(news);
    } catch (error) {
      merge(news, this.#news);
      this.#news = news;
      this.#lookingAgain ||= isLookingAgain;
      throw error;
    }
  }

  /** Watches what the packet showed; what happened there while it was being assembled makes it stale. */
  #follow(watched: readonly string[], sequence: number): void {
    const keys = new Set([stream.customer(this.#customerId), ...watched]);
    const added = new Set([...keys].filter((key) => !this.#keys.has(key)));
    const dropped = [...this.#keys].filter((key) => !keys.has(key));
    this.#keys = keys;
    this.#parts.hub.unwatch(this, dropped);
    if (added.size === 0) return;
    this.#parts.hub.watch(this, added);
    const between = this.#parts.hub.since(sequence, added);
    if (!between) {
      this.#stale = true;
      merge(this.#news, { ...noNews(), changed: new Set(CONTEXT_SECTIONS) });
    } else for (const { event } of between) this.accept(event);
  }

  /** Who became one person with the customer meanwhile is watched from here on: what was recorded until then is looked for again. */
  #holdMembers(memberIds: readonly string[]): void {
    const ids = new Set([this.#customerId, ...memberIds]);
    const gone = [...this.#held].filter((id) => !ids.has(id));
    if (gone.length === 0 && ids.size === this.#held.size) return;
    this.#held = ids;
    this.#parts.watches.release(this, gone);
    const held = this.#parts.watches.hold(this, [...ids]).then((wasNew) => wasNew && this.lookAgain());
    this.#parts.inBackground(held, 'a watch of a packet');
  }

  async #broadcast(news: News): Promise<void> {
    const [leader] = this.#members;
    if (!leader || !this.#state) return;
    const cursor = this.#parts.cursorOf(this.#place);
    const text = await leader.operation.execute(this.#payload(cursor, news));
    // Its readers may have been told meanwhile that the customer left.
    if (this.#closed) return;
    for (const member of this.#members) {
      const skipped = this.#deferred.get(member);
      if (skipped || member.isSlow) {
        this.#defer(member, news);
        continue;
      }
      member.send(text, cursor);
      this.#parts.delivered(news.newestRecordedAtMs === null ? null : Date.now() - news.newestRecordedAtMs);
    }
  }

  async #greet(): Promise<void> {
    let sharedText: string | null = null;
    const cursor = this.#parts.cursorOf(this.#place);
    // One leaves the queue only when greeted: after a failure the rest is tried again.
    for (let newcomer = this.#newcomers[0]; newcomer && !this.#stale; newcomer = this.#newcomers[0]) {
      const { member, missed } = newcomer;
      if (this.#state) {
        const payload = this.#payload(cursor, { ...missed, changed: new Set(CONTEXT_SECTIONS) });
        const isShared = missed.causes.length === 0;
        const text: string = (isShared && sharedText) || (await member.operation.execute(payload));
        if (isShared) sharedText = text;
        if (this.#closed) return;
        member.send(text, cursor);
      }
      const isStillHere = this.#newcomers.includes(newcomer);
      this.#newcomers = this.#newcomers.filter((other) => other !== newcomer);
      if (isStillHere) this.#members.add(member);
    }
  }

  #defer(member: Member, news: News): void {
    const skipped = this.#deferred.get(member);
    if (skipped) return merge(skipped, news);
    const fresh = noNews();
    merge(fresh, news);
    this.#deferred.set(member, fresh);
    member.sink.onDrain(() => this.#parts.inBackground(this.#deliverDeferred(member), 'a packet for a slow reader'));
  }

  async #deliverDeferred(member: Member): Promise<void> {
    const skipped = this.#deferred.get(member);
    if (!skipped || member.closed || this.#closed || !this.#state) return;
    const state = this.#state;
    const cursor = this.#parts.cursorOf(this.#place);
    const text = await member.operation.execute(this.#payload(cursor, skipped));
    // A newer packet was made meanwhile and merged its news into what was skipped: send that one instead.
    if (this.#state !== state || this.#closed) return this.#deliverDeferred(member);
    this.#deferred.delete(member);
    member.send(text, cursor);
  }

  #payload(cursor: string, news: News) {
    const changed = CONTEXT_SECTIONS.filter((section) => news.changed.has(section));
    return { cursor, packet: { ...this.#state, changed, causes: news.causes }, leftCustomerId: null };
  }

  *#readers(): Iterable<Member> {
    yield* this.#members;
    for (const { member } of this.#newcomers) yield member;
  }
}
