import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../values/context-packet.ts';
import type { AuditedStream } from '../services/access/audit-trail.ts';
import type { Place } from '../services/events/cursor.ts';
import { stream } from '../services/events/fact.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { ContextMoment } from './context-moment.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Member } from './member.ts';
import { mergeNews, newsOf, noNews, type News } from './packet-news.ts';
import type { ContextReader, PersonContext } from './person-context.ts';
import { SmallSet } from './small-set.ts';

/** Missed events that become causes of a reader's first packet; a packet is state, so more would tell nothing new. */
const MOST_MISSED = 50;

/** What readers of packets are told at a time, before it is looked at who they are. */
export interface PacketDelivery {
  readonly cursor: string;
  readonly packet: (ContextState & Pick<News, 'causes'> & { readonly changed: readonly ContextSection[] }) | null;
  readonly leftCustomerId: string | null;
}

interface Fed {
  readonly audited: AuditedStream;
  readonly sections: readonly ContextSection[];
  /** Its readers watch this person and nobody else. */
  readonly isWhole: boolean;
}

interface Newcomer {
  readonly member: Member;
  /** The reader's cursor: what happened since then are causes of its first packet. */
  readonly after: Place | null;
  /** An assembly from this one on has everything that happened before the reader came. */
  readonly from: number;
}

/**
 * The packets of one person for readers whose payloads are equal bytes: each is executed and serialised once. A slow reader skips to the
 * newest packet, with the causes of all that it skipped.
 */
export class PacketFeed implements ContextReader {
  readonly sections: readonly ContextSection[];
  readonly #audited: AuditedStream;
  readonly #parts: EdgeParts;
  readonly customerId: string;
  readonly #isWhole: boolean;
  readonly #context: PersonContext;
  readonly #members = new SmallSet<Member>();
  /** What slow readers skipped; null while there are none, as nearly always. */
  #deferred: Map<Member, News> | null = null;
  #newcomers: Newcomer[] = [];
  #news: News | null = null;
  #closed = false;

  constructor(parts: EdgeParts, customerId: string, { audited, sections, isWhole }: Fed) {
    this.#audited = audited;
    this.#parts = parts;
    this.customerId = customerId;
    this.sections = sections;
    this.#isWhole = isWhole;
    this.#context = parts.contexts.join(customerId, this);
  }

  get isWaiting(): boolean {
    return this.#newcomers.length > 0 || (this.#news !== null && this.#members.size > 0);
  }

  get needsState(): boolean {
    return this.isWaiting || this.#deferred !== null;
  }

  /** Sends the whole packet, then every later one. The first has as causes what happened since `after`. */
  join(member: Member, after: Place | null): void {
    this.#newcomers.push({ member, after, from: this.#context.nextNumber });
    this.#context.wake();
  }

  leave(member: Member): void {
    this.#members.delete(member);
    this.#forgetSkipped(member);
    this.#newcomers = this.#newcomers.filter((newcomer) => newcomer.member !== member);
  }

  close(): void {
    this.#closed = true;
    this.#parts.contexts.leave(this.customerId, this);
  }

  /** True when every packet that is due was sent to this member. */
  isQuietFor(member: Member): boolean {
    return !this.#context.isBusy && this.#members.has(member) && !this.#deferred?.has(member);
  }

