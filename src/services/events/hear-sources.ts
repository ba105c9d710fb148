import type { TransactionScope } from '../scope.ts';

/** What a source tells of. */
export type SourceKind = 'orders' | 'tracking' | 'stock';

/**
 * Notes that sources were heard now. To ten seconds: a source that tells a thousand facts a second is written down once in ten, and
 * a row that is not written is not locked.
 */
export async function hearSources(tx: TransactionScope, kind: SourceKind, names: Iterable<string>): Promise<void> {
  const heard = [...new Set(names)].sort();
  await tx.db.sql`
    with asked as (
      select name from unnest(${heard}::text[]) as name
    ), again as (
      update sources s set last_heard_at = ${tx.now} from asked
      where s.kind = ${kind} and s.name = asked.name and s.last_heard_at < ${tx.now}::timestamptz - interval '10 s'
    )
    insert into sources (kind, name, first_heard_at, last_heard_at)
    select ${kind}, name, ${tx.now}, ${tx.now} from asked
    where not exists (select from sources s where s.kind = ${kind} and s.name = asked.name)
    order by name
    on conflict (kind, name) do nothing`;
}
