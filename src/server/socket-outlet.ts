import type { Duplex } from 'node:stream';

import type { WebSocket } from 'ws';

/** Streams that were written to in this turn of the loop: all their frames leave in one write. */
let corked: Duplex[] = [];

function cork(stream: Duplex): void {
  stream.cork();
  if (corked.push(stream) === 1) process.nextTick(uncorkAll);
}

function uncorkAll(): void {
  const streams = corked;
  corked = [];
  for (const stream of streams) stream.uncork();
}

const NOTHING = Buffer.alloc(0);
const MOST_UNTAKEN_BYTES = 16 * 2 ** 20;
/** With the two pings that it takes to be sure of a dead link, a socket is gone after 45 s at the latest. */
const SLOW_PATIENCE_MS = 20_000;

/** The way out of one WebSocket, shared by all its subscriptions. */
export class SocketOutlet {
  readonly #socket: WebSocket;
  /** What the socket runs on: frames that others share are written there, around ws. */
  readonly #stream: Duplex;
  readonly #onSilent: (socket: WebSocket) => void;
  /** Set when the server decided that this peer gets nothing more. */
  silent = false;

  /** `onSilent` is told once when it is decided: nothing has to be kept for this peer any more. */
  constructor(socket: WebSocket, stream: Duplex, onSilent: (socket: WebSocket) => void) {
    this.#socket = socket;
    this.#stream = stream;
    this.#onSilent = onSilent;
  }

  /** How much the peer has not taken yet. */
  get pendingBytes(): number {
    return this.#stream.writableLength;
  }

  send(frame: string): void {
    if (this.#isOpen) this.#socket.send(frame);
  }

  /**
   * One text frame of two parts. `body` is the same bytes for everybody and is not copied: only the frame's few first bytes are this
   * socket's own. Nothing is compressed or masked, so ws has nothing of its own between two frames.
   */
  sendShared(head: string, body: Buffer): void {
    if (!this.#isOpen) return;
    if (this.#stream.writableCorked === 0) cork(this.#stream);
    this.#stream.write(frameHead(head, body.length));
    this.#stream.write(body);
  }

  /** Runs the callback once, when the peer has taken everything that was sent up to now, or is gone. */
  onDrain(callback: () => void): void {
    if (this.#stream.writableLength === 0 || !this.#stream.writable) queueMicrotask(callback);
    else this.#stream.write(NOTHING, () => callback());
  }

  /** True for a peer that goes on asking (queries, pings) and does not read the answers. */
  get isStuffed(): boolean {
    return this.pendingBytes > MOST_UNTAKEN_BYTES;
  }

  /** Tells and leaves: a peer that takes nothing will not take the goodbye either. */
  closeNow(code: number, reason: string, patienceMs = 1_000): void {
    if (this.silent) return;
    this.silent = true;
    this.#socket.close(code, reason);
    this.#onSilent(this.#socket);
    setTimeout(() => this.#socket.terminate(), patienceMs).unref();
  }

  /** Ends a peer that does not read so that it can resume. The goodbye waits behind what it has not taken, in case it wakes up soon. */
  closeSlow(): void {
    this.closeNow(1013, 'Slow consumer: resume with the last cursor', SLOW_PATIENCE_MS);
  }

  get #isOpen(): boolean {
    return !this.silent && this.#socket.readyState === this.#socket.OPEN;
  }
}

const WHOLE_TEXT = 0x81;

/** The beginning of an unmasked text frame (RFC 6455, 5.2) with the first of its text; so many bytes follow. */
function frameHead(first: string, following: number): Buffer {
  const firstBytes = Buffer.byteLength(first);
  const bytes = firstBytes + following;
  const size = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(size + firstBytes);
  frame[0] = WHOLE_TEXT;
  if (size === 2) frame[1] = bytes;
  else if (size === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(bytes, 6);
  }
  frame.write(first, size);
  return frame;
}
