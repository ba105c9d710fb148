import { readFile, rename, writeFile } from 'node:fs/promises';

import { createClient } from 'graphql-ws';

/** What a program needs of a Punos server: ask once, follow for ever. Copy this file; it needs `graphql-ws`. */
export interface Punos {
  /** One query or mutation. Throws with the server's sentences when it was refused as a whole. */
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /**
   * The payloads of a subscription with one field and the variable `$after`, without gap and without end. After a lost connection it
   * goes on behind the last payload that was worked on: `after` moves when the next one is asked for.
   */
  follow<P extends { cursor: string }>(query: string, options?: Following): AsyncGenerator<P>;
}

interface Following {
  readonly variables?: Record<string, unknown>;
  /** Where to begin; null or absent: now. */
  readonly after?: string | null;
  /** Told where to begin the next time; a program that keeps it misses nothing while it is down. */
  readonly onPlace?: (cursor: string) => Promise<void>;
}

/** Codes after which trying again with the same key or cursor changes nothing. */
const FINAL = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'CURSOR_EXPIRED',
]);
const FINAL_CLOSES = new Set([4401, 4403]);

export class PunosError extends Error {
  readonly code: string;

  constructor(errors: readonly { message: string; extensions?: { code?: unknown } }[]) {
    super(errors.map(({ message }) => message).join(' '));
    this.code = String(errors[0]?.extensions?.code ?? 'UNKNOWN');
  }
}

export function openPunos({ url, key }: { url: string; key: string }): Punos {
  const authorization = `Bearer ${key}`;
  return {
    async ask(query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as { data?: never; errors?: never[] };
      if (errors?.length) throw new PunosError(errors);
      return data!;
    },

    async *follow<P extends { cursor: string }>(query: string, { variables, after = null, onPlace }: Following = {}) {
      let place = after;
      for (let tries = 0; ; tries += 1) {
        // graphql-ws would send the first `after` again when it reconnects by itself: each life is a client of its own.
        const client = createClient({
          url: `${url.replace(/^http/, 'ws')}/graphql`,
          connectionParams: { authorization },
          retryAttempts: 0,
        });
        try {
          for await (const { data, errors } of client.iterate<Record<string, P>>({
            query,
            variables: { ...variables, after: place },
          })) {
            if (errors?.length) throw new PunosError(errors);
            const [payload] = Object.values(data ?? {});
            if (!payload) continue;
            tries = 0;
            yield payload;
            place = payload.cursor;
            await onPlace?.(place);
          }
        } catch (error) {
          // A refused subscription arrives as the list of its errors, a closed socket as its event.
          const trouble = Array.isArray(error) ? new PunosError(error as never[]) : error;
          if (trouble instanceof PunosError && FINAL.has(trouble.code)) throw trouble;
          if (FINAL_CLOSES.has((trouble as { code?: number }).code ?? 0))
            throw new Error('This key is not let in.', { cause: trouble });
        } finally {
          await client.dispose();
        }
        await pause(Math.min(5_000, 200 * 2 ** tries) * (0.5 + Math.random() / 2));
      }
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A place that survives the program: a file that always holds a whole cursor. */
export function placeIn(file: string) {
  return {
    read: () =>
      readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        // Not there yet: the first run. Any other trouble must not be taken for one, or what lies between is skipped.
        if (error.code !== 'ENOENT') throw error;
        return null;
      }),
    async write(cursor: string) {
      await writeFile(`${file}.new`, cursor);
      await rename(`${file}.new`, file);
    },
  };
}
