import { GraphQLError } from 'graphql';

import type { Viewer } from '../values/viewer.ts';
import { Rejection } from './rejection.ts';

export interface TurnSettings {
  /** Queries and mutations that run at once. */
  readonly operationsAtOnce: number;
  /** Of one caller, how many may wait. */
  readonly maxWaitingPerPrincipal: number;
  /** How long one waits, in milliseconds. */
  readonly operationWaitMs: number;
  /** The caller of what runs longer has been answered by now; its place goes to the next, in milliseconds. */
  readonly requestDeadlineMs: number;
}

/** An operation that asks for its turn. */
export interface Candidate {
  readonly viewer: Viewer;
  readonly points: number;
  /** False: whoever asked has left, and nothing needs to be done. Default: they stay. */
  readonly isWanted?: (() => boolean) | undefined;
}

interface Running {
  readonly caller: Caller;
  readonly points: number;
  readonly since: number;
}

interface Waiting {
  readonly candidate: Candidate;
  readonly since: number;
  start(place: Running): void;
  refuse(refusal: Rejection): void;
}

interface Caller {
  readonly principal: string;
  /** Of everything that runs for them now. */
  points: number;
  readonly waiting: Waiting[];
}

const LOOKED_AT_EVERY_MS = 250;
const RETRY_AFTER_SECONDS = 1;

/**
 * Queries and mutations take turns. Without that, all that are asked at once wait for the connections of one pool in the order in which they
 * came, and who asks a little waits behind who asks for a thousand things. Here only as many run as make sense, and the next place
 * goes to the caller for whom the least runs now (in points of cost): a flood holds up the one who makes it. A caller with
 * too many waiting is told so before the server is overloaded, and so is who waited too long. Per process.
 */
export class Turns {
  readonly #settings: TurnSettings;
  readonly #running = new Set<Running>();
  /** Those for whom something runs or waits. */
  readonly #callers = new Map<string, Caller>();
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;

  constructor(settings: TurnSettings) {
    this.#settings = settings;
    this.#timer = setInterval(() => this.#look(), LOOKED_AT_EVERY_MS).unref();
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Does the work when its turn comes. Throws a Rejection when it does not come: then nothing was done. */
  async take<T>(candidate: Candidate, work: () => Promise<T>): Promise<T> {
    const isFree = this.#running.size < this.#settings.operationsAtOnce;
    const place = isFree ? this.#enter(candidate) : await this.#wait(candidate);
    try {
      return await work();
    } finally {
      this.#leave(place);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #enter({ viewer, points }: Candidate): Running {
    const caller = this.#callerOf(viewer.principal);
    const place: Running = { caller, points, since: performance.now() };
    caller.points += points;
    this.#running.add(place);
    return place;
  }

  #wait(candidate: Candidate): Promise<Running> {
    const { waiting } = this.#callerOf(candidate.viewer.principal);
    if (waiting.length >= this.#settings.maxWaitingPerPrincipal)
      throw tooMany(`${waiting.length} of your operations wait already. Let some of them be answered first.`);
    return new Promise((start, refuse) => {
      waiting.push({ candidate, since: performance.now(), start, refuse });
      this.#waiting += 1;
    });
  }

  #leave(place: Running): void {
    // What ran for too long has lost its place to the next already.
    if (!this.#running.delete(place)) return;
    place.caller.points -= place.points;
    this.#forgetIdle(place.caller);
    this.#startNext();
  }

  #startNext(): void {
    while (this.#waiting > 0 && this.#running.size < this.#settings.operationsAtOnce) {
      const next = this.#callerWithLeast()?.waiting.shift();
      if (!next) return;
      this.#waiting -= 1;
      // For who has left while waiting, nothing is done.
      if (next.candidate.isWanted?.() === false) next.refuse(busy());
      else next.start(this.#enter(next.candidate));
    }
  }

  #callerWithLeast(): Caller | null {
    let least: Caller | null = null;
    for (const caller of this.#callers.values())
      if (caller.waiting.length > 0 && (least === null || caller.points < least.points)) least = caller;
    return least;
  }

  #look(): void {
    const now = performance.now();
    const { operationWaitMs, requestDeadlineMs } = this.#settings;
    for (const caller of this.#callers.values()) {
      while (caller.waiting[0] && now - caller.waiting[0].since > operationWaitMs) {
        this.#waiting -= 1;
        caller.waiting.shift()!.refuse(busy());
      }
      this.#forgetIdle(caller);
    }
    for (const place of this.#running) if (now - place.since > requestDeadlineMs) this.#leave(place);
  }

  #callerOf(principal: string): Caller {
    const caller = this.#callers.get(principal) ?? { principal, points: 0, waiting: [] };
    this.#callers.set(principal, caller);
    return caller;
  }

  #forgetIdle({ principal, points, waiting }: Caller): void {
    if (points === 0 && waiting.length === 0) this.#callers.delete(principal);
  }
}

const tooMany = (message: string) => refusal('RATE_LIMITED', message);
const busy = () => refusal('UNAVAILABLE', 'The server is overloaded, and nothing was done. Try again.');

function refusal(code: 'RATE_LIMITED' | 'UNAVAILABLE', message: string): Rejection {
  const error = new GraphQLError(message, { extensions: { code, retryAfterSeconds: RETRY_AFTER_SECONDS } });
  return new Rejection([error], code, RETRY_AFTER_SECONDS);
}
