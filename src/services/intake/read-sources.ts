import type { Sql } from '../../database/open-database.ts';
import type { SourceKind } from '../../values/sources.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Source } from './source.ts';

/** Sources that are listed. There are as many as systems. */
export const MOST_SOURCES = 500;

const columns = (sql: Sql) =>
  sql`kind, name, first_heard_at, last_heard_at, expected_every_seconds, owner, service_level, error_procedure, stale_since`;

/** The systems that tell facts, by kind and name. */
export async function listSources(scope: Scope, { onlyStale }: { readonly onlyStale: boolean }): Promise<Source[]> {
  requireRight(scope.viewer, 'figures:read');
  const { sql } = scope.db;
  return sql<Source[]>`
    select ${columns(sql)} from sources
    where ${onlyStale ? sql`stale_since is not null` : sql`true`}
    order by kind, name limit ${MOST_SOURCES}`;
}

/** One of them. Null: it was never heard, and nobody expects it. */
export async function readSource(scope: Scope, kind: SourceKind, name: string): Promise<Source | null> {
  const { sql } = scope.db;
  const [row] = await sql<Source[]>`select ${columns(sql)} from sources where kind = ${kind} and name = ${name}`;
  return row ?? null;
}
