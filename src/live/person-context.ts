import { keysOfContext } from '../services/context/context-keys.ts';
import { type ContextPart, sectionsReadFor, sectionsToWatch } from '../services/context/context-statement.ts';
import { placeAt, type Place } from '../services/events/cursor.ts';
import { stream } from '../services/events/fact.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import { CONTEXT_SECTIONS, type ContextSection } from '../values/context-packet.ts';
import { ContextMoment } from './context-moment.ts';
import type { ContextParts } from './context-parts.ts';
import type { Watcher } from './hub.ts';
import { mergeNews, newsOf, noNews, OF_CONSENT, OF_UNWATCHED, type News, sectionsOf } from './packet-news.ts';
import type { WatchHolder } from './packet-watches.ts';
import { PackedMoment } from './packed-moment.ts';
import { ALL_SECTIONS, bitsOf, isIn, NO_SECTIONS, type SectionBits } from './section-bits.ts';
import { SmallSet } from './small-set.ts';

/** A state is told to be old by events; of what none tells (a count that found what was known, a retention) it is this old at most. */
const LONGEST_MS = 60_000;
/** A state that was not asked for again within this time is let go. */
const REST_AFTER_MS = 2_000;
/** Events that wait for the end of an assembly that may have them already; what comes on top of them waits for the next one. */
const MOST_MEANWHILE = 50;
/** Rounds that a question waits for a person about whom something happens all the time. */
const MOST_ROUNDS = 3;
const RETRY_MS = 200;
/** Most of a state, and what is read anew most often: of a state that is let go nobody keeps them. */
const LARGE_PARTS: readonly ContextPart[] = ['person', 'conversations'];
/** Where events follow each other so closely that a part would not fit the rest, all is read for this long without another try. */
const WHOLE_MS = 1_000;

/** For what is left of a state that was let go. */
export type Room = 'open' | 'packed' | 'none';

/** One who is shown the context of a person whenever it changed. */
export interface ContextReader {
  /** What its document shows. */
  readonly sections: readonly ContextSection[];
  /** True while it has to be shown the present state, also when nothing happens. */
  readonly isWaiting: boolean;
  /** True while it may ask for the state that it was shown last. */
  readonly needsState: boolean;
  /** What happened; the next state that is shown has it. */
  hear(news: News): void;
  /** Resolves when it was shown. After a rejection it is shown again. */
  show(moment: ContextMoment): Promise<void>;
  /** Told that there is a bug, not an outage: to try again would be to fail again. */
  failed(error: unknown): void;
}

/** An event that came while the state was being read. */
interface Meanwhile {
  readonly event: JournalEvent;
  readonly place: Place;
}

/** What is known of a state before it is read. */
type About = Pick<ContextMoment, 'number' | 'sections' | 'place' | 'begunAt'>;

interface Question {
  rounds: number;
  resolve(moment: ContextMoment | null): void;
}

/**
 * The context of one person in this process: read once for all who are shown it, whatever they select and may see, and known to be
 * current. However many events come while it is assembled, the next assembly has them all.
 */
export class PersonContext implements Watcher, WatchHolder {
  readonly #parts: ContextParts;
  readonly #customerId: string;
  readonly #readers = new SmallSet<ContextReader>();
  #questions: Question[] = [];
  /** What is watched. */
  #keys: readonly string[];
  /** Of the person that the customer is now, whose version a state has. */
  #personStream: string;
  /** Customers whose activity is told in the journal because of this. */
  #held: readonly string[];
  /** Of what came, what nobody was told yet. */
  #news: News | null = null;
  /** Null: nothing, as nearly always. */
  #meanwhile: Meanwhile[] | null = null;
  #moment: ContextMoment | null = null;
  /** The last state was let go: whether the next one differs is not known. */
  #isLetGo = false;
  #begun = 0;
  /** What is to be read anew. */
  #old = ALL_SECTIONS;
  /** The newest version of the person's stream that an event came with. */
  #heardVersion = 0;
  /** Of a state that was let go, what is to be joined with the rest of the next one. */
  #left: ContextMoment | PackedMoment | null = null;
  /** What the person would have to agree to first, in the state before. Null: there was none. */
  #awaited: string | null = null;
  /** By `performance.now()`: until then no part is read without the others. */
  #wholeUntil = 0;
  #lookingAgain = false;
  #assembling = false;
  #running = false;
  #isAboutToRun = false;
  #closed = false;
  /** It is to be ready for questions, with all sections. */
  #kept = false;

