import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import type { ContextMoment } from './context-moment.ts';
import type { EdgeParts } from './edge-parts.ts';
import type { Member } from './member.ts';
import { mergeNews, newsOf, noNews, type News } from './packet-news.ts';
import type { ContextReader, PersonContext } from './person-context.ts';

interface Newcomer {
  readonly member: Member;
  /** What happened since the reader's cursor. */
  readonly missed: News;
  /** An assembly from this one on has everything that happened before the reader came. */
  readonly from: number;
}

/**
 * The packets of one person for readers whose payloads are equal bytes: each is executed and serialised once. A slow reader skips to the
 * newest packet, with the causes of all that it skipped.
 */
export class PacketFeed implements ContextReader {
  readonly sections: readonly ContextSection[];
  readonly #parts: EdgeParts;
  readonly #customerId: string;
  readonly #context: PersonContext;
  readonly #members = new Set<Member>();
  readonly #deferred = new Map<Member, News>();
  #newcomers: Newcomer[] = [];
  #news: News | null = null;
  #closed = false;

  constructor(parts: EdgeParts, customerId: string, sections: readonly ContextSection[]) {
    this.#parts = parts;
    this.#customerId = customerId;
    this.sections = sections;
    this.#context = parts.contexts.join(customerId, this);
  }

  get isWaiting(): boolean {
    return this.#newcomers.length > 0 || (this.#news !== null && this.#members.size > 0);
  }

  get needsState(): boolean {
    return this.isWaiting || this.#deferred.size > 0;
  }

  /** Sends the whole packet, then every later one. `missed` are the events since the reader's cursor. */
  join(member: Member, missed: readonly JournalEvent[]): void {
    const news = noNews();
    for (const event of missed) mergeNews(news, newsOf(event));
    this.#newcomers.push({ member, missed: news, from: this.#context.nextNumber });
    this.#context.wake();
  }

  leave(member: Member): void {
    this.#members.delete(member);
    this.#deferred.delete(member);
    this.#newcomers = this.#newcomers.filter((newcomer) => newcomer.member !== member);
  }

  close(): void {
    this.#closed = true;
    this.#parts.contexts.leave(this.#customerId, this);
  }

  /** True when every packet that is due was sent to this member. */
  isQuietFor(member: Member): boolean {
    return !this.#context.isBusy && this.#members.has(member) && !this.#deferred.has(member);
  }

  hear(news: News): void {
    mergeNews((this.#news ??= noNews()), news);
  }

  async show(moment: ContextMoment): Promise<void> {
    if (this.#closed) return;
    await this.#broadcast(moment);
    await this.#greet(moment);
  }

  async #broadcast(moment: ContextMoment): Promise<void> {
    const news = this.#news;
    const [leader] = this.#members;
    if (news && leader && moment.text !== null && news.changed.size > 0) {
      const cursor = this.#parts.cursorOf(moment.place);
      const text = await leader.operation.execute(payloadOf(moment, cursor, news));
      // Its readers may have been told meanwhile that the customer left.
      if (this.#closed) return;
      let sent = 0;
      for (const member of this.#members) {
        if (this.#deferred.has(member) || member.isSlow) {
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
  }

  async #greet(moment: ContextMoment): Promise<void> {
    if (this.#newcomers.length === 0) return;
    let sharedText: string | null = null;
    const cursor = this.#parts.cursorOf(moment.place);
    const mayBeGreeted = ({ from }: Newcomer) => !this.#context.isStale || moment.number >= from;
    // One leaves the queue only when greeted: after a failure the rest is tried again.
    for (let next = this.#newcomers.find(mayBeGreeted); next; next = this.#newcomers.find(mayBeGreeted)) {
      const newcomer = next;
      const { member, missed } = newcomer;
      if (moment.text !== null) {
        const payload = payloadOf(moment, cursor, { ...missed, changed: new Set(CONTEXT_SECTIONS) });
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
    if (skipped) return mergeNews(skipped, news);
    const fresh = noNews();
    mergeNews(fresh, news);
    this.#deferred.set(member, fresh);
    member.sink.onDrain(() => this.#parts.inBackground(this.#deliverDeferred(member), 'a packet for a slow reader'));
  }

  async #deliverDeferred(member: Member): Promise<void> {
    const skipped = this.#deferred.get(member);
    const moment = this.#context.moment;
    if (!skipped || member.closed || this.#closed || !moment || moment.text === null) return;
    const cursor = this.#parts.cursorOf(moment.place);
    const text = await member.operation.execute(payloadOf(moment, cursor, skipped));
    // A newer packet was made meanwhile and merged its news into what was skipped: send that one instead.
    if (this.#context.moment !== moment || this.#closed) return this.#deliverDeferred(member);
    this.#deferred.delete(member);
    member.send(text, cursor);
  }
}

function payloadOf(moment: ContextMoment, cursor: string, news: News) {
  const changed = CONTEXT_SECTIONS.filter((section) => news.changed.has(section));
  return { cursor, packet: { ...moment.state, changed, causes: news.causes }, leftCustomerId: null };
}
