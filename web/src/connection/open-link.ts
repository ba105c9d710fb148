import { createClient } from 'graphql-ws/client';

import { asAuthorization } from './api-key.ts';
import { GraphError, refusalOfKey } from './graph-error.ts';

/** How the connection stands. */
export type LinkState =
  { kind: 'connecting' } | { kind: 'live' } | { kind: 'waiting' } | { kind: 'refused'; reason: string };

/** What every payload of ours carries. */
export interface Payload {
  cursor: string;
}

export interface Following<P extends Payload> {
  /** A document with one subscription field and the variable `$after`. */
  query: string;
  variables?: Readonly<Record<string, unknown>>;
  /** Where to begin; null begins now. */
  after?: string | null;
  /** `first` is true for the first payload after each (re)connection. */
  onPayload: (payload: P, first: boolean) => void;
  /** The server no longer has what lies behind our cursor: read afresh, then follow again from now. */
  onGap?: () => void;
  /** A key that lacks the right for it goes on without: following ends, nothing is said. */
  isOptional?: boolean;
}

export interface Link {
  follow: <P extends Payload>(following: Following<P>) => () => void;
  close: () => void;
}

const PING_EVERY_MS = 10_000;
const SILENT_AFTER_MS = 25_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * One socket for all subscriptions of a page. graphql-ws would send the original `after` again when it reconnects by
 * itself, so its retries are off: each subscription begins anew behind the last cursor that it has seen.
 */
export function openLink(key: string, onState: (state: LinkState) => void): Link {
  const stopped = new AbortController();
  let lastHeardAt = Date.now();
  let isOpen = false;
  let refused = false;
  const tell = (state: LinkState) => {
    if (!refused && !stopped.signal.aborted) onState(state);
  };
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: () => ({ authorization: asAuthorization(key) }),
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: {
      connecting: () => tell({ kind: 'connecting' }),
      message: () => void (lastHeardAt = Date.now()),
      connected: () => {
        lastHeardAt = Date.now();
        isOpen = true;
        tell({ kind: 'live' });
      },
      closed: () => {
        isOpen = false;
        tell({ kind: 'waiting' });
      },
    },
  });
  // A network that went away does not close the socket: nothing heard, not even a pong, means it is dead.
  const watch = setInterval(() => {
    if (isOpen && Date.now() - lastHeardAt > SILENT_AFTER_MS) client.terminate();
  }, PING_EVERY_MS / 2);

  const follow = <P extends Payload>(following: Following<P>) => {
    const ended = new AbortController();
    const over = AbortSignal.any([ended.signal, stopped.signal]);
    let place = following.after ?? null;
    let tries = 0;
    void keepFollowing();
    return () => ended.abort();

    async function keepFollowing(): Promise<void> {
      while (!over.aborted) {
        try {
          await followOnce();
        } catch (error) {
          if (over.aborted) return;
          if (following.isOptional && error instanceof GraphError && error.code === 'FORBIDDEN') return;
          const reason = refusalOfKey(error);
          if (reason) {
            tell({ kind: 'refused', reason });
            refused = true;
            return;
          }
          if (error instanceof GraphError && error.code === 'CURSOR_EXPIRED') {
            place = null;
            following.onGap?.();
          }
        }
        tries += 1;
        await pause(tries, over);
      }
    }

    async function followOnce(): Promise<void> {
      let first = true;
      const variables = { ...following.variables, after: place };
      const results = client.iterate<Record<string, P>>({ query: following.query, variables });
      const stop = () => void results.return?.();
      over.addEventListener('abort', stop);
      try {
        for await (const { data, errors } of results) {
          if (over.aborted) return;
          if (errors?.length) throw new GraphError(errors);
          const payload = data && Object.values(data)[0];
          if (!payload) continue;
          tries = 0;
          place = payload.cursor;
          following.onPayload(payload, first);
          first = false;
        }
      } catch (error) {
        // A refused subscription arrives as the bare list of its errors.
        throw Array.isArray(error) ? new GraphError(error) : error;
      } finally {
        over.removeEventListener('abort', stop);
      }
    }
  };

  return {
    follow,
    close: () => {
      stopped.abort();
      clearInterval(watch);
      void client.dispose();
    },
  };
}

/** Waits longer with each try, with jitter, and no longer than until the network is back. */
function pause(tries: number, over: AbortSignal): Promise<void> {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, most / 2 + Math.random() * (most / 2));
    addEventListener('online', done);
    over.addEventListener('abort', done);
  });
}
