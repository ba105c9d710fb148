import type { ServerResponse } from 'node:http';

import type { GraphQLError } from 'graphql';

import type { Sink } from '../live/live-operation.ts';

/** One subscription's end of an event stream (graphql-sse, distinct connections): `id` is the cursor. */
export class EventStreamSink implements Sink {
  readonly #response: ServerResponse;
  readonly #onFail: (error: unknown) => void;
  #waiting: (() => void)[] = [];
  closed = false;

  constructor(response: ServerResponse, onFail: (error: unknown) => void) {
    this.#response = response;
    this.#onFail = onFail;
  }

  get pendingBytes(): number {
    return this.#response.writableLength;
  }

  send(text: string, cursor: string): void {
    this.#write(`event: next\nid: ${cursor}\ndata: ${text}\n\n`);
  }

  /** The one result of a query or mutation, or the errors that end a subscription. */
  sendResult(result: unknown): void {
    this.#write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  /** Nothing for the client to read; proxies and half-open links show themselves. */
  keepAlive(): void {
    this.#write(':\n\n');
  }

  /** The operation is over: clients do not come back. */
  complete(errors: readonly GraphQLError[] = []): void {
    if (this.closed) return;
    if (errors.length > 0) this.sendResult({ errors });
    this.#write('event: complete\ndata:\n\n');
    this.closed = true;
    this.#response.end();
  }

  /** The connection is over, the operation is not: clients come back after `retryMs` with the last id. */
  interrupt(retryMs: number): void {
    if (this.closed) return;
    this.#write(`retry: ${retryMs}\n\n`);
    this.closed = true;
    this.#response.end();
    setTimeout(() => this.#response.destroy(), 1_000).unref();
  }

  onDrain(callback: () => void): void {
    if (this.#response.writableLength === 0) queueMicrotask(callback);
    else this.#waiting.push(callback);
  }

  fail(error: unknown): void {
    if (!this.closed) this.#onFail(error);
  }

  closeStalled(): void {
    this.closed = true;
    this.#response.destroy();
  }

  #write(chunk: string): void {
    if (!this.closed && !this.#response.destroyed) this.#response.write(chunk, this.#flushed);
  }

  readonly #flushed = (): void => {
    if (this.#waiting.length === 0 || this.#response.writableLength > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  };
}
