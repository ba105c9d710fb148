import { checkMoment, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';
import { nameStockChange } from './name-stock-change.ts';
import { readSkus } from './read-skus.ts';

export const MOST_UNITS = 1_000_000_000;
/** A source's clock may run ahead of ours by this much; a count from further ahead would block all later ones. */
const AHEAD_MS = 5 * 60_000;

/** A count: how many units there were at a moment. */
export interface StockCount {
  variantId: VariantId;
  locationId: LocationId;
  /** Whole units, at least 0. */
  onHand: number;
  /** The source's clock. Default: now. */
  asOf?: Date;
  source: string;
}

/**
 * Sets levels to what was counted, any number in a fixed number of statements. A count that is older than what is known never
 * overwrites it: it goes to the history. Returns the levels as they stand afterwards, in the order of the counts.
 */
export async function setStock(scope: Scope, counts: readonly StockCount[]): Promise<StockLevel[]> {
  requireRight(scope.viewer, 'stock:write');
  counts.forEach((count, i) => checkCount(scope, count, ['counts', String(i)]));
  if (new Set(counts.map(keyOf)).size < counts.length)
    throw new Refusal('INVALID_INPUT', 'Two counts are of the same variant at the same location. Send the newer one.', [
      'counts',
    ]);
  if (counts.length === 0) return [];
  return atomically(scope, async (tx) => {
    const skus = await readSkus(tx, counts, 'counts');
    const applied = await applyCounts(tx, counts);
    const { levels, known } = await readLevels(tx, counts);
    const changed = levels.filter((level) => applied.has(keyOf(level)) && known.get(keyOf(level)) !== level.onHand);
    const late = counts.filter(
      (count) => (count.asOf ?? tx.now) < levels.find((one) => keyOf(one) === keyOf(count))!.asOf,
    );
    await keepVersions(tx, changed, { counts, late });
    const named = levels.map((level) => ({ ...level, sku: skus.get(level.variantId)! }));
    const changedKeys = new Set(changed.map(keyOf));
    for (const level of named.filter((one) => changedKeys.has(keyOf(one))))
      nameStockChange(tx, level, { occurredAt: level.asOf, isFirst: known.get(keyOf(level)) === null });
    await hearSources(
      tx,
      'stock',
      counts.map(({ source }) => source),
    );
    const byKey = new Map(named.map((level) => [keyOf(level), level]));
    return counts.map((count) => byKey.get(keyOf(count))!);
  });
}

const keyOf = (key: { variantId: string; locationId: string }) => `${key.variantId}@${key.locationId}`;

function checkCount(scope: Scope, count: StockCount, at: readonly string[]): void {
  checkWhole(count.onHand, [...at, 'onHand'], 0, MOST_UNITS);
  checkText(count.source, [...at, 'source'], 100);
  if (!count.asOf) return;
  checkMoment(count.asOf, [...at, 'asOf']);
  if (count.asOf.getTime() > scope.now.getTime() + AHEAD_MS)
    throw new Refusal('INVALID_INPUT', '`asOf` lies in the future. Set the clock of the source.', [...at, 'asOf']);
}

/** Writes what is not older than the stored count. Returns the keys that were written. */
async function applyCounts(tx: TransactionScope, counts: readonly StockCount[]): Promise<Set<string>> {
  const { sql } = tx.db;
  const rows = counts.map((count) => ({
    variant_id: count.variantId,
    location_id: count.locationId,
    on_hand: count.onHand,
    as_of: count.asOf ?? tx.now,
    source: count.source,
  }));
  const written = await sql<{ variantId: VariantId; locationId: LocationId }[]>`
    insert into stock_levels (variant_id, location_id, on_hand, as_of, source, updated_at)
    select r.*, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb)
      as r(variant_id text, location_id text, on_hand int, as_of timestamptz, source text)
    order by variant_id collate "C", location_id collate "C"
    on conflict (variant_id, location_id) do update set
      on_hand = excluded.on_hand, as_of = excluded.as_of, source = excluded.source, updated_at = excluded.updated_at
    where stock_levels.as_of < excluded.as_of
      or (stock_levels.as_of = excluded.as_of and stock_levels.on_hand <> excluded.on_hand)
    returning variant_id, location_id`;
  return new Set(written.map(keyOf));
}

/** Levels as they stand now, and what the newest kept version says of each. The rows are locked by the statement before. */
async function readLevels(tx: TransactionScope, counts: readonly StockCount[]) {
  const { sql } = tx.db;
  const rows = await sql<(Omit<StockLevel, 'sku'> & { knownOnHand: number | null })[]>`
    select l.variant_id, l.location_id, l.on_hand, l.held, l.as_of, v.on_hand as known_on_hand
    from stock_levels l
    left join stock_versions v on v.variant_id = l.variant_id and v.location_id = l.location_id and v.valid_to is null
    where (l.variant_id, l.location_id) in (
      select * from unnest(${counts.map((one) => one.variantId)}::text[], ${counts.map((one) => one.locationId)}::text[])
    )`;
  return {
    levels: rows.map(({ knownOnHand: _, ...level }) => level),
    known: new Map(rows.map((row) => [keyOf(row), row.knownOnHand])),
  };
}

async function keepVersions(
  tx: TransactionScope,
  changed: readonly Omit<StockLevel, 'sku'>[],
  { counts, late }: { counts: readonly StockCount[]; late: readonly StockCount[] },
): Promise<void> {
  if (changed.length === 0 && late.length === 0) return;
  const { sql } = tx.db;
  const sources = new Map(counts.map((count) => [keyOf(count), count.source]));
  const current = changed.map((level) => ({
    variant_id: level.variantId,
    location_id: level.locationId,
    on_hand: level.onHand,
    held: level.held,
    valid_from: level.asOf,
    source: sources.get(keyOf(level))!,
  }));
  const past = late.map((count) => ({
    variant_id: count.variantId,
    location_id: count.locationId,
    on_hand: count.onHand,
    valid_from: count.asOf ?? tx.now,
    source: count.source,
  }));
  await Promise.all([
    sql`
      update stock_versions v set valid_to = greatest(r.valid_from, v.valid_from)
      from jsonb_to_recordset(${sql.json(current as never)}::jsonb) as r(variant_id text, location_id text, valid_from timestamptz)
      where v.variant_id = r.variant_id and v.location_id = r.location_id and v.valid_to is null`,
    sql`
      insert into stock_versions (variant_id, location_id, valid_from, on_hand, held, reason, source, recorded_at)
      select r.variant_id, r.location_id, r.valid_from, r.on_hand, r.held, 'count', r.source, ${tx.now}::timestamptz
      from jsonb_to_recordset(${sql.json(current as never)}::jsonb)
        as r(variant_id text, location_id text, on_hand int, held int, valid_from timestamptz, source text)`,
    sql`
      insert into stock_versions (variant_id, location_id, valid_from, valid_to, on_hand, held, reason, source, recorded_at)
      select r.variant_id, r.location_id, r.valid_from, coalesce(
          (select min(v.valid_from) from stock_versions v
           where v.variant_id = r.variant_id and v.location_id = r.location_id and v.valid_from > r.valid_from), l.as_of),
        r.on_hand, 0, 'late count', r.source, ${tx.now}::timestamptz
      from jsonb_to_recordset(${sql.json(past as never)}::jsonb)
        as r(variant_id text, location_id text, on_hand int, valid_from timestamptz, source text)
      join stock_levels l on l.variant_id = r.variant_id and l.location_id = r.location_id
      where not exists (
        select from stock_versions v where v.variant_id = r.variant_id and v.location_id = r.location_id
          and v.valid_from = r.valid_from and v.on_hand = r.on_hand and v.source = r.source
      )`,
  ]);
}
