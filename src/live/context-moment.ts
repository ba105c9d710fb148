import { parseContext } from '../services/context/assemble-context.ts';
import type { Place } from '../services/events/cursor.ts';
import type { ContextSection, ContextState } from '../values/context-packet.ts';

/** A person's context at a moment: everything up to its place is in it. Kept as text, read when somebody is shown it. */
export class ContextMoment {
  /** Which assembly of its source made it. */
  readonly number: number;
  /** Null: there is no such customer. */
  readonly text: string | null;
  readonly sections: readonly ContextSection[];
  readonly place: Place;
  /** `performance.now()` before the statement began. */
  readonly begunAt: number;
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

  /** Lets the tree go, the text stays. */
  fold(): void {
    this.#state = null;
  }
}
