import { checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { freeOf, NO_UNITS, QUANTITY_KEYS, QUANTITY_NAMES, type StockQuantity } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';
import { keepStockVersions } from './keep-stock-versions.ts';
import { levelColumns } from './level-columns.ts';
import { nameStockChange } from './name-stock-change.ts';
import { readSkus } from './read-skus.ts';
import { MOST_UNITS } from './stock-count.ts';

/** A difference: units that came or went. */
export interface StockAdjustment {
  variantId: VariantId;
  locationId: LocationId;
  /** Which of the quantities. Default: what is on hand. `held` follows from holds and is not adjusted. */
  quantity?: StockQuantity;
  /** Whole units, not 0. Below 0: taken away. */
  delta: number;
  /** Why, in a word of the source: sold, damaged, found. */
  reason: string;
  source: string;
  /** The source's clock. Default: now; nor is it ever later. */
  occurredAt?: Date;
  /** When it reached us. Default: now. */
  receivedAt?: Date;
}

type Level = Omit<StockLevel, 'sku'>;

/** A level is never of a later moment than now, however far a source's clock runs ahead. */
const clocksOf = ({ now }: Scope, { occurredAt = now, receivedAt = now }: StockAdjustment) => ({
  asOf: occurredAt < now ? occurredAt : now,
  receivedAt,
});

/**
 * Adds or takes units, and never takes what is not there, or what is on hand but sold, held for somebody or damaged: INSUFFICIENT_STOCK, with
 * `available` in its details. One conditional update decides, so any number of concurrent buyers sell exactly what there is. What is
 * kept back for safety may be taken: it guards promises, and who takes was at the shelf.
 */
export async function adjustStock(scope: Scope, adjustment: StockAdjustment): Promise<StockLevel> {
  requireRight(scope.viewer, 'stock:write');
  checkAdjustment(adjustment);
  return atomically(scope, async (tx) => {
    const skus = await readSkus(tx, [adjustment], null);
    const level = adjustment.delta > 0 ? await add(tx, adjustment) : await take(tx, adjustment);
    const { variantId, locationId, delta, reason, source } = adjustment;
    const deltas = { ...NO_UNITS, [keyOf(adjustment)]: delta };
    const first = await keepStockVersions(tx, [{ variantId, locationId, deltas, validFrom: tx.now, reason, source }]);
    const named = { ...level, sku: skus.get(level.variantId)! };
    nameStockChange(tx, named, { occurredAt: tx.now, isFirst: first.size > 0 });
    // What came to us before now was heard then.
    if (!adjustment.receivedAt) await hearSources(tx, 'stock', [source]);
    return named;
  });
}

const nameOf = ({ quantity = 'on_hand' }: StockAdjustment): StockQuantity => quantity;
const keyOf = (adjustment: StockAdjustment) => QUANTITY_KEYS.find((key) => QUANTITY_NAMES[key] === nameOf(adjustment))!;

function checkAdjustment(adjustment: StockAdjustment): void {
  checkWhole(adjustment.delta, ['delta'], -MOST_UNITS, MOST_UNITS);
  if (adjustment.delta === 0)
    throw new Refusal('INVALID_INPUT', '`delta` must not be 0: nothing would change.', ['delta']);
  if (nameOf(adjustment) === 'held')
    throw new Refusal('INVALID_INPUT', 'What is held follows from holds: use `pickupReserve` and `pickupRelease`.', [
      'quantity',
    ]);
  checkText(adjustment.reason, ['reason'], 200);
  checkText(adjustment.source, ['source'], 100);
}

async function add(tx: TransactionScope, adjustment: StockAdjustment): Promise<Level> {
  const { variantId, locationId, delta, source } = adjustment;
  const { asOf, receivedAt } = clocksOf(tx, adjustment);
  const { sql } = tx.db;
  const name = sql(nameOf(adjustment));
  const [row] = await sql<Level[]>`
    insert into stock_levels as l (variant_id, location_id, ${name}, as_of, source, received_at, recorded_at, updated_at)
    values (${variantId}, ${locationId}, ${delta}, ${asOf}, ${source}, ${receivedAt}, clock_timestamp(), ${tx.now})
    on conflict (variant_id, location_id) do update set ${name} = l.${name} + excluded.${name},
      as_of = greatest(l.as_of, excluded.as_of), source = excluded.source, received_at = excluded.received_at,
      recorded_at = excluded.recorded_at, updated_at = excluded.updated_at
    where l.${name} + excluded.${name} <= ${MOST_UNITS}
    returning ${levelColumns(sql)}`;
  if (!row) throw new Refusal('INVALID_INPUT', `A level has at most ${MOST_UNITS} units.`, ['delta']);
  return row;
}

async function take(tx: TransactionScope, adjustment: StockAdjustment): Promise<Level> {
  const { variantId, locationId, delta, source } = adjustment;
  const { asOf, receivedAt } = clocksOf(tx, adjustment);
  const { sql } = tx.db;
  const name = sql(nameOf(adjustment));
  const isThere =
    nameOf(adjustment) === 'on_hand'
      ? sql`l.on_hand::int8 - l.committed - l.held - l.damaged + ${delta} >= 0`
      : sql`l.${name} + ${delta} >= 0`;
  const [row] = await sql<Level[]>`
    update stock_levels l set ${name} = l.${name} + ${delta}, as_of = greatest(l.as_of, ${asOf}::timestamptz), source = ${source},
      received_at = ${receivedAt}, recorded_at = clock_timestamp(), updated_at = ${tx.now}
    where l.variant_id = ${variantId} and l.location_id = ${locationId} and ${isThere}
    returning ${levelColumns(sql)}`;
  if (row) return row;
  const [level] = await sql<Level[]>`
    select ${levelColumns(sql)} from stock_levels l where l.variant_id = ${variantId} and l.location_id = ${locationId}`;
  const available = level ? takeable(level, adjustment) : 0;
  throw new Refusal(
    'INSUFFICIENT_STOCK',
    `There are ${available} units to take, ${-delta} were asked for.`,
    ['delta'],
    {
      available,
    },
  );
}

const takeable = (level: Level, adjustment: StockAdjustment): number =>
  nameOf(adjustment) === 'on_hand' ? Math.max(0, freeOf(level)) : level[keyOf(adjustment)];
