import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What comes over a socket. Bytes are valid during the call only. */
export interface FrameListener {
  opened(): void;
  /** One text message, whole. */
  text(payload: Buffer): void;
  /** The end: a close code and its reason, or 1006 with what was wrong. */
  closed(code: number, reason: string): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Every socket of the process reads into this; what is not looked at in the call is copied. */
const SHARED = Buffer.allocUnsafe(256 * 1024);

/**
 * A WebSocket client that does next to nothing with a frame, so that thousands of them leave the processor to what is measured. Knows
 * what our server and the floor send: unfragmented text, pings and the close.
 */
export class FrameSocket {
  readonly #socket: Socket;
  readonly #listener: FrameListener;
  /** Bytes of a frame that has not come whole. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Nothing can be read before there are this many. */
  #needed = 2;
  #isOpen = false;
  #ending: { code: number; reason: string } | null = null;

  constructor(url: string, protocol: string, listener: FrameListener) {
    const { hostname, port, pathname, host } = new URL(url);
    this.#listener = listener;
    const callback = (bytes: number) => {
      this.#take(SHARED.subarray(0, bytes));
      return true;
    };
    this.#socket = connect({ host: hostname, port: Number(port), onread: { buffer: SHARED, callback }, noDelay: true });
    this.#socket.on('error', ({ message }) => (this.#ending ??= { code: 1006, reason: message }));
    this.#socket.on('close', () => listener.closed(this.#ending?.code ?? 1006, this.#ending?.reason ?? ''));
    this.#socket.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  /** Takes nothing more; the socket stays open. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Gone without a word, and without a port that waits for a minute. */
  drop(): void {
    this.#socket.resetAndDestroy();
  }

  /** Clients mask; a mask of zeros changes nothing. */
  #write(opcode: number, payload: Buffer): void {
    const head = Buffer.alloc(payload.length < 126 ? 6 : 8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (payload.length < 126 ? payload.length : 126);
    if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #take(read: Buffer): void {
    let bytes = read;
    if (this.#restBytes > 0) {
      this.#restBytes += read.length;
      this.#rest.push(Buffer.from(read));
      if (this.#restBytes < this.#needed) return;
      bytes = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#restBytes = 0;
    }
    let at = this.#isOpen ? 0 : this.#openedAt(bytes);
    while (this.#isOpen && at < bytes.length) {
      const end = this.#frame(bytes, at);
      if (end < 0) break;
      at = end;
    }
    if (at === bytes.length) return;
    this.#rest = [Buffer.from(bytes.subarray(at))];
    this.#restBytes = bytes.length - at;
  }

  /** Where frames begin; 0 while the answer to the upgrade has not come. */
  #openedAt(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = bytes.toString('latin1', 9, 12);
    if (status !== '101') {
      this.#ending = { code: 1006, reason: `the upgrade was answered with ${status}` };
      this.drop();
      return bytes.length;
    }
    this.#isOpen = true;
    this.#listener.opened();
    return end + 4;
  }

  /** Reads the frame that begins here. Where it ends; -1 when it has not come whole. */
  #frame(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    const short = left >= 2 ? bytes[at + 1]! & 0x7f : 0;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (left < head) return this.#waitFor(head);
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (left < head + length) return this.#waitFor(head + length);
    const payload = bytes.subarray(at + head, at + head + length);
    const opcode = bytes[at]! & 0x0f;
    if (opcode === TEXT) this.#listener.text(payload);
    else if (opcode === PING) this.#write(PONG, Buffer.from(payload));
    else if (opcode === CLOSE) {
      this.#ending = { code: length >= 2 ? payload.readUInt16BE(0) : 1005, reason: payload.toString('utf8', 2) };
      this.#socket.end();
    }
    return at + head + length;
  }

  #waitFor(bytes: number): number {
    this.#needed = bytes;
    return -1;
  }
}