  constructor(parts: ContextParts, customerId: string) {
    this.#parts = parts;
    this.#customerId = customerId;
    this.#personStream = parts.hub.oneCopyOf(stream.customer(customerId));
    this.#keys = [this.#personStream];
    this.#held = [customerId];
    // Watch first, then assemble: an event between the two makes the state stale instead of being missed.
    parts.hub.watch(this, this.#keys);
  }

  get isUnused(): boolean {
    return this.#readers.size === 0 && !this.#kept;
  }

  /** True while something is to be assembled or shown. */
  get isBusy(): boolean {
    return this.#stale || this.#running;
  }

  get isStale(): boolean {
    return this.#stale;
  }

  get #stale(): boolean {
    return this.#old !== NO_SECTIONS;
  }

  /** Number of the first assembly that begins after now. */
  get nextNumber(): number {
    return this.#begun + 1;
  }

  /** The state that was shown last. Null: none yet, or let go. */
  get moment(): ContextMoment | null {
    return this.#moment;
  }

  add(reader: ContextReader): void {
    this.#readers.add(reader);
    this.#needSections();
  }

  remove(reader: ContextReader): void {
    this.#readers.delete(reader);
  }

  /** Is it to be ready for questions? From the next one on it answers with all sections. */
  set kept(kept: boolean) {
    this.#kept = kept;
    if (!kept) return;
    this.#needSections();
    // Who is shown the context is told nothing while it is stale, not even that nothing happens.
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.#parts.hub.unwatch(this, this.#keys);
    this.#parts.watches.release(this, this.#held);
    this.#answer(() => null);
  }

