import postgres from 'postgres';

import type { DatabaseSockets } from './database-sockets.ts';

export type Pool = postgres.Sql<{ bigint: number }>;

export interface PoolOptions {
  readonly max: number;
  /** The server ends a statement after this long, in milliseconds. */
  readonly statementTimeoutMs: number;
  readonly applicationName?: string | undefined;
  /** What each connection sets besides. */
  readonly session?: Readonly<Record<string, string | number>>;
  /** Where connections come from. Null: from the address. */
  readonly sockets?: DatabaseSockets | null;
  readonly onNotice?: (notice: postgres.Notice) => void;
}

const SESSION = {
  idle_in_transaction_session_timeout: 10_000,
  lock_timeout: 2_000,
};

/** Connections to one server, made when they are needed, that all read and write values alike. */
export function openPool(url: string, { max, sockets, onNotice, ...options }: PoolOptions): Pool {
  return postgres(url, {
    ...(sockets ? { socket: () => sockets.connect() } : {}),
    max,
    connect_timeout: 5,
    max_lifetime: 1_800,
    // Counts and amounts fit a double (2^53); a BigInt would not survive JSON.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel }, undefined: null },
    onnotice: onNotice ?? (() => undefined),
    connection: {
      application_name: options.applicationName ?? 'punos',
      statement_timeout: options.statementTimeoutMs,
      ...SESSION,
      ...options.session,
    },
  });
}
