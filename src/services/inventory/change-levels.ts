import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';
import { availableOf, type StockLevel } from './inventory.ts';
import { nameStockChange } from './name-stock-change.ts';

/** Differences of one level: units that are there, and units that are kept for somebody. */
export interface LevelChange {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
  readonly onHand: number;
  readonly held: number;
}

interface Why {
  /** In a word: reserved, released, collected. */
  readonly reason: string;
  readonly source: string;
  /** Where the caller named the units. */
  readonly field: readonly string[];
}

const keyOf = ({ variantId, locationId }: { variantId: string; locationId: string }) => `${variantId}@${locationId}`;

/**
 * Changes many levels at once: all of them, or none with INSUFFICIENT_STOCK. The rows are locked in one order, so that two who want the
 * same articles in opposite orders wait for each other in one direction. Changes of one level are added up first.
 */
export async function changeLevels(tx: TransactionScope, asked: readonly LevelChange[], why: Why): Promise<void> {
  const changes = addUp(asked);
  if (changes.length === 0) return;
  const levels = await lockLevels(tx, changes);
  const after = changes.map((change) => {
    const level = levels.get(keyOf(change));
    if (!level || !isPossible(level, change)) throw tooFew(level, change, why);
    // A count may have found fewer than were promised: what is handed out was there, whatever the count says.
    return { ...level, onHand: Math.max(0, level.onHand + change.onHand), held: Math.max(0, level.held + change.held) };
  });
  await writeLevels(tx, after, why);
  for (const level of after) nameStockChange(tx, level, { occurredAt: tx.now, isFirst: false });
}

function addUp(asked: readonly LevelChange[]): LevelChange[] {
  const sums = new Map<string, LevelChange>();
  for (const change of asked) {
    const known = sums.get(keyOf(change));
    const { onHand, held } = known ?? { onHand: 0, held: 0 };
    sums.set(keyOf(change), { ...change, onHand: onHand + change.onHand, held: held + change.held });
  }
  return [...sums.values()].filter(({ onHand, held }) => onHand !== 0 || held !== 0);
}

/** Giving back is always possible; taking is, while there is enough that is kept for nobody. */
const isPossible = (level: StockLevel, change: LevelChange): boolean =>
  change.held <= change.onHand || level.onHand + change.onHand >= level.held + change.held;

function tooFew(level: StockLevel | undefined, change: LevelChange, { field }: Why): Refusal {
  const available = level ? availableOf(level) : 0;
  const wanted = change.held - change.onHand;
  return new Refusal('INSUFFICIENT_STOCK', `There are ${available} units to take, ${wanted} were asked for.`, field, {
    available,
  });
}

async function lockLevels(tx: TransactionScope, changes: readonly LevelChange[]): Promise<Map<string, StockLevel>> {
  const { sql } = tx.db;
  const rows = await sql<StockLevel[]>`
    select l.variant_id, l.location_id, v.sku, l.on_hand, l.held, l.as_of
    from stock_levels l join variants v on v.id = l.variant_id
    where (l.variant_id, l.location_id) in (
      select * from unnest(${changes.map((one) => one.variantId as string)}::text[], ${changes.map((one) => one.locationId as string)}::text[])
    )
    order by l.variant_id, l.location_id
    for no key update of l`;
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function writeLevels(
  tx: TransactionScope,
  levels: readonly StockLevel[],
  { reason, source }: Why,
): Promise<void> {
  const { sql } = tx.db;
  const rows = sql.json(
    levels.map(({ variantId, locationId, onHand, held }) => ({
      ...{ variant_id: variantId as string, location_id: locationId as string, on_hand: onHand, held },
    })),
  );
  const changed = sql`
    jsonb_to_recordset(${rows}::jsonb) as c(variant_id text, location_id text, on_hand int, held int)`;
  await sql`
    update stock_levels l set on_hand = c.on_hand, held = c.held, updated_at = ${tx.now}
    from ${changed} where l.variant_id = c.variant_id and l.location_id = c.location_id`;
  // Two statements: the new version takes the place in the index that the one before has left.
  const closed = await sql<{ variantId: VariantId; locationId: LocationId; validTo: Date }[]>`
    update stock_versions v set valid_to = greatest(${tx.now}::timestamptz, v.valid_from)
    from ${changed} where v.variant_id = c.variant_id and v.location_id = c.location_id and v.valid_to is null
    returning v.variant_id, v.location_id, v.valid_to`;
  const from = new Map(closed.map((row) => [keyOf(row), row.validTo]));
  const versions = levels.map((level) => ({
    ...{ variant_id: level.variantId as string, location_id: level.locationId as string },
    ...{ on_hand: level.onHand, held: level.held, valid_from: from.get(keyOf(level)) ?? tx.now },
  }));
  await sql`
    insert into stock_versions (variant_id, location_id, valid_from, on_hand, held, reason, source, recorded_at)
    select r.variant_id, r.location_id, r.valid_from, r.on_hand, r.held, ${reason}, ${source}, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(versions as never)}::jsonb)
      as r(variant_id text, location_id text, on_hand int, held int, valid_from timestamptz)`;
}
