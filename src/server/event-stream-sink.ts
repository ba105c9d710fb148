import type { ServerResponse } from 'node:http';

import type { GraphQLError } from 'graphql';

import { textOf } from '../execution/execute.ts';
import type { Sink } from '../live/live-operation.ts';
import { rememberLast } from './remember-last.ts';

/** Nothing in an event is its reader's own: all who share a text are sent the same bytes. */
const eventOf = rememberLast((text, cursor) => Buffer.from(`event: next\nid: ${cursor}\ndata: ${text}\n\n`));
const NOTHING = Buffer.alloc(0);
const COMMENT = Buffer.from(':\n\n');

/** One subscription's end of an event stream (graphql-sse, distinct connections): `id` is the cursor. */
export class EventStreamSink implements Sink {
  readonly #response: ServerResponse;
  readonly #onFail: (error: unknown) => void;
  closed = false;

  constructor(response: ServerResponse, onFail: (error: unknown) => void) {
    this.#response = response;
    this.#onFail = onFail;
  }

  get pendingBytes(): number {
    return this.#response.writableLength;
  }

  send(text: string, cursor: string): void {
    this.#write(eventOf(text, cursor));
  }

  /** The one result of a query or mutation, or the errors that end a subscription. */
  sendResult(text: string): void {
    this.#write(`event: next\ndata: ${text}\n\n`);
  }

  /** Nothing for the client to read; proxies and half-open links show themselves. */
  keepAlive(): void {
    this.#write(COMMENT);
  }

  /** The operation is over: clients do not come back. */
  complete(errors: readonly GraphQLError[] = []): void {
    if (this.closed) return;
    if (errors.length > 0) this.sendResult(textOf({ errors }));
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

  /** Runs the callback once, when the peer has taken everything that was sent up to now, or is gone. */
  onDrain(callback: () => void): void {
    const { socket, writableLength } = this.#response;
    if (writableLength === 0 || this.#response.destroyed || this.closed) queueMicrotask(callback);
    else if (socket) socket.write(NOTHING, () => callback());
    // Asked for behind another request on the same connection: its turn has not come.
    else this.#response.once('drain', callback);
  }

  fail(error: unknown): void {
    if (!this.closed) this.#onFail(error);
  }

  closeStalled(): void {
    this.closed = true;
    this.#response.destroy();
  }

  #write(chunk: string | Buffer): void {
    if (!this.closed && !this.#response.destroyed) this.#response.write(chunk);
  }
}
