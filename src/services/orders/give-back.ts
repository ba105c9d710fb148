import type { HoldState } from '../../values/holds.ts';
import type { HoldId } from '../../values/ids.ts';
import { recordFact } from '../events/atomically.ts';
import type { LevelChange } from '../inventory/change-levels.ts';
import type { TransactionScope } from '../scope.ts';
import { type Hold, holdColumns } from './hold.ts';
import { holdFact } from './hold-fact.ts';

/** What the levels gain when these holds end: units that are kept for nobody any more, and gone where they were collected. */
export const givenBack = (
  holds: readonly Hold[],
  became: Extract<HoldState, 'collected' | 'released' | 'expired'>,
): LevelChange[] =>
  holds.flatMap(({ locationId, lines }) =>
    lines.map(({ variantId, quantity }) => ({
      ...{ variantId, locationId, held: -quantity, onHand: became === 'collected' ? -quantity : 0 },
    })),
  );

/** Reads holds that the caller has locked. */
export async function readLockedHolds(tx: TransactionScope, ids: readonly HoldId[]): Promise<Hold[]> {
  const { sql } = tx.db;
  return sql<Hold[]>`select ${holdColumns(sql)} from holds h where h.id = any(${ids as string[]}) order by h.id`;
}

/** Writes down what holds became, and names it. Their levels and slots are changed by the caller, with what else changes there. */
export async function endHolds(
  tx: TransactionScope,
  holds: readonly Hold[],
  became: Exclude<HoldState, 'open'>,
): Promise<void> {
  if (holds.length === 0) return;
  await tx.db.sql`
    update holds set state = ${became}, settled_at = ${tx.now} where id = any(${holds.map(({ id }) => id as string)})`;
  for (const hold of holds) recordFact(tx, holdFact(hold, became));
}
