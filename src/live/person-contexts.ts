import type { ContextParts } from './context-parts.ts';
import { PersonContext, type ContextReader, type Room } from './person-context.ts';

/** Room for what is left of states that were let go. */
const LEFT_BYTES = 14 * 2 ** 20;
/** So much of it is for packed ones, of which several stand where one does otherwise. */
const PACKED_BYTES = 8 * 2 ** 20;

/** The contexts that this process knows, one for a person however many look at it. */
export class PersonContexts {
  readonly #parts: ContextParts;
  readonly #leftBytes: number;
  readonly #contexts = new Map<string, PersonContext>();

  constructor(parts: ContextParts, leftBytes = LEFT_BYTES) {
    this.#parts = parts;
    this.#leftBytes = leftBytes;
  }

  get(customerId: string): PersonContext | undefined {
    return this.#contexts.get(customerId);
  }

  /** The context of a person for one who is shown it until `leave`. */
  join(customerId: string, reader: ContextReader): PersonContext {
    const context = this.#contextOf(customerId);
    context.add(reader);
    return context;
  }

  leave(customerId: string, reader: ContextReader): void {
    const context = this.#contexts.get(customerId);
    context?.remove(reader);
    this.#forgetUnused(customerId);
  }

  /** Readies the context for questions, until `drop`. */
  keep(customerId: string): PersonContext {
    const context = this.#contextOf(customerId);
    context.kept = true;
    return context;
  }

  drop(customerId: string): void {
    const context = this.#contexts.get(customerId);
    if (context) context.kept = false;
    this.#forgetUnused(customerId);
  }

  /** Lets go of states that nobody looks at, while there is room not of all of it: a person a step, done when it is asked for. */
  *rest(): Generator<void> {
    let left = this.#leftBytes;
    const room = (): Room => (left > PACKED_BYTES ? 'open' : left > 0 ? 'packed' : 'none');
    for (const context of this.#contexts.values()) {
      left -= context.rest(room());
      yield;
    }
  }

  #contextOf(customerId: string): PersonContext {
    const known = this.#contexts.get(customerId);
    if (known) return known;
    const context = new PersonContext(this.#parts, customerId);
    this.#contexts.set(customerId, context);
    return context;
  }

  #forgetUnused(customerId: string): void {
    const context = this.#contexts.get(customerId);
    if (!context?.isUnused) return;
    this.#contexts.delete(customerId);
    context.close();
  }
}
