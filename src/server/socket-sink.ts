import type { Sink } from '../live/live-operation.ts';
import { rememberLast } from './remember-last.ts';
import type { SocketOutlet } from './socket-outlet.ts';

/** The rest of a `next` frame behind its head: a broadcast's text comes once for each reader and becomes bytes once. */
const bodyOf = rememberLast((text) => Buffer.from(`${text}}`));

/** One subscription's end of a WebSocket: frames are written around the shared text, past graphql-ws. */
export class SocketSink implements Sink {
  readonly #outlet: SocketOutlet;
  /** Not a buffer: a small one would hold on to the slab of 64 KB that it was cut from. */
  readonly #head: string;
  readonly #onFail: (error: unknown) => void;
  closed = false;

  constructor(outlet: SocketOutlet, id: string, onFail: (error: unknown) => void = () => undefined) {
    this.#outlet = outlet;
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.#onFail = onFail;
  }

  get pendingBytes(): number {
    return this.#outlet.pendingBytes;
  }

  send(text: string): void {
    if (!this.closed) this.#outlet.sendShared(this.#head, bodyOf(text));
  }

  onDrain(callback: () => void): void {
    this.#outlet.onDrain(callback);
  }

  fail(error: unknown): void {
    if (this.closed) return;
    this.closed = true;
    this.#onFail(error);
  }

  closeStalled(): void {
    this.closed = true;
    this.#outlet.closeSlow();
  }
}
