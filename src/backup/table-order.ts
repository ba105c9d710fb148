import type { Sql } from '../database/open-database.ts';

/** A table with the columns whose values are its own. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The tables of the application in an order in which no row comes before one that it refers to. Transaction ids are left out:
 * they mean something within one cluster only, and a restored row takes that of the transaction that restores it.
 */
export async function tablesInOrder(sql: Sql): Promise<TableShape[]> {
  const tables = await sql<TableShape[]>`
    select c.relname as name, array_agg(a.attname order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
    group by c.relname order by c.relname`;
  const references = await sql<{ name: string; needs: string }[]>`
    select r.relname as name, t.relname as needs
    from pg_constraint f join pg_class r on r.oid = f.conrelid join pg_class t on t.oid = f.confrelid
    where f.contype = 'f' and f.connamespace = 'public'::regnamespace and r.oid <> t.oid`;
  const needsOf = Map.groupBy(references, ({ name }) => name);
  const ordered: TableShape[] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ name }) =>
      (needsOf.get(name) ?? []).every(({ needs }) => !waiting.has(needs)),
    );
    if (free.length === 0)
      throw new Error(`These tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}.`);
    ordered.push(...free);
    for (const { name } of free) waiting.delete(name);
  }
  return ordered;
}
