import { setTimeout as pause } from 'node:timers/promises';

import { post, type Answer } from './graphql.ts';

/** A mutation that is safe to repeat: its variables name the act, by an idempotency key or by the source's own id. */
export interface Act {
  readonly mutation: string;
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** An act that was answered: from then on nothing may undo it. */
export interface Acknowledged {
  readonly act: Act;
  /** The mutation's payload. */
  readonly payload: Record<string, unknown>;
  readonly tries: number;
}

export interface Failure {
  readonly act: Act;
  readonly reason: string;
}

/** Far past any fault: on a busy machine a server takes long to come back. */
const REPEAT_FOR_MS = 300_000;

/** Repeats each act, on whatever process answers, until it is acknowledged; notes what was, and what went wrong on the way. */
export class PersistentCaller {
  readonly acknowledged: Acknowledged[] = [];
  /** What was acknowledged, each item of a list for itself. */
  items = 0;
  /** Tries without an acknowledgement, however they ended. */
  readonly failures: Failure[] = [];
  readonly #url: () => string;
  readonly #secret: string;

  readonly #note: (one: Acknowledged) => void;

  /** `note` is told of each acknowledged act before anything else happens, to write it down outside of the system. */
  constructor(url: () => string, secret: string, note: (one: Acknowledged) => void = () => undefined) {
    this.#url = url;
    this.#secret = secret;
    this.#note = note;
  }

  async call(act: Act): Promise<Acknowledged> {
    const deadline = Date.now() + REPEAT_FOR_MS;
    for (let tries = 1; Date.now() < deadline; tries += 1) {
      try {
        const acknowledged = { act, payload: payloadOf(act, await this.#post(act)), tries };
        this.#note(acknowledged);
        this.acknowledged.push(acknowledged);
        this.items += itemsIn(act);
        return acknowledged;
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        this.failures.push({ act, reason: error.message });
        // Soon at first, then less and less often: a server that starts needs its processor.
        await pause(Math.min(20 * 1.3 ** tries, 1_000) * (0.5 + Math.random()));
      }
    }
    throw new Error(`${act.mutation} was not acknowledged in ${REPEAT_FOR_MS} ms: ${this.failures.at(-1)?.reason}`);
  }

  async #post({ document, variables }: Act): Promise<Answer> {
    try {
      // A connection for each try: on one that was kept, a request may meet the server's goodbye, and nobody could tell.
      return await post(this.#url(), this.#secret, document, variables, { connection: 'close' });
    } catch (error) {
      const { message, cause } = error as Error;
      throw new Unanswered(cause instanceof Error ? cause.message || String(cause) : message);
    }
  }
}

const itemsIn = ({ variables }: Act): number =>
  Object.values(variables).find((value) => Array.isArray(value))?.length ?? 1;

/** Whether it was done is not known: try again under the same name. */
class Unanswered extends Error {}

const PASSING = new Set([429, 500, 502, 503, 504]);

function payloadOf({ mutation }: Act, { status, body }: Answer): Record<string, unknown> {
  if (PASSING.has(status)) throw new Unanswered(`${status} ${JSON.stringify(body.errors)}`);
  const payload = body.data?.[mutation] as { userErrors: unknown[] } | null | undefined;
  if (payload == null) {
    if (body.errors?.every(({ extensions }) => extensions['code'] === 'UNAVAILABLE'))
      throw new Unanswered(JSON.stringify(body.errors));
    throw new Error(`${mutation} failed: ${status} ${JSON.stringify(body)}`);
  }
  if (payload.userErrors.length > 0) throw new Error(`${mutation} was refused: ${JSON.stringify(payload.userErrors)}`);
  return payload;
}