  hear(news: News): void {
    mergeNews((this.#news ??= noNews()), news);
  }

  failed(error: unknown): void {
    this.#endAll([...this.#members, ...this.#newcomers.map(({ member }) => member)], error);
  }

  async show(moment: ContextMoment): Promise<void> {
    if (this.#closed) return;
    await this.#broadcast(moment);
    await this.#greet(moment);
  }

  async #broadcast(moment: ContextMoment): Promise<void> {
    const news = this.#news;
    if (news && this.#members.size > 0 && moment.texts && news.changed.size > 0) {
      const cursor = this.#parts.cursorOf(moment.place);
      const text = await this.#textFor([...this.#members], payloadOf(moment, cursor, news));
      // Its readers may have been told meanwhile that the customer left.
      if (this.#closed || text === null) return;
      let sent = 0;
      for (const member of this.#members) {
        if (this.#deferred?.has(member) || member.isSlow) {
          this.#defer(member, news);
          continue;
        }
        member.send(text, cursor);
        sent += 1;
      }
      const { newestRecordedAtMs } = news;
      if (sent > 0) this.#parts.delivered(newestRecordedAtMs, sent);
    }
    this.#news = null;
    for (const member of this.#deferred?.keys() ?? [])
      if (!member.isSlow) this.#parts.inBackground(this.#deliverDeferred(member), 'a packet for a slow reader');
  }

  async #greet(moment: ContextMoment): Promise<void> {
    let sharedText: string | null = null;
    const cursor = this.#parts.cursorOf(moment.place);
    // One leaves the queue only when greeted: after a failure the rest is tried again.
    for (let next = this.#greetable(moment); next.length > 0; next = this.#greetable(moment)) {
      const missed = await Promise.all(next.map(({ after }) => this.#missed(after, moment)));
      for (const [index, newcomer] of next.entries()) {
        const { member } = newcomer;
        const news = missed[index]!;
        if (moment.texts && !member.closed) {
          const payload = payloadOf(moment, cursor, { ...news, changed: new Set(CONTEXT_SECTIONS) });
          const isShared = news.causes.length === 0;
          const text: string | null = (isShared && sharedText) || (await this.#textFor([member], payload));
          if (isShared) sharedText = text;
          if (this.#closed) return;
          if (text !== null) member.send(text, cursor);
        }
        const isStillHere = this.#newcomers.includes(newcomer);
        this.#newcomers = this.#newcomers.filter((other) => other !== newcomer);
        if (isStillHere) this.#members.add(member);
      }
    }
  }

  #greetable({ number }: ContextMoment): Newcomer[] {
    return this.#newcomers.filter(({ from }) => !this.#context.isStale || number >= from);
  }

  /**
   * What happened to the person between a cursor and a state: up to the very place of the state, because all that came later is
   * news of the next one. So each event is a cause once, whenever the reader came.
   */
  async #missed(after: Place | null, { place, state }: ContextMoment): Promise<News> {
    const news = noNews();
    if (!after) return news;
    const interest = { streams: (state?.memberIds ?? []).map((id) => stream.customer(id)), topics: [] };
    try {
      const missed = await this.#parts.missed.read(after, { until: place.after, interest, limit: MOST_MISSED });
      for (const { event } of missed) mergeNews(news, newsOf(event));
    } catch (error) {
      // Causes are a courtesy: the packet itself is complete without them.
      this.#parts.log.warn({ err: error }, 'missed causes could not be read');
    }
    return news;
  }

  /** What these readers are sent. Null: for a bug of ours that cannot be made, and they have been told. */
  async #textFor(members: readonly Member[], payload: PacketDelivery): Promise<string | null> {
    try {
      const { operation } = members[0]!;
      return await operation.execute(payload, (customerIds) =>
        this.#audited.shows(operation, customerIds, () => payload.packet?.version ?? null),
      );
    } catch (error) {
      if (isUnavailable(error) || !this.#isWhole) throw error;
      this.#endAll(members, error);
      return null;
    }
  }

  /** Whoever watches others too goes on being told of them; for this person it is tried again. */
  #endAll(members: readonly Member[], error: unknown): void {
    if (!this.#isWhole) return;
    this.#parts.log.error({ err: error }, 'a stream ended for a bug');
    for (const member of members) {
      this.leave(member);
      member.sink.fail(error);
    }
  }

  #defer(member: Member, news: News): void {
    const skipped = this.#deferred?.get(member);
    if (skipped) return mergeNews(skipped, news);
    const fresh = noNews();
    mergeNews(fresh, news);
    (this.#deferred ??= new Map()).set(member, fresh);
    member.sink.onDrain(() => this.#parts.inBackground(this.#deliverDeferred(member), 'a packet for a slow reader'));
  }

  async #deliverDeferred(member: Member): Promise<void> {
    const skipped = this.#deferred?.get(member);
    const moment = this.#context.moment;
    if (!skipped || member.closed || this.#closed || !moment?.texts) return;
    // A newer packet is being sent to all: what was skipped goes with it.
    if (this.#news) return;
    const cursor = this.#parts.cursorOf(moment.place);
    const text = await this.#textFor([member], payloadOf(moment, cursor, skipped));
    if (text === null || this.#closed || this.#deferred?.get(member) !== skipped) return;
    // A newer packet was made meanwhile and merged its news into what was skipped: send that one instead.
    if (this.#context.moment !== moment) return this.#deliverDeferred(member);
    this.#forgetSkipped(member);
    member.send(text, cursor);
  }

  #forgetSkipped(member: Member): void {
    this.#deferred?.delete(member);
    if (this.#deferred?.size === 0) this.#deferred = null;
  }
}

function payloadOf(moment: ContextMoment, cursor: string, news: News): PacketDelivery {
  const changed = CONTEXT_SECTIONS.filter((section) => news.changed.has(section));
  return { cursor, packet: { ...moment.state!, changed, causes: news.causes }, leftCustomerId: null };
}
