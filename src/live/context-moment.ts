import { parseContext } from '../services/context/assemble-context.ts';
import type { KnownContext } from '../services/context/read-context.ts';
import type { Place } from '../services/events/cursor.ts';
import type { ContextSection, ContextState } from '../values/context-packet.ts';

/** A person's context at a moment: everything up to its place is in it. Kept as text, read when somebody is shown it. */
export class ContextMoment implements KnownContext {
  /** Which assembly of its source made it. */
  readonly number: number;
  /** Null: there is no such customer. */
  readonly text: string | null;
  readonly sections: readonly ContextSection[];
  readonly place: Place;
  /** `performance.now()` before the statement began. */
  readonly begunAt: number;
  readonly answers = new Map<object, Map<string, string>>();
  #state: ContextState | null = null;

  constructor(given: Pick<ContextMoment, 'number' | 'text' | 'sections' | 'place' | 'begunAt'>) {
    this.number = given.number;
    this.text = given.text;
    this.sections = given.sections;
    this.place = given.place;
    this.begunAt = given.begunAt;
  }

  /** Shared by all who are shown it: nobody changes it. */
  get state(): ContextState | null {
    if (this.text !== null) this.#state ??= parseContext(this.text);
    return this.#state;
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