  /** Makes and shows what is due. */
  wake(): void {
    if (this.#moment && performance.now() - this.#moment.begunAt > LONGEST_MS) this.#old = ALL_SECTIONS;
    void this.#run();
  }

  /**
   * Lets the state go when nobody needs it for the moment: who comes later has it assembled again. While it is not certain that it has all
   * activity it stays, to be compared with. What is small of it stays as long as it may be believed, if there is room; answers its bytes.
   */
  rest(room: Room): number {
    const now = performance.now();
    const moment = this.#moment;
    if (!moment) {
      const isOver = this.#left !== null && now - this.#left.begunAt > LONGEST_MS;
      return this.#leave(isOver ? null : this.#left, room);
    }
    if (this.isBusy || this.#kept || now - moment.renewedAt < REST_AFTER_MS) return 0;
    for (const reader of this.#readers) if (reader.needsState) return 0;
    if (!this.#isCertain()) return 0;
    this.#isLetGo = true;
    this.#moment = null;
    return this.#leave(moment.texts && moment.without(LARGE_PARTS), room);
  }

  #leave(left: ContextMoment | PackedMoment | null, room: Room): number {
    if (room === 'none') this.#left = null;
    else this.#left = left && room === 'packed' && !(left instanceof PackedMoment) ? new PackedMoment(left) : left;
    return this.#left?.bytes ?? 0;
  }

  /**
   * The state with all sections, when it is certain that everything which was delivered to the hub before the call is in it, and all
   * activity that was committed before. Null: that is not certain; ask the database.
   */
  current(): Promise<ContextMoment | null> {
    if (this.#closed) return Promise.resolve(null);
    if (!this.#assembling && !this.#stale && this.#moment) {
      if (performance.now() - this.#moment.begunAt < LONGEST_MS)
        return Promise.resolve(this.#isCertain() ? this.#moment : null);
      this.#old = ALL_SECTIONS;
    }
    return new Promise((resolve) => {
      this.#questions.push({ rounds: 0, resolve });
      void this.#run();
    });
  }

  accept(event: JournalEvent, place: Place): void {
    this.#hearVersion(event);
    if (this.#readers.size === 0) {
      this.#old = ALL_SECTIONS;
      this.#moment = null;
      this.#left = null;
      return;
    }
    const meanwhile = this.#meanwhile ?? [];
    if (this.#assembling && !this.#stale && meanwhile.length < MOST_MEANWHILE) {
      // What concerns a key that is new here as well comes twice.
      if (!meanwhile.some((other) => other.event === event)) meanwhile.push({ event, place });
      this.#meanwhile = meanwhile;
      return;
    }
    if (!this.#moment?.has(event)) this.#old |= oldBy(event);
    mergeNews((this.#news ??= noNews()), newsOf(event));
    if (this.#isAboutToRun) return;
    this.#isAboutToRun = true;
    // After the batch: events of one transaction come together and make one packet.
    queueMicrotask(() => {
      this.#isAboutToRun = false;
      void this.#run();
    });
  }

  /** Assembles once more; a packet follows only when it differs. */
  lookAgain(): void {
    this.#lookingAgain = true;
    this.#old = ALL_SECTIONS;
    void this.#run();
  }

  get #sections(): readonly ContextSection[] {
    return sectionsToWatch(this.#kept ? CONTEXT_SECTIONS : [...this.#readers].flatMap(({ sections }) => sections));
  }

  /** A new reader may show what nobody showed so far. */
  #needSections(): void {
    const moment = this.#moment;
    if (moment && this.#sections.some((section) => !moment.sections.includes(section))) this.#old = ALL_SECTIONS;
  }

  get #isDue(): boolean {
    if (this.#closed) return false;
    if (this.#questions.length > 0) return true;
    if (this.#readers.size === 0) return false;
    return this.#stale || this.#news !== null || [...this.#readers].some(({ isWaiting }) => isWaiting);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#isDue) {
      try {
        const read = this.#stale || !this.#moment ? await this.#renew() : this.#moment;
        if (this.#closed) break;
        this.#answerQuestions();
        const moment = this.#tellNews(read);
        await this.#show(moment);
        moment.fold();
      } catch (error) {
        this.#answer(() => null);
        if (this.#closed) break;
        this.#parts.log.warn({ err: error }, 'a packet could not be made, trying again');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#running = false;
  }

  /** One state after the other: who is still being shown this one, when it failed for others, is not shown the next one before. */
  async #show(moment: ContextMoment): Promise<void> {
    const shown = await Promise.allSettled([...this.#readers].map((reader) => reader.show(moment)));
    const failure = shown.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #renew(): Promise<ContextMoment> {
    await this.#parts.watches.hold(this, this.#held);
    const { sequence, snapshot } = this.#parts.hub.place;
    const news = this.#news;
    const isLookingAgain = this.#lookingAgain;
    const old = this.#old;
    const begunAt = performance.now();
    this.#begun += 1;
    const about = { number: this.#begun, sections: this.#sections, place: placeAt(snapshot), begunAt };
    this.#news = null;
    this.#lookingAgain = false;
    this.#old = NO_SECTIONS;
    this.#assembling = true;
    try {
      const read = (await this.#readPart(old, about)) ?? (await this.#readWhole(about));
      const isOther = isLookingAgain && this.#isOther(read);
      // A revocation may have been committed before what it shows: it is heard first.
      if (isOther || this.#isAhead(read)) await this.#parts.catchUp();
      const isOpenOtherwise = this.#isOpenOtherwise(read);
      const isShown = read.state !== null && !this.#closed;
      let isInOrder = true;
      if (isShown) {
        this.#knowPerson(read.state!.customerId);
        isInOrder = this.#follow(keysOfContext(read.state!), sequence);
        await this.#holdMembers(read);
      }
      // In one turn with the news of it: nobody is shown the one without the other.
      const meanwhile = this.#takeMeanwhile(read, isInOrder);
      const moment = meanwhile ? read.at(meanwhile.place) : read;
      this.#moment = moment;
      this.#left = null;
      this.#isLetGo = false;
      // Who came meanwhile may show more than was asked for.
      this.#needSections();
      if (!isShown) return moment;
      const changed = [...(isOther ? OF_UNWATCHED : []), ...(isOpenOtherwise ? OF_CONSENT : [])];
      const told = changed.length > 0 ? { ...noNews(), changed: new Set(changed) } : null;
      for (const each of [news, meanwhile?.news, told]) if (each) for (const reader of this.#readers) reader.hear(each);
      return moment;
    } catch (error) {
      this.#tellLater(news, this.#meanwhile ?? []);
      this.#meanwhile = null;
      this.#lookingAgain ||= isLookingAgain;
      this.#old = ALL_SECTIONS;
      if (!isUnavailable(error)) for (const reader of [...this.#readers]) reader.failed(error);
      throw error;
    } finally {
      this.#assembling = false;
    }
  }

  async #readWhole(about: About): Promise<ContextMoment> {
    return new ContextMoment({ ...(await this.#parts.assembly.assemble(this.#customerId, about.sections)), ...about });
  }

  /**
   * Reads what is old or missing, and who the person is, beside what is known. Null: it has to be read with the rest, because that is not known or has not been
   * looked at for long, because the customer is another person by now, or because it shows something that was not heard of before: the rest may be older than that, and of one
   * transaction a packet shows all or nothing.
   */
  async #readPart(old: SectionBits, about: About): Promise<ContextMoment | null> {
    const kept = this.#moment ?? this.#left;
    if (!kept || about.begunAt - kept.begunAt > LONGEST_MS || about.begunAt < this.#wholeUntil) return null;
    const known = kept instanceof PackedMoment ? kept.open() : kept;
    if (!known.texts) return null;
    const asked = sectionsReadFor(about.sections.filter((section) => isIn(old, section) || !known.knows(section)));
    if (about.sections !== known.sections || asked.length === known.sections.length) return null;
    const heard = Math.max(known.version!, this.#heardVersion);
    const joined = known.with(await this.#parts.assembly.assemble(this.#customerId, asked), about);
    // Versions compare within one stream: after a merge that was not heard of yet they are another person's.
    if (joined && joined.personId === known.personId && joined.version! <= heard) return joined;
    this.#wholeUntil = performance.now() + WHOLE_MS;
    return null;
  }

  #knowPerson(personId: string): void {
    const personStream = stream.customer(personId);
    if (personStream === this.#personStream) return;
    this.#personStream = this.#parts.hub.oneCopyOf(personStream);
    this.#heardVersion = 0;
  }

  #hearVersion({ streams, versions }: JournalEvent): void {
    const place = streams.indexOf(this.#personStream);
    if (place >= 0) this.#heardVersion = Math.max(this.#heardVersion, versions[place]!);
  }

  /**
   * News of what came while the state was read and is in it, with the place behind that: of all batches before the first one with an event
   * that is not. The rest is told with the next state.
   */
  #takeMeanwhile(moment: ContextMoment, isInOrder: boolean): { news: News; place: Place } | null {
    const meanwhile = this.#meanwhile;
    if (!meanwhile) return null;
    this.#meanwhile = null;
    const missing = meanwhile.find(({ event }) => !moment.has(event));
    if (!missing && !this.#stale && !this.#news)
      return { news: newsOfAll(meanwhile), place: placeAt(this.#parts.hub.place.snapshot) };
    const isTold = missing !== undefined && !this.#stale && isInOrder;
    const length = isTold ? meanwhile.findIndex(({ place }) => isOneBatch(place, missing.place)) : 0;
    const later = meanwhile.slice(length);
    for (const { event } of later) this.#old |= oldBy(event);
    this.#tellLater(null, later);
    if (length === 0) return null;
    return { news: newsOfAll(meanwhile.slice(0, length)), place: placeAt(meanwhile[length - 1]!.place.after) };
  }

  /** Puts back what nobody was told, before what came since. */
  #tellLater(news: News | null, meanwhile: readonly Meanwhile[]): void {
    if (!news && meanwhile.length === 0) return;
    const all = news ?? noNews();
    mergeNews(all, newsOfAll(meanwhile));
    if (this.#news) mergeNews(all, this.#news);
    this.#news = all;
  }

  /** Tells what came after the state had been read and is in it. */
  #tellNews(moment: ContextMoment): ContextMoment {
    const news = this.#news;
    if (!news || this.#stale || moment !== this.#moment) return moment;
    const later = moment.at(placeAt(this.#parts.hub.place.snapshot));
    this.#news = null;
    this.#moment = later;
    for (const reader of this.#readers) reader.hear(news);
    return later;
  }

  /** True where a state shows what the hub was not told of yet. */
  #isAhead({ state }: ContextMoment): boolean {
    if (!state) return false;
    const isOtherPerson = stream.customer(state.customerId) !== this.#personStream;
    return isOtherPerson || (this.#heardVersion > 0 && state.version > this.#heardVersion);
  }

  /** True unless the state is the one of before. The first one is nothing else than was shown; of one that was let go nobody can say. */
  #isOther(read: ContextMoment): boolean {
    return this.#moment ? !this.#moment.equals(read) : this.#isLetGo;
  }

  /** True where the person has to agree to something else than before: somebody who moved to another country is shown less there, or more. */
  #isOpenOtherwise({ state }: ContextMoment): boolean {
    const awaited = state?.notAgreedTo.join() ?? '';
    const isOther = this.#awaited !== null && this.#awaited !== awaited;
    this.#awaited = awaited;
    return isOther;
  }

  /**
   * Watches what the packet showed; what happened there while it was being assembled is looked at too. False: some of that came before what
   * was heard of already.
   */
  #follow(watched: readonly string[], sequence: number): boolean {
    const { hub } = this.#parts;
    const keys = [...new Set([stream.customer(this.#customerId), ...watched])];
    if (keys.length === this.#keys.length && keys.every((key, i) => key === this.#keys[i])) return true;
    const before = new Set(this.#keys);
    this.#keys = keys.map((key) => hub.oneCopyOf(key));
    const added = new Set(this.#keys.filter((key) => !before.delete(key)));
    hub.unwatch(this, before);
    if (added.size === 0) return true;
    hub.watch(this, added);
    const between = hub.since(sequence, added);
    if (between) {
      for (const { event, place } of between) this.accept(event, place);
      return between.length === 0;
    }
    this.#old = ALL_SECTIONS;
    mergeNews((this.#news ??= noNews()), { ...noNews(), changed: new Set(CONTEXT_SECTIONS) });
    return false;
  }

  /** Who became one person with the customer meanwhile is watched from here on: what was recorded until then is looked for again. */
  async #holdMembers({ state, begunAt }: ContextMoment): Promise<void> {
    const { watches } = this.#parts;
    const ids = [...new Set([this.#customerId, ...state!.memberIds])];
    if (ids.length !== this.#held.length || ids.some((id) => !this.#held.includes(id))) {
      const gone = this.#held.filter((id) => !ids.includes(id));
      this.#held = ids;
      watches.release(this, gone);
      await watches.hold(this, ids);
    }
    const since = watches.watchedSince(ids);
    if (since !== null && since <= begunAt) return;
    this.#lookingAgain = true;
    this.#old = ALL_SECTIONS;
  }

  #isCertain(): boolean {
    return this.#moment !== null && this.#parts.watches.areCertain(this.#held, this.#moment.begunAt);
  }

  #answerQuestions(): void {
    if (!this.#stale) {
      const isWhole = this.#moment?.sections.length === CONTEXT_SECTIONS.length;
      const moment = isWhole && this.#isCertain() ? this.#moment : null;
      return this.#answer(() => moment);
    }
    this.#answer((question) => ((question.rounds += 1) < MOST_ROUNDS ? undefined : null));
  }

  /** Answers the questions for which there is an answer. */
  #answer(answerOf: (question: Question) => ContextMoment | null | undefined): void {
    const asked = this.#questions;
    this.#questions = [];
    for (const question of asked) {
      const answer = answerOf(question);
      if (answer === undefined) this.#questions.push(question);
      else question.resolve(answer);
    }
  }
}

/** What an event makes old. Who the person is always: the version stands there. */
const oldBy = (event: JournalEvent): SectionBits => bitsOf(sectionsOf(event)) | OF_PERSON;
const OF_PERSON = bitsOf(['profile', 'identities']);

const isOneBatch = (one: Place, other: Place) => one.after.text === other.after.text;

function newsOfAll(events: readonly Meanwhile[]): News {
  const all = noNews();
  for (const { event } of events) mergeNews(all, newsOf(event));
  return all;
}
