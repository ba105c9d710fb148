import { setTimeout as pause } from 'node:timers/promises';

import { until } from './until.ts';

/** What a subscription asks. The document takes its place as `$after: String`. */
export interface Asked {
  readonly field: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One payload of the field, with the moment it came (milliseconds since 1970). */
export interface Heard<Payload> {
  readonly payload: Payload;
  readonly at: number;
}

/** How a connection ended: a WebSocket close code, or what the event stream said last. */
export interface Ending {
  readonly at: number;
  readonly code: number | string;
  readonly reason: string;
}

export interface ReaderOptions {
  /** Asked before each connection, so that a reader can go to another process. */
  readonly url: () => string;
  readonly secret: string;
  readonly asked: Asked;
  /** False: the first ending is the last one. */
  readonly comesBack?: boolean;
}

/** Codes after which coming back can help. */
const PASSING = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR']);

/**
 * A subscriber that notes everything it is sent, and comes back with the cursor of the last payload when it loses its connection: a
 * fresh subscription with `after` moved forward, as our client examples do.
 */
export abstract class LiveReader<Payload extends { cursor: string }> {
  readonly heard: Heard<Payload>[] = [];
  readonly endings: Ending[] = [];
  /** What was wrong with a subscription for good: the codes of its errors. */
  readonly refusals: string[] = [];
  connections = 0;
  closed = false;
  readonly #options: ReaderOptions;
  #cursor: string | null = null;
  #running: Promise<void> | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  get asked(): Asked {
    return this.#options.asked;
  }

  get payloads(): Payload[] {
    return this.heard.map(({ payload }) => payload);
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  /** Begins to read; resolves with the first payload. */
  async open(after: string | null = null): Promise<this> {
    this.#cursor = after;
    this.#running = this.#comeAndGo();
    await until(
      () => this.heard.length + this.refusals.length + (this.#comesBack ? 0 : this.endings.length),
      (count) => count > 0,
      120_000,
    );
    return this;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.leave();
    await this.#running;
  }

  /** Loses its connection, and comes back as after any other ending. */
  drop(): void {
    this.leave();
  }

  /** Drops the connection. */
  protected abstract leave(): void;

  /** One connection, from its beginning to its end. Hands in each payload by `take`. */
  protected abstract connect(url: string, secret: string, after: string | null): Promise<Omit<Ending, 'at'>>;

  protected take(result: { data?: Record<string, unknown> | null; errors?: readonly ErrorOf[] }): void {
    const payload = result.data?.[this.asked.field] as Payload | undefined;
    if (!payload) return this.refuse(result.errors ?? []);
    this.heard.push({ payload, at: Date.now() });
    this.#cursor = payload.cursor;
  }

  protected refuse(errors: readonly ErrorOf[]): void {
    for (const { message, extensions } of errors) {
      const code = String(extensions?.['code'] ?? message);
      if (!PASSING.has(code)) this.refusals.push(code);
    }
  }

  get #comesBack(): boolean {
    return this.#options.comesBack ?? true;
  }

  async #comeAndGo(): Promise<void> {
    let inVain = 0;
    do {
      const before = this.heard.length;
      const ending = await this.connect(this.#options.url(), this.#options.secret, this.#cursor);
      this.endings.push({ ...ending, at: Date.now() });
      // A crowd that lost its server does not come back in one moment.
      // Nor again and again in no time.
      inVain = this.heard.length === before ? inVain + 1 : 0;
      if (!this.closed && this.#comesBack) await pause((100 + Math.random() * 300) * Math.min(1.3 ** inVain, 5));
    } while (!this.closed && this.#comesBack && this.refusals.length === 0);
  }
}

interface ErrorOf {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}
