import type { ContextParts } from './context-parts.ts';
import { PersonContext, type ContextReader } from './person-context.ts';

/** States stay as long as this after an event; shorter while they take more room than this. */
const LONGEST_LIVELY_MS = 30_000;
const LIVELY_BYTES = 64 * 2 ** 20;

/** The contexts that this process knows, one for a person however many look at it. */
export class PersonContexts {
  readonly #parts: ContextParts;
  readonly #contexts = new Map<string, PersonContext>();
  #livelyMs = LONGEST_LIVELY_MS;

  constructor(parts: ContextParts) {
    this.#parts = parts;
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

  /** Lets go of states that nobody looks at, sooner where nothing happened, and the sooner the more room the others take. */
  rest(): void {
    let bytes = 0;
    for (const context of this.#contexts.values()) bytes += context.rest(this.#livelyMs);
    const isFull = bytes > LIVELY_BYTES;
    this.#livelyMs = isFull ? this.#livelyMs / 2 : Math.min(this.#livelyMs * 1.5, LONGEST_LIVELY_MS);
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
