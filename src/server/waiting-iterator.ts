/**
 * What graphql-ws is given for a subscription: an iterator without values. It only lets the library know that the operation runs;
 * payloads go past it. Ends when the client completes, when the socket closes, or by `end` and `fail`.
 */
export class WaitingIterator implements AsyncGenerator<never, undefined, undefined> {
  readonly #onEnd: () => void;
  readonly #ended: Promise<IteratorResult<never, undefined>>;
  #resolve!: (result: IteratorResult<never, undefined>) => void;
  #reject!: (error: unknown) => void;
  #done = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Failing before the library asks is no unhandled rejection: it will ask.
    this.#ended.catch(() => undefined);
  }

  next(): Promise<IteratorResult<never, undefined>> {
    return this.#ended;
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.#finish(() => this.#resolve({ done: true, value: undefined }));
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<never, undefined>> {
    this.fail(error);
    return this.#ended;
  }

  /** Ends the operation with an error that the library sends. */
  fail(error: unknown): void {
    this.#finish(() => this.#reject(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #finish(settle: () => void): void {
    if (this.#done) return;
    this.#done = true;
    this.#onEnd();
    settle();
  }
}
