import { WebSocket, type ClientOptions } from 'ws';

export interface Frame {
  id?: string;
  type: string;
  payload?: never;
}

/** A raw WebSocket that keeps every frame, so that none is missed, and how it was closed. */
export class RawSocket {
  readonly frames: Frame[] = [];
  closed: { code: number; reason: string } | null = null;
  readonly socket: WebSocket;
  #changed: (() => void)[] = [];

  constructor(
    url: string,
    protocols: string | string[] | undefined = 'graphql-transport-ws',
    options: ClientOptions = {},
  ) {
    this.socket = new WebSocket(`${url}/graphql`, protocols as string, options);
    this.socket.on('message', (frame: Buffer) => {
      this.frames.push(JSON.parse(frame.toString()) as Frame);
      this.#notify();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#notify();
    });
    this.socket.on('error', () => undefined);
  }

  /** Resolves when open; rejects with the status when the upgrade was refused. */
  async opened(): Promise<this> {
    if (this.socket.readyState === this.socket.OPEN) return this;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
      this.socket.once('error', reject);
    });
    return this;
  }

  /** Opens and initialises with a key. */
  async connected(secret: string): Promise<this> {
    await this.opened();
    this.send({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } });
    const isIn = () => this.frames.some((frame) => frame.type === 'connection_ack');
    await this.until(() => isIn() || this.closed !== null);
    if (!isIn()) throw new Error(`Closed with ${JSON.stringify(this.closed)}`);
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  subscribe(id: string, query: string, variables?: Record<string, unknown>): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  of(id: string): Frame[] {
    return this.frames.filter((frame) => frame.id === id);
  }

  /** Waits for a condition; looked at again with every frame and at the close. */
  async until(holds: () => boolean, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!holds()) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(
          `Waited in vain; frames: ${JSON.stringify(this.frames).slice(0, 2_000)}, closed: ${JSON.stringify(this.closed)}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async untilClosed(timeoutMs = 60_000): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== null, timeoutMs);
    return this.closed!;
  }

  close(): void {
    this.socket.close();
  }

  #notify(): void {
    for (const changed of this.#changed.splice(0)) changed();
  }
}
