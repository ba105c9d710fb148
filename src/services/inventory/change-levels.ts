import { Refusal } from '../../values/refusal.ts';
import { availableOf, differenceOf, freeOf } from '../../values/stock-quantities.ts';
import type { TransactionScope } from '../scope.ts';
import { placeKey, type StockLevel, type StockPlace } from './inventory.ts';
import { keepStockVersions } from './keep-stock-versions.ts';
import { lockLevels } from './lock-levels.ts';
import { nameStockChange } from './name-stock-change.ts';

/** Differences of one level: units that are there, and units that are kept for somebody. */
export interface LevelChange extends StockPlace {
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

/** Changes many levels at once: all of them, or none with INSUFFICIENT_STOCK. Changes of one level are added up first. */
export async function changeLevels(tx: TransactionScope, asked: readonly LevelChange[], why: Why): Promise<void> {
  const changes = addUp(asked);
  if (changes.length === 0) return;
  const levels = await lockLevels(tx, changes);
  const changed = changes.map((change) => {
    const before = levels.get(placeKey(change));
    if (!before || !isPossible(before, change)) throw tooFew(before, change, why);
    return { before, after: applied(before, change) };
  });
  await writeLevels(
    tx,
    changed.map(({ after }) => after),
  );
  await keepStockVersions(
    tx,
    changed.map(({ before, after: { variantId, locationId, ...after } }) => ({
      ...{ variantId, locationId, deltas: differenceOf(after, before), validFrom: tx.now },
      ...{ reason: why.reason, source: why.source },
    })),
  );
  for (const { after } of changed) nameStockChange(tx, after, { occurredAt: tx.now, isFirst: false });
}

/** A count may have found fewer than were promised: what is handed out was there, whatever the count says. */
const applied = (level: StockLevel, change: LevelChange): StockLevel => ({
  ...level,
  onHand: Math.max(0, level.onHand + change.onHand),
  held: Math.max(0, level.held + change.held),
});

function addUp(asked: readonly LevelChange[]): LevelChange[] {
  const sums = new Map<string, LevelChange>();
  for (const change of asked) {
    const known = sums.get(placeKey(change));
    const { onHand, held } = known ?? { onHand: 0, held: 0 };
    sums.set(placeKey(change), { ...change, onHand: onHand + change.onHand, held: held + change.held });
  }
  return [...sums.values()].filter(({ onHand, held }) => onHand !== 0 || held !== 0);
}

/** Giving back is always possible; taking is, while there is enough that is kept for nobody. */
const isPossible = (level: StockLevel, change: LevelChange): boolean =>
  change.held <= change.onHand || freeOf(level) - level.safety + change.onHand >= change.held;

function tooFew(level: StockLevel | undefined, change: LevelChange, { field }: Why): Refusal {
  const available = level ? availableOf(level) : 0;
  const wanted = change.held - change.onHand;
  return new Refusal('INSUFFICIENT_STOCK', `There are ${available} units to take, ${wanted} were asked for.`, field, {
    available,
  });
}

async function writeLevels(tx: TransactionScope, levels: readonly StockLevel[]): Promise<void> {
  const { sql } = tx.db;
  const rows = levels.map(({ variantId, locationId, onHand, held }) => ({
    ...{ variant_id: variantId as string, location_id: locationId as string, on_hand: onHand, held },
  }));
  await sql`
    update stock_levels l set on_hand = c.on_hand, held = c.held, updated_at = ${tx.now}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as c(variant_id text, location_id text, on_hand int, held int)
    where l.variant_id = c.variant_id and l.location_id = c.location_id`;
}
