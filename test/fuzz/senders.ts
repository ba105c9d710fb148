import { WebSocket } from 'ws';

import type { FuzzDocument } from './documents.ts';

/** What came back for one document: the HTTP status where there is one, and each result as GraphQL means it. */
export interface Heard {
  readonly status: number | null;
  readonly results: readonly Result[];
}

export interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message?: unknown;
    readonly extensions?: { readonly code?: unknown; readonly requestId?: unknown };
  }[];
}

/** Sends a document and waits for what the server has to say about it. Throws when that is not what the protocol allows. */
export type Send = (document: FuzzDocument, secret: string) => Promise<Heard>;

const ANSWER_WITHIN_MS = 120_000;
const LARGEST_FRAME = 65_000;
const LARGEST_BODY = 262_000;
const TYPES = [
  'application/json',
  'application/graphql-response+json',
  '*/*',
  'application/graphql-response+json, application/json;q=0.5',
];
const JSON_TYPE = /^application\/(graphql-response\+)?json; charset=utf-8$/;

/** POST, now and then GET. */
export const overHttp =
  (url: string, roll: (sides: number) => number): Send =>
  async ({ kind, query, variables }, secret) => {
    const body = JSON.stringify({ query, variables });
    // Refused by its length while it is still being sent: the client sees a broken pipe as often as the 413.
    if (Buffer.byteLength(body) > LARGEST_BODY) return { status: null, results: [] };
    const headers = { authorization: `Bearer ${secret}`, accept: TYPES[roll(TYPES.length)]! };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const wanted = `${url}/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`;
    const isGet = kind === 'query' && roll(10) === 0 && wanted.length < 8_000;
    const response = isGet
      ? await fetch(wanted, { headers: { ...headers, 'apollo-require-preflight': 'yes' }, signal })
      : await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
          signal,
        });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    if (!JSON_TYPE.test(type)) throw new Error(`${response.status} with the type ${type}: ${text.slice(0, 200)}`);
    return { status: response.status, results: [JSON.parse(text) as Result] };
  };

/** An event stream, left after what came first. */
export const overEventStream =
  (url: string): Send =>
  async ({ query, variables }, secret) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.status !== 200) return { status: response.status, results: [(await response.json()) as Result] };
    let text = '';
    for await (const bytes of response.body!) {
      text += Buffer.from(bytes as Uint8Array).toString();
      const event = /^event: next\n(?:id: .*\n)?data: ([^\n]*)\n\n/m.exec(text);
      if (!event) continue;
      // Leaving the loop closes the stream.
      return { status: 200, results: [JSON.parse(event[1]!) as Result] };
    }
    // Its key was changed by another document: it is told when to come back.
    if (/^retry: \d+\n\n$/m.test(text)) return { status: 200, results: [] };
    throw new Error(`An event stream ended without a word: ${text.slice(0, 300)}`);
  };

interface Frame {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** Sockets, one for each key, each of many operations; now and then one is dropped in the middle. */
export function overSockets(url: string, roll: (sides: number) => number): { send: Send; close(): void } {
  const sockets = new Map<string, FuzzSocket>();
  let operations = 0;
  return {
    async send(document, secret) {
      const { query, variables } = document;
      let socket = sockets.get(secret);
      if (!socket?.isOpen) {
        socket = await FuzzSocket.open(url, secret);
        sockets.set(secret, socket);
      }
      const payload = { query, variables };
      // Past the limit of a frame, which closes the socket: the HTTP limit is larger.
      if (Buffer.byteLength(JSON.stringify(payload)) > LARGEST_FRAME) return overHttp(url, roll)(document, secret);
      const id = String((operations += 1));
      const heard = socket.ask(id, payload, document.kind === 'subscription');
      if (roll(200) === 0) {
        socket.drop();
        await heard.catch(() => undefined);
        return { status: null, results: [] };
      }
      return { status: null, results: await heard };
    },
    close() {
      for (const socket of sockets.values()) socket.drop();
    },
  };
}

class FuzzSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (frame: Frame | Error) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes: Buffer) => {
      const frame = JSON.parse(bytes.toString()) as Frame;
      if (frame.type === 'ping') socket.send('{"type":"pong"}');
      this.#waiting.get(frame.id ?? frame.type)?.(frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      for (const tell of this.#waiting.values()) tell(new Error(`closed: ${code} ${reason.toString()}`));
    });
  }

  static async open(url: string, secret: string): Promise<FuzzSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    const made = new FuzzSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const acknowledged = made.#next('connection_ack');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } }));
    await acknowledged;
    made.#waiting.delete('connection_ack');
    return made;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** The results of an operation: of a subscription the first, then it is completed. */
  async ask(id: string, payload: object, isSubscription: boolean): Promise<Result[]> {
    const results: Result[] = [];
    let heard = this.#next(id);
    this.#socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
    try {
      for (;;) {
        const frame = await heard;
        if (frame.type === 'error') return [...results, { errors: frame.payload as never }];
        if (frame.type === 'complete') return results;
        if (frame.type !== 'next') throw new Error(`an unexpected frame: ${JSON.stringify(frame).slice(0, 300)}`);
        results.push(frame.payload as Result);
        if (isSubscription) {
          this.#socket.send(JSON.stringify({ id, type: 'complete' }));
          return results;
        }
        heard = this.#next(id);
      }
    } finally {
      this.#waiting.delete(id);
    }
  }

  drop(): void {
    this.#socket.terminate();
  }

  readonly #early = new Map<string, Frame[]>();

  #next(id: string): Promise<Frame> {
    const early = this.#early.get(id)?.shift();
    if (early) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer in time')), ANSWER_WITHIN_MS);
      this.#waiting.set(id, (frame) => {
        clearTimeout(timer);
        // What comes before somebody asks for it is kept in its order.
        this.#waiting.set(id, (later) => {
          if (!(later instanceof Error)) this.#early.set(id, [...(this.#early.get(id) ?? []), later]);
        });
        if (frame instanceof Error) reject(frame);
        else resolve(frame);
      });
    });
  }
}
