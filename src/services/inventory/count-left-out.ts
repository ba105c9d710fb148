import type { LocationId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import type { StockPlace } from './inventory.ts';
import { setStock } from './set-stock.ts';

/** A count of everything that a location has. */
export interface WholeCount {
  /** The source's id of the location. */
  readonly location: string;
  /** What was counted there. */
  readonly skus: readonly string[];
  readonly asOf: Date;
  readonly source: string;
}

const BATCH = 500;

/**
 * Counts as none what a location has by what is known and a count of everything there did not find. What was counted or moved since then stays.
 * An unknown location has nothing.
 */
export async function countLeftOut(scope: Scope, { location, skus, asOf, source }: WholeCount): Promise<void> {
  requireRight(scope.viewer, 'stock:write');
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [found] = await sql<{ id: LocationId }[]>`select id from locations where external_id = ${location}`;
    if (!found) return;
    const leftOut = await sql<StockPlace[]>`
      select l.variant_id, l.location_id from stock_levels l join variants v on v.id = l.variant_id
      where l.location_id = ${found.id} and l.on_hand > 0 and l.as_of < ${asOf}
        and not exists (select from unnest(${skus as string[]}::text[]) as counted(sku) where counted.sku = v.sku)
      order by l.variant_id`;
    for (let i = 0; i < leftOut.length; i += BATCH)
      await setStock(
        tx,
        leftOut.slice(i, i + BATCH).map((place) => ({ ...place, onHand: 0, asOf, source })),
      );
  });
}
