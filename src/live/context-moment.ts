import { type ContextTexts, parseContext } from '../services/context/assemble-context.ts';
import { type ContextPart, partOf } from '../services/context/context-statement.ts';
import type { KnownAnswer, KnownContext } from '../services/context/read-context.ts';
import type { Place } from '../services/events/cursor.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import { hasRead, type ReadMoment } from '../services/events/read-moment.ts';
import type { ContextSection, ContextState } from '../values/context-packet.ts';
import type { CustomerId } from '../values/ids.ts';
import type { Assembled } from './context-assembly.ts';
import { sectionsOf } from './packet-news.ts';

/** When parts were read that are older than the rest. */
type ReadBefore = Readonly<Partial<Record<ContextPart, ReadMoment>>>;

type Given = Assembled &
  Pick<ContextMoment, 'number' | 'sections' | 'place' | 'begunAt'> &
  Partial<Pick<ContextMoment, 'renewedAt' | 'readBefore' | 'answers'>>;

const NO_ANSWERS = new Map<object, Map<string, KnownAnswer>>();

/** A person's context at a moment. Kept as text, read when somebody is shown it. */
export class ContextMoment implements KnownContext {
  /** Which assembly of its source made it. */
  readonly number: number;
  /** Null: there is no such customer. */
  readonly texts: ContextTexts | null;
  readonly sections: readonly ContextSection[];
  /** Everything up to here is in it. */
  readonly place: Place;
  /** `performance.now()` before the statement began that read the oldest part. */
  readonly begunAt: number;
  /** The same of the newest part. */
  readonly renewedAt: number;
  /** When the newest part was read, and all that are not in `readBefore`. */
  readonly readAt: ReadMoment | null;
  readonly readBefore: ReadBefore | null;
  readonly answers: Map<object, Map<string, KnownAnswer>>;
  #state: ContextState | null = null;
  #version: number | null = null;
  #personId: CustomerId | null = null;

  constructor(given: Given) {
    this.number = given.number;
    this.texts = given.texts;
    this.sections = given.sections;
    this.place = given.place;
    this.begunAt = given.begunAt;
    this.renewedAt = given.renewedAt ?? given.begunAt;
    this.readAt = given.readAt;
    this.readBefore = given.readBefore ?? null;
    this.answers = given.answers ?? new Map<object, Map<string, KnownAnswer>>();
  }

  /** Shared by all who are shown it: nobody changes it. */
  get state(): ContextState | null {
    if (this.texts && !this.#state) {
      this.#state = parseContext(this.texts);
      this.#version = this.#state.version;
      this.#personId = this.#state.customerId;
    }
    return this.#state;
  }

  /** Of the person's stream. Null: there is no such customer. */
  get version(): number | null {
    return this.#version ?? this.state?.version ?? null;
  }

  /** Who the customer was. Null: there is no such customer. */
  get personId(): CustomerId | null {
    return this.#personId ?? this.state?.customerId ?? null;
  }

  /** True: what the event may have changed was read after it was committed. */
  has(event: JournalEvent): boolean {
    const { readAt, readBefore } = this;
    if (!readAt || !hasRead(readAt, event)) return false;
    if (!readBefore) return true;
    return sectionsOf(event).every((section) => {
      const before = readBefore[partOf(section)];
      return !before || hasRead(before, event);
    });
  }

  /** The same of a later place, when everything up to there turned out to be in it. */
  at(place: Place): ContextMoment {
    const later = new ContextMoment({ ...this, place });
    later.#state = this.#state;
    later.#version = this.#version;
    later.#personId = this.#personId;
    return later;
  }

  /** Parts that were read anew in the place of these. Null: there is nothing to join. */
  with(
    read: Assembled,
    { number, place, begunAt }: Pick<ContextMoment, 'number' | 'place' | 'begunAt'>,
  ): ContextMoment | null {
    if (!this.texts || !this.readAt || !read.texts) return null;
    const left = (Object.keys(this.texts) as ContextPart[]).filter((part) => !(part in read.texts!));
    return new ContextMoment({
      ...{ number, place, sections: this.sections, readAt: read.readAt, texts: { ...this.texts, ...read.texts } },
      ...{ begunAt: left.length > 0 ? this.begunAt : begunAt, renewedAt: begunAt },
      readBefore: Object.fromEntries(left.map((part) => [part, this.readBefore?.[part] ?? this.readAt])),
    });
  }

  /** True when the part is there where the section stands. */
  knows(section: ContextSection): boolean {
    return this.texts !== null && partOf(section) in this.texts;
  }

  /** The same without some parts: to be joined with those, and shown to nobody before. */
  without(parts: readonly ContextPart[]): ContextMoment {
    const left = Object.entries(this.texts ?? {}).filter(([part]) => !parts.includes(part as ContextPart));
    return this.holding(Object.fromEntries(left));
  }

  /** The same with these texts instead. Whose it is and of which version is known without them. */
  holding(texts: ContextTexts): ContextMoment {
    const other = new ContextMoment({ ...this, texts, answers: NO_ANSWERS });
    other.#version = this.version;
    other.#personId = this.personId;
    return other;
  }

  /** True when it shows the same. */
  equals({ texts, sections }: ContextMoment): boolean {
    if (!texts || !this.texts) return texts === this.texts;
    const parts = Object.entries(texts) as [ContextPart, string][];
    return this.sections === sections && parts.every(([part, text]) => text === this.texts![part]);
  }

  /** What it takes, roughly. */
  get bytes(): number {
    let characters = 0;
    for (const text of Object.values(this.texts ?? {})) characters += text.length;
    for (const answers of this.answers.values()) for (const { data } of answers.values()) characters += data.length;
    // Half of the texts have a letter that takes two bytes, and then all letters do.
    return characters * 2;
  }

  /** Lets the tree go, the texts stay. */
  fold(): void {
    this.#state = null;
  }
}
