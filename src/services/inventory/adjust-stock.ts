import { checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';
import { availableOf } from './inventory.ts';
import { nameStockChange } from './name-stock-change.ts';
import { readSkus } from './read-skus.ts';
import { MOST_UNITS } from './set-stock.ts';

/** A difference: units that came or went. */
export interface StockAdjustment {
  variantId: VariantId;
  locationId: LocationId;
  /** Whole units, not 0. Below 0: taken away. */
  delta: number;
  /** Why, in a word of the source: sold, damaged, found. */
  reason: string;
  source: string;
}

type Level = Omit<StockLevel, 'sku'>;

/**
 * Adds or takes units, and never takes what is not there or is held for somebody: INSUFFICIENT_STOCK, with `available` in its
 * details. One conditional update decides, so any number of concurrent buyers sell exactly what there is.
 */
export async function adjustStock(scope: Scope, adjustment: StockAdjustment): Promise<StockLevel> {
  requireRight(scope.viewer, 'stock:write');
  checkWhole(adjustment.delta, ['delta'], -MOST_UNITS, MOST_UNITS);
  if (adjustment.delta === 0)
    throw new Refusal('INVALID_INPUT', '`delta` must not be 0: nothing would change.', ['delta']);
  checkText(adjustment.reason, ['reason'], 200);
  checkText(adjustment.source, ['source'], 100);
  return atomically(scope, async (tx) => {
    const skus = await readSkus(tx, [adjustment], null);
    const level = adjustment.delta > 0 ? await add(tx, adjustment) : await take(tx, adjustment);
    const isFirst = await keepVersion(tx, adjustment, level);
    const named = { ...level, sku: skus.get(level.variantId)! };
    nameStockChange(tx, named, { occurredAt: tx.now, isFirst });
    return named;
  });
}

async function add(tx: TransactionScope, { variantId, locationId, delta, source }: StockAdjustment): Promise<Level> {
  const [row] = await tx.db.sql<Level[]>`
    insert into stock_levels as l (variant_id, location_id, on_hand, as_of, source, updated_at)
    values (${variantId}, ${locationId}, ${delta}, ${tx.now}, ${source}, ${tx.now})
    on conflict (variant_id, location_id) do update set on_hand = l.on_hand + excluded.on_hand,
      as_of = greatest(l.as_of, excluded.as_of), source = excluded.source, updated_at = excluded.updated_at
    where l.on_hand + excluded.on_hand <= ${MOST_UNITS}
    returning variant_id, location_id, on_hand, held, as_of`;
  if (!row) throw new Refusal('INVALID_INPUT', `A level has at most ${MOST_UNITS} units.`, ['delta']);
  return row;
}

async function take(tx: TransactionScope, { variantId, locationId, delta, source }: StockAdjustment): Promise<Level> {
  const { sql } = tx.db;
  const [row] = await sql<Level[]>`
    update stock_levels set on_hand = on_hand + ${delta}, as_of = greatest(as_of, ${tx.now}::timestamptz), source = ${source},
      updated_at = ${tx.now}
    where variant_id = ${variantId} and location_id = ${locationId} and on_hand - held + ${delta} >= 0
    returning variant_id, location_id, on_hand, held, as_of`;
  if (row) return row;
  const [level] = await sql<Level[]>`
    select on_hand, held from stock_levels where variant_id = ${variantId} and location_id = ${locationId}`;
  const available = level ? availableOf(level) : 0;
  throw new Refusal(
    'INSUFFICIENT_STOCK',
    `There are ${available} units to take, ${-delta} were asked for.`,
    ['delta'],
    {
      available,
    },
  );
}

/** True for the first version of a level. Its row is locked by now, so versions of one level are written one after the other. */
async function keepVersion(tx: TransactionScope, { reason, source }: StockAdjustment, level: Level): Promise<boolean> {
  const { sql } = tx.db;
  const { variantId, locationId, onHand, held } = level;
  const [closed] = await sql<{ validTo: Date }[]>`
    update stock_versions set valid_to = greatest(${tx.now}::timestamptz, valid_from)
    where variant_id = ${variantId} and location_id = ${locationId} and valid_to is null
    returning valid_to`;
  await sql`
    insert into stock_versions (variant_id, location_id, valid_from, on_hand, held, reason, source, recorded_at)
    values (${variantId}, ${locationId}, ${closed?.validTo ?? tx.now}, ${onHand}, ${held}, ${reason}, ${source}, ${tx.now})`;
  return closed === undefined;
}
