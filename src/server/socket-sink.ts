import type { WebSocket } from 'ws';

import type { Sink } from '../live/live-operation.ts';

/** How much a socket still holds, shared by all its subscriptions. */
export class SocketOutlet {
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];
  /** Set when the server decided that this peer gets nothing more. */
  silent = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get pendingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frame: string): void {
    if (this.silent || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(frame, this.#flushed);
  }

  onDrain(callback: () => void): void {
    if (this.#socket.bufferedAmount === 0) queueMicrotask(callback);
    else this.#waiting.push(callback);
  }

  /** Tells and leaves: a peer that takes nothing will not take the goodbye either. */
  closeNow(code: number, reason: string): void {
    this.silent = true;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  readonly #flushed = (): void => {
    if (this.#waiting.length === 0 || this.#socket.bufferedAmount > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  };
}

/** One subscription's end of a WebSocket: frames are written around the shared text, past graphql-ws. */
export class SocketSink implements Sink {
  readonly #outlet: SocketOutlet;
  readonly #head: string;
  readonly #onFail: (error: unknown) => void;
  closed = false;

  constructor(outlet: SocketOutlet, id: string, onFail: (error: unknown) => void) {
    this.#outlet = outlet;
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.#onFail = onFail;
  }

  get pendingBytes(): number {
    return this.#outlet.pendingBytes;
  }

  send(text: string): void {
    if (!this.closed) this.#outlet.send(`${this.#head}${text}}`);
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
    this.#outlet.closeNow(CLOSE_SLOW.code, CLOSE_SLOW.reason);
  }
}

/** "Try again later": clients come back by themselves and resume. */
const CLOSE_SLOW = { code: 1013, reason: 'Slow consumer: resume with the last cursor' };
