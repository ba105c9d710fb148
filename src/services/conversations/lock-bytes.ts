import type { Sql } from '../../database/open-database.ts';

/**
 * Until the transaction ends: whoever writes a row that names bytes holds them shared, whoever removes bytes holds them alone. So none
 * are removed between their coming and their row.
 */
export const lockBytes = (sql: Sql, sha256: string, mode: 'shared' | 'alone') =>
  mode === 'shared'
    ? sql`select pg_advisory_xact_lock_shared(hashtextextended(${`attachment ${sha256}`}, 0))`
    : sql`select pg_advisory_xact_lock(hashtextextended(${`attachment ${sha256}`}, 0))`;
