import type { AuditedStream } from '../services/access/audit-trail.ts';
import { isAhead, placeAt, type Place } from '../services/events/cursor.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { CustomerErased } from '../values/invalid-request.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { HubPlace, Watcher } from './hub.ts';
import { SHOWS_NOBODY, type LiveOperation } from './live-operation.ts';
import { Member } from './member.ts';
import { OF_LINKS } from './packet-news.ts';
import { deliver, versionsIn, type EventWatch } from './subscriptions.ts';

/** Events that may wait for execution; past it everybody catches up from the journal instead. */
const LONGEST_QUEUE = 2_048;
/** Missed events are read in pages of this many. */
const PAGE = 200;

class EventMember extends Member {
  /** Everything up to here was delivered or is not for this member. */
  place: Place;

  constructor(operation: LiveOperation, sink: Member['sink'], group: EventGroup, place: Place) {
    super(operation, sink, group);
    this.place = place;
  }
}

interface Item {
  readonly event: JournalEvent;
  readonly place: Place;
  readonly left: boolean;
}

/**
 * Subscribers whose payloads are equal bytes. An event is executed and serialised once for all who are live; who joins, or was too
 * slow, reads what they missed from the journal by their own place and then steps in, without a gap and without a repeat.
 */
export class EventGroup implements Watcher {
  readonly audited: AuditedStream;
  readonly #parts: EdgeParts;
  readonly #name: string;
  readonly #watch: EventWatch;
  readonly #keys: ReadonlySet<string>;
  readonly #live = new Set<EventMember>();
  readonly #all = new Set<EventMember>();
  #queue: Item[] = [];
  #running = false;

