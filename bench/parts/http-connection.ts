import { connect, type Socket } from 'node:net';

/**
 * One keep-alive connection that asks and waits. By hand, because a full HTTP client would take more of the shared CPU than
 * what it measures. Answers must have a content-length.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #head: string;
  #received: Buffer[] = [];
  #length = 0;
  #wanted: number | null = null;
  #bodyAt = 0;
  #waiting: { resolve: (body: Buffer) => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket, url: URL, key: string | null) {
    this.#socket = socket;
    this.#head =
      `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${key === null ? '' : `authorization: Bearer ${key}\r\n`}` +
      'content-type: application/json\r\naccept: application/json\r\n';
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The server closed the connection.')));
  }

  /** `key` null: each request says by its own headers who asks. */
  static open(target: string, key: string | null): Promise<HttpConnection> {
    const url = new URL(target);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => resolve(new HttpConnection(socket, url, key)));
      socket.once('error', reject);
    });
  }

  /** Sends a body, with further header lines, and resolves with that of the answer. Rejects when the status is not 200. */
  post(body: string, requestId: string, head = ''): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(
        `${this.#head}${head}x-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    if (this.#wanted === null && !this.#readHead()) return;
    if (this.#length < this.#wanted!) return;
    const body = Buffer.concat(this.#received).subarray(this.#bodyAt, this.#wanted!);
    this.#received = [];
    this.#length = 0;
    this.#wanted = null;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(body);
  }

  #readHead(): boolean {
    const text = Buffer.concat(this.#received).toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) {
      this.#fail(new Error(`Unexpected answer: ${text.slice(0, 600)}`));
      return false;
    }
    this.#bodyAt = end + 4;
    this.#wanted = this.#bodyAt + Number(length);
    return true;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
