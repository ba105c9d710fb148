import type { TransactionScope } from '../scope.ts';
import type { StockCount } from './stock-count.ts';

/** Puts counts that a newer one overtook into the history, once each: they were true until the next one that is known, and change nothing. */
export async function keepLateCounts(tx: TransactionScope, counts: readonly StockCount[]): Promise<void> {
  if (counts.length === 0) return;
  const { sql } = tx.db;
  const rows = counts.map(({ variantId, locationId, onHand, asOf, source }) => ({
    ...{ variant_id: variantId, location_id: locationId, on_hand: onHand, valid_from: asOf ?? tx.now, source },
  }));
  await sql`
    insert into stock_versions (variant_id, location_id, valid_from, valid_to, on_hand, held, changes, reason, source, recorded_at)
    select r.variant_id, r.location_id, r.valid_from, coalesce(
        (select min(v.valid_from) from stock_versions v
         where v.variant_id = r.variant_id and v.location_id = r.location_id and v.valid_from > r.valid_from), l.as_of),
      r.on_hand, 0, '{}', 'late count', r.source, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb)
      as r(variant_id text, location_id text, on_hand int, valid_from timestamptz, source text)
    join stock_levels l on l.variant_id = r.variant_id and l.location_id = r.location_id
    where not exists (
      select from stock_versions v where v.variant_id = r.variant_id and v.location_id = r.location_id
        and v.valid_from = r.valid_from and v.on_hand = r.on_hand and v.source = r.source
    )`;
}
