import type postgres from 'postgres';

/** What runs SQL: a pool, or the one connection of a transaction. */
export type Sql = postgres.ISql<{ bigint: number }>;
