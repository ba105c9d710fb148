import type { Sql } from '../../database/open-database.ts';
import type { SourceKind } from '../../values/sources.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { sourceFact } from '../events/source-fact.ts';
import type { Scope } from '../scope.ts';

const isDue = (sql: Sql) =>
  sql`stale_since is null and last_heard_at + make_interval(secs => expected_every_seconds) <= now()`;

/**
 * Calls sources stale that were silent for longer than is expected of them, by the database's clock. Any number of processes may do this
 * at once: each silence is said once. Returns how many fell silent.
 */
export async function watchSources(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'connectors:write');
  // Without a transaction first: almost always there is none.
  const due = await scope.db.sql`select 1 from sources where ${isDue(scope.db.sql)} limit 1`;
  if (due.length === 0) return 0;
  return atomically(scope, async (tx) => {
    const silent = await tx.db.sql<{ kind: SourceKind; name: string }[]>`
      with silent as (
        select kind, name from sources where ${isDue(tx.db.sql)} order by kind, name for update skip locked
      )
      update sources s set stale_since = s.last_heard_at + make_interval(secs => s.expected_every_seconds)
      from silent where s.kind = silent.kind and s.name = silent.name
      returning s.kind, s.name`;
    for (const { kind, name } of silent) recordFact(tx, sourceFact('source.stale', kind, name));
    return silent.length;
  });
}
