/**
 * What graphql-ws is given for an operation: an iterator without values. It only lets the library know that the operation runs, from the moment
 * at which it is asked for; payloads go past it. When the client takes the operation back, or its socket closes, the library hears no more of it: it
 * knows operations by their ids alone, and would take the end of this one for the end of another one that has its id by then.
 */
export class WaitingIterator implements AsyncGenerator<never, undefined, undefined> {
  readonly #failed: Promise<never>;
  #reject!: (error: unknown) => void;
  #onEnd: () => void = () => undefined;
  #isOver = false;
  #isTakenBack = false;

  constructor() {
    this.#failed = new Promise((_, reject) => (this.#reject = reject));
    // Failing before the library asks is no unhandled rejection: it will ask.
    this.#failed.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Over by the client, who is told nothing more. */
  get isTakenBack(): boolean {
    return this.#isTakenBack;
  }

  /** Calls back when the operation is over; at once when it is. */
  onEnd(callback: () => void): void {
    if (this.#isOver) callback();
    else this.#onEnd = callback;
  }

  next(): Promise<never> {
    return this.#failed;
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.#isTakenBack ||= !this.#isOver;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<never> {
    this.fail(error);
    return this.#failed;
  }

  /** Ends the operation with an error that the library sends. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
  }
}
