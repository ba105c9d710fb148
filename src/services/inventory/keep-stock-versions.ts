import { addQuantities, namedDeltas, NO_UNITS, type Quantities } from '../../values/stock-quantities.ts';
import type { TransactionScope } from '../scope.ts';
import { placeKey, type StockPlace } from './inventory.ts';

/** What came to a level and went from it, and why. */
export interface KeptChange extends StockPlace {
  readonly deltas: Quantities;
  readonly validFrom: Date;
  /** In a word: count, sold, reserved. */
  readonly reason: string;
  readonly source: string;
}

type Version = StockPlace & Quantities;

/**
 * Writes changes into the ledger. Each new version is the one before and what changed, whatever the level says: a level that somebody changes
 * behind the ledger differs from it until it is counted again. The rows of the levels are locked by now, so versions of one level are written
 * one after the other. Answers the places that had no version before.
 */
export async function keepStockVersions(
  tx: TransactionScope,
  changes: readonly KeptChange[],
): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set();
  // Two statements: the new version takes the place in the index that the one before has left.
  const closed = await closeVersions(tx, changes);
  const rows = changes.map((change) => {
    const { variantId, locationId, deltas, reason, source } = change;
    const last = closed.get(placeKey(change));
    const { onHand: on_hand, ...others } = addQuantities(last ?? NO_UNITS, deltas);
    return {
      ...{ variant_id: variantId, location_id: locationId, on_hand, ...others, changes: namedDeltas(deltas) },
      ...{ valid_from: last?.validTo ?? change.validFrom, reason, source },
    };
  });
  const { sql } = tx.db;
  await sql`
    insert into stock_versions (variant_id, location_id, valid_from, on_hand, committed, held, incoming, safety, damaged, changes,
      reason, source, recorded_at)
    select r.*, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(variant_id text, location_id text, valid_from timestamptz,
      on_hand int, committed int, held int, incoming int, safety int, damaged int, changes jsonb, reason text, source text)`;
  return new Set(changes.map(placeKey).filter((key) => !closed.has(key)));
}

async function closeVersions(tx: TransactionScope, changes: readonly KeptChange[]) {
  const { sql } = tx.db;
  const rows = changes.map(({ variantId, locationId, validFrom }) => ({
    ...{ variant_id: variantId, location_id: locationId, valid_from: validFrom },
  }));
  const closed = await sql<(Version & { validTo: Date })[]>`
    update stock_versions v set valid_to = greatest(r.valid_from, v.valid_from)
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(variant_id text, location_id text, valid_from timestamptz)
    where v.variant_id = r.variant_id and v.location_id = r.location_id and v.valid_to is null
    returning v.variant_id, v.location_id, v.on_hand, v.committed, v.held, v.incoming, v.safety, v.damaged, v.valid_to`;
  return new Map(closed.map((row) => [placeKey(row), row]));
}

/** The newest version of each level, by its place: what the ledger says there is. */
export async function readNewestVersions(
  tx: TransactionScope,
  places: readonly StockPlace[],
): Promise<ReadonlyMap<string, Version>> {
  const rows = await tx.db.sql<Version[]>`
    select v.variant_id, v.location_id, v.on_hand, v.committed, v.held, v.incoming, v.safety, v.damaged from stock_versions v
    where v.valid_to is null and (v.variant_id, v.location_id) in (
      select * from unnest(${places.map((one) => one.variantId as string)}::text[], ${places.map((one) => one.locationId as string)}::text[])
    )`;
  return new Map(rows.map((row) => [placeKey(row), row]));
}
