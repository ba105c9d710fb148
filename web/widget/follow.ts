import { createClient } from 'graphql-ws/client';

import { GraphTrouble } from './graph.ts';

const PING_EVERY_MS = 10_000;
const SILENT_AFTER_MS = 25_000;

/** One socket and what is followed over it. */
export interface Line {
  follow: <P>(query: string, variables: Record<string, unknown>, take: (payload: P) => void) => Promise<void>;
  close: () => void;
}

/** A socket that lives once: whoever follows begins anew behind the last cursor, which graphql-ws's own retry would not do. */
export function openLine(server: string, token: string): Line {
  let heardAt = Date.now();
  const client = createClient({
    url: `${server.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: { message: () => void (heardAt = Date.now()) },
  });
  // A network that went away does not close the socket: nothing heard, not even a pong, means that it is dead.
  const watch = setInterval(() => {
    if (Date.now() - heardAt > SILENT_AFTER_MS) client.terminate();
  }, PING_EVERY_MS / 2);
  return {
    async follow<P>(query: string, variables: Record<string, unknown>, take: (payload: P) => void) {
      try {
        for await (const { data, errors } of client.iterate<Record<string, P>>({ query, variables })) {
          if (errors?.length) throw new GraphTrouble(errors as never);
          const payload = data && Object.values(data)[0];
          if (payload) take(payload);
        }
      } catch (error) {
        if (Array.isArray(error)) throw new GraphTrouble(error as never);
        const { code } = error as { code?: number };
        if (code === 4401 || code === 4403)
          throw new GraphTrouble([{ message: '', extensions: { code: 'UNAUTHENTICATED' } }]);
        throw error;
      }
    },
    close() {
      clearInterval(watch);
      void client.dispose();
    },
  };
}
