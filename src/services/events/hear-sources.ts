import type { SourceKind } from '../../values/sources.ts';
import type { TransactionScope } from '../scope.ts';
import { recordFact } from './atomically.ts';
import { sourceFact } from './source-fact.ts';

/**
 * Notes that sources were heard now. To ten seconds: a source that tells a thousand facts a second is written down once in ten, and
 * a row that is not written is not locked. Nobody waits for somebody else who writes the same down. One that was stale recovers at once.
 */
export async function hearSources(tx: TransactionScope, kind: SourceKind, names: Iterable<string>): Promise<void> {
  const heard = [...new Set(names)].sort();
  const recovered = await tx.db.sql<{ name: string }[]>`
    with asked as (
      select name from unnest(${heard}::text[]) as name
    ), before as (
      select s.kind, s.name, s.stale_since from asked join sources s on s.kind = ${kind} and s.name = asked.name
      where s.last_heard_at < ${tx.now}::timestamptz - interval '10 s' or s.stale_since is not null
      order by s.name
      for update of s skip locked
    ), again as (
      update sources s set last_heard_at = greatest(s.last_heard_at, ${tx.now}::timestamptz), stale_since = null
      from before where s.kind = before.kind and s.name = before.name
      returning s.name, before.stale_since
    ), heard_first as (
      insert into sources (kind, name, first_heard_at, last_heard_at)
      select ${kind}, name, ${tx.now}, ${tx.now} from asked
      where not exists (select from sources s where s.kind = ${kind} and s.name = asked.name)
      order by name
      on conflict (kind, name) do nothing
    )
    select name from again where stale_since is not null order by name`;
  for (const { name } of recovered) recordFact(tx, sourceFact('source.recovered', kind, name));
}
