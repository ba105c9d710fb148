import type { SourceKind } from '../../values/sources.ts';
import type { Scope } from '../scope.ts';

/** A source by what it tells of and its name. */
export interface SourceName {
  readonly kind: SourceKind;
  readonly name: string;
}

/** Since when each source is stale, in the order of what was asked: one statement for all. Null: it is not, or nobody expects it. */
export async function readStaleSince(scope: Scope, asked: readonly SourceName[]): Promise<(Date | null)[]> {
  const rows = await scope.db.sql<{ place: number; staleSince: Date }[]>`
    select asked.place::int - 1 as place, s.stale_since
    from unnest(${asked.map(({ kind }) => kind as string)}::text[], ${asked.map(({ name }) => name)}::text[])
      with ordinality as asked(kind, name, place)
    join sources s on s.kind = asked.kind and s.name = asked.name
    where s.stale_since is not null`;
  const found = new Map(rows.map(({ place, staleSince }) => [place, staleSince]));
  return asked.map((_, place) => found.get(place) ?? null);
}
