import { parseContext } from '../services/context/assemble-context.ts';
import type { KnownContext } from '../services/context/read-context.ts';
import type { Place } from '../services/events/cursor.ts';
import type { JournalEvent } from '../services/events/read-events.ts';
import { hasRead, type ReadMoment } from '../services/events/read-moment.ts';
import type { ContextSection, ContextState } from '../values/context-packet.ts';
import type { Assembled } from './context-assembly.ts';

type Given = Assembled &
  Pick<ContextMoment, 'number' | 'sections' | 'place' | 'begunAt'> &
  Partial<Pick<ContextMoment, 'answers'>>;

/** A person's context at a moment. Kept as text, read when somebody is shown it. */
export class ContextMoment implements KnownContext {
  /** Which assembly of its source made it. */
  readonly number: number;
  /** Null: there is no such customer. */
  readonly text: string | null;
  readonly sections: readonly ContextSection[];
  /** Everything up to here is in it. */
  readonly place: Place;
  /** `performance.now()` before the statement began. */
  readonly begunAt: number;
  readonly readAt: ReadMoment | null;
  readonly answers: Map<object, Map<string, string>>;
  #state: ContextState | null = null;

  constructor(given: Given) {
    this.number = given.number;
    this.text = given.text;
    this.sections = given.sections;
    this.place = given.place;
    this.begunAt = given.begunAt;
    this.readAt = given.readAt;
    this.answers = given.answers ?? new Map<object, Map<string, string>>();
  }

  /** Shared by all who are shown it: nobody changes it. */
  get state(): ContextState | null {
    if (this.text !== null) this.#state ??= parseContext(this.text);
    return this.#state;
  }

  /** True: it was read after the event was committed. */
  has(event: JournalEvent): boolean {
    return this.readAt !== null && hasRead(this.readAt, event);
  }

  /** The same of a later place, when everything up to there turned out to be in it. */
  at(place: Place): ContextMoment {
    const later = new ContextMoment({ ...this, place });
    later.#state = this.#state;
    return later;
  }

  /** What it takes, roughly. */
  get bytes(): number {
    let characters = this.text?.length ?? 0;
    for (const answers of this.answers.values()) for (const text of answers.values()) characters += text.length;
    // Half of the texts have a letter that takes two bytes, and then all letters do.
    return characters * 2;
  }

  /** Lets the tree go, the text stays. */
  fold(): void {
    this.#state = null;
  }
}
