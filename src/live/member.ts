import type { AuditedStream } from '../services/access/audit-trail.ts';
import { SLOW_BYTES } from './edge-parts.ts';
import type { LiveOperation, LiveStream, Sink } from './live-operation.ts';

/** What a subscriber is in. */
interface Company {
  readonly audited: AuditedStream;
  leave(member: Member): void;
}

/** One subscriber in a group: its operation, its sink, and how well it keeps up. */
export class Member implements LiveStream {
  #closed = false;
  lastSentAt = performance.now();
  #pendingBytes = 0;
  #sentBytes = 0;
  #progressAt = performance.now();

  readonly operation: LiveOperation;
  readonly sink: Sink;
  readonly #group: Company;

  constructor(operation: LiveOperation, sink: Sink, group: Company) {
    this.operation = operation;
    this.sink = sink;
    this.#group = group;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (!this.#closed) this.#group.leave(this);
  }

  /** Its group lets it go: nothing is sent any more. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#group.audited.closes(this.operation);
  }

  /** True when the peer takes less than it is given. */
  get isSlow(): boolean {
    return this.sink.pendingBytes > SLOW_BYTES;
  }

  send(text: string, cursor: string): void {
    if (this.#closed) return;
    this.lastSentAt = performance.now();
    this.#sentBytes += text.length;
    this.sink.send(text, cursor);
  }

  /** Resolves when the peer has taken everything, or at once when it keeps up or is gone. */
  drained(): Promise<void> {
    if (this.#closed || !this.isSlow) return Promise.resolve();
    return new Promise((resolve) => this.sink.onDrain(resolve));
  }

  /** Milliseconds in which the peer took not a byte of what waits for it. 0: nothing waits. */
  stalledMs(now: number): number {
    const pending = this.sink.pendingBytes;
    if (pending === 0 || pending < this.#pendingBytes + this.#sentBytes) this.#progressAt = now;
    this.#pendingBytes = pending;
    this.#sentBytes = 0;
    return pending === 0 ? 0 : now - this.#progressAt;
  }
}
