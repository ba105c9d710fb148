import type { LiveStream, Sink } from '../live/live-operation.ts';
import { rememberLast } from './remember-last.ts';
import type { SocketContext, SocketPeer } from './socket-peer.ts';

/** The rest of a `next` frame behind its head: a broadcast's text comes once for each reader and becomes bytes once. */
const bodyOf = rememberLast((text) => Buffer.from(`${text}}`));

/** Tells the peer that this operation ended with an error. */
export type OnFail = (peer: SocketPeer, id: string, error: unknown) => void;

/**
 * An operation of a WebSocket. graphql-ws has it under its id, as the generator that it would have of a subscription, and returns it when
 * the client takes the operation back or the socket closes. Frames are written around the shared text, past the library.
 */
export class SocketOperation implements Sink {
  readonly #id: string;
  readonly #context: SocketContext;
  readonly #onFail: OnFail;
  /** Not a buffer: a small one would hold on to the slab of 64 KB that it was cut from. */
  readonly #head: string;
  #stream: LiveStream | null = null;
  #isOver = false;

  constructor(id: string, context: SocketContext, onFail: OnFail) {
    this.#id = id;
    this.#context = context;
    this.#onFail = onFail;
    this.#head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    // In place of the library's own reservation, so that we are told at once when this is taken back.
    (context.subscriptions as Record<string, unknown>)[id] = this;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isWanted(): boolean {
    return !this.#isOver && this.#peer.isOpen;
  }

  /** The stream that ends with the operation; at once when that is over. */
  set stream(stream: LiveStream) {
    this.#stream = stream;
    if (this.#isOver) stream.close();
  }

  get pendingBytes(): number {
    return this.#peer.outlet.pendingBytes;
  }

  send(text: string): void {
    if (!this.#isOver) this.#peer.outlet.sendShared(this.#head, bodyOf(text));
  }

  onDrain(callback: () => void): void {
    this.#peer.outlet.onDrain(callback);
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    delete (this.#context.subscriptions as Record<string, unknown>)[this.#id];
    this.#onFail(this.#peer, this.#id, error);
  }

  closeStalled(): void {
    this.#end();
    this.#peer.outlet.closeSlow();
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** By this and `return` graphql-ws knows a generator; it does not ask for values. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  get #peer(): SocketPeer {
    return this.#context.extra;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.close();
  }
}
