import type { TransactionScope } from '../scope.ts';

/**
 * Until the transaction ends, where the catalogue lacks one of these SKUs: whoever names articles in orders holds the catalogue shared, whoever
 * adds articles holds it alone. So of an order and its article that are stored at one moment the later one finds the earlier one, whichever it is. Where
 * all SKUs are known nothing is locked: a known article stays known.
 */
export async function lockCatalogue(
  tx: TransactionScope,
  skus: Iterable<string>,
  mode: 'shared' | 'alone',
): Promise<void> {
  const named = [...new Set(skus)];
  if (named.length === 0) return;
  const { sql } = tx.db;
  const lock = sql(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  await sql`
    select ${lock}(hashtextextended('catalogue', 0))
    where exists (
      select from unnest(${named}::text[]) as t(sku) where not exists (select from variants v where v.sku = t.sku)
    )`;
}