  constructor(parts: EdgeParts, name: string, watch: EventWatch) {
    this.audited = parts.audit.stream(name);
    this.#parts = parts;
    this.#name = name;
    this.#watch = watch;
    this.#keys = new Set([...watch.streams, ...watch.topics]);
    parts.hub.watch(this, this.#keys);
  }

  get members(): Iterable<Member> {
    return this.#all;
  }

  /** Begins with a checkpoint, then what came after the place, then the live events. */
  join(operation: LiveOperation, sink: Member['sink'], place: Place): Member {
    const member = new EventMember(operation, sink, this, place);
    this.#all.add(member);
    void this.#bringUp(member, true);
    return member;
  }

  leave(member: Member): void {
    member.end();
    this.#all.delete(member as EventMember);
    this.#live.delete(member as EventMember);
    if (this.#all.size > 0) return;
    this.#parts.hub.unwatch(this, this.#keys);
    this.#parts.ended(this.#name);
  }

  accept(event: JournalEvent, place: Place): void {
    if (OF_LINKS.has(event.type)) return this.#sendAway();
    if (this.#live.size === 0) return;
    const selected = this.#watch.select(event);
    if (!selected) return;
    this.#queue.push({ event, place, left: selected.left });
    if (this.#queue.length > LONGEST_QUEUE) {
      this.#queue = [];
      for (const member of [...this.#live]) this.#fallBack(member);
    } else if (!this.#running) void this.#run();
  }

  /**
   * Whose events these are was decided at subscribe, and the person is another one now, or has other members: everybody comes back with
   * their cursor, and what is theirs by then follows from there.
   */
  #sendAway(): void {
    for (const member of [...this.#all]) {
      this.leave(member);
      member.sink.closeStalled();
    }
  }

  /** A bug, not an outage: to try again would be to fail again. These streams end with an error, and no others. */
  failed(error: unknown): void {
    for (const member of [...this.#all]) this.#end(member, error);
  }

  /** Ends these streams when they are about something that was erased. */
  erased(streams: ReadonlySet<string>): void {
    if (!this.#watch.streams.some((name) => streams.has(name))) return;
    for (const member of [...this.#all]) {
      this.leave(member);
      member.sink.fail(new CustomerErased());
    }
  }

  /** Sends the hub's place to a member that heard nothing for a while, so that its cursor does not grow old. */
  async checkpoint(member: Member): Promise<void> {
    const own = member as EventMember;
    if (!this.#live.has(own) || this.#queue.length > 0 || this.#running) return;
    const place = placeAt(this.#parts.hub.place.snapshot);
    own.place = place;
    await this.#sendCheckpoint(own, place);
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let item = this.#queue.shift(); item; item = this.#queue.shift()) await this.#broadcast(item);
    } finally {
      this.#running = false;
    }
  }

  async #broadcast(item: Item): Promise<void> {
    const [leader] = this.#live;
    if (!leader) return;
    let text: string | null;
    try {
      text = await this.#render(leader, item);
    } catch (error) {
      // The database is out of reach: nobody's place moves over this event; all read it again from the journal.
      this.#parts.log.warn({ err: error }, 'an event could not be executed, its readers catch up');
      for (const member of [...this.#live]) this.#fallBack(member);
      return;
    }
    const cursor = this.#parts.cursorOf(item.place);
    let delivered = 0;
    for (const member of [...this.#live]) {
      if (!isAhead(member.place, item.event)) continue;
      member.place = item.place;
      if (text === null) continue;
      member.send(text, cursor);
      delivered += 1;
      if (member.isSlow) this.#fallBack(member);
    }
    if (delivered > 0) this.#parts.delivered(item.event.recordedAtMs, delivered);
  }

  /** The payload's text, or null when the viewer may not see the event's object (any more). */
  async #render(member: EventMember, { event, place, left }: Item): Promise<string | null> {
    if (!(await this.#watch.isVisible(this.#parts.scopeOf(member.operation.viewer), event))) return null;
    const { operation } = member;
    return operation.execute({ cursor: this.#parts.cursorOf(place), event: deliver(event, left) }, (customerIds) =>
      this.audited.shows(operation, customerIds, versionsIn(event)),
    );
  }

  #end(member: EventMember, error: unknown): void {
    if (member.closed) return;
    this.#parts.log.error({ err: error }, 'a stream ended for a bug');
    member.sink.fail(error);
    this.leave(member);
  }

  #fallBack(member: EventMember): void {
    if (!this.#live.delete(member)) return;
    void this.#bringUp(member, false);
  }

  /** Reads from the journal what the member missed and makes it live. Tries again until it succeeds or the member is gone. */
  async #bringUp(member: EventMember, greet: boolean): Promise<void> {
    let greeting = greet;
    while (!member.closed) {
      try {
        if (greeting) await this.#sendCheckpoint(member, member.place);
        greeting = false;
        await member.drained();
        let reached = await this.#readJournal(member);
        for (;;) {
          if (member.closed) return;
          const missed = this.#parts.hub.since(reached.sequence, this.#keys);
          if (!missed) break;
          const here = this.#parts.hub.place;
          if (missed.length === 0) {
            member.place = placeAt(here.snapshot);
            this.#live.add(member);
            return;
          }
          await this.#deliverMissed(member, missed);
          reached = here;
        }
      } catch (error) {
        if (!isUnavailable(error)) return this.#end(member, error);
        this.#parts.log.warn({ err: error }, 'a subscriber could not catch up, trying again');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  async #readJournal(member: EventMember): Promise<HubPlace> {
    const until = this.#parts.hub.place;
    const interest = { streams: this.#watch.streams, topics: this.#watch.topics };
    for (;;) {
      const page = await this.#parts.missed.read(member.place, {
        until: until.snapshot,
        interest,
        limit: PAGE,
      });
      await this.#deliverMissed(member, page);
      if (page.length < PAGE || member.closed) break;
    }
    member.place = placeAt(until.snapshot);
    return until;
  }

  async #deliverMissed(member: EventMember, missed: readonly { event: JournalEvent; place: Place }[]): Promise<void> {
    for (const { event, place } of missed) {
      if (member.closed) return;
      if (!isAhead(member.place, event)) continue;
      const selected = this.#watch.select(event);
      const text = selected && (await this.#render(member, { event, place, left: selected.left }));
      member.place = place;
      if (!text) continue;
      member.send(text, this.#parts.cursorOf(place));
      this.#parts.delivered(null);
      await member.drained();
    }
  }

  async #sendCheckpoint(member: EventMember, place: Place): Promise<void> {
    const cursor = this.#parts.cursorOf(place);
    const text = await member.operation.execute({ cursor, event: null }, SHOWS_NOBODY);
    // Anything that was sent while this was being made is newer than this place.
    if (member.place === place) member.send(text, cursor);
  }
}
