import { InvalidRequest } from '../../values/invalid-request.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { Quantities, StockQuantity } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** One entry in the ledger of a level. */
export interface StockEntry extends Quantities {
  readonly id: string;
  /** The source's clock. */
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  readonly reason: string;
  readonly source: string;
  /** What came (above 0) and went (below 0), by the name of its quantity. Null: it was written before that was kept. */
  readonly changes: Partial<Record<StockQuantity, number>> | null;
}

/** The ledger of a level, newest first, by the clock of the sources: a count that came too late stands where it belongs. */
export async function listStockEntries(
  scope: Scope,
  { variantId, locationId }: { readonly variantId: string; readonly locationId: string },
  page: PageRequest,
): Promise<Page<StockEntry>> {
  requireRight(scope.viewer, 'ledger:read');
  const { sql } = scope.db;
  const { after } = page;
  if (after !== null && !/^\d{1,18}$/.test(after.id))
    throw new InvalidRequest('after', '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.');
  const rows = await sql<StockEntry[]>`
    select id::text, valid_from as occurred_at, recorded_at, reason, source, changes, on_hand, committed, held, incoming, safety, damaged
    from stock_versions
    where variant_id = ${variantId} and location_id = ${locationId} and ${after ? sql`(valid_from, stock_versions.id) < (${after.at}, ${after.id}::int8)` : sql`true`}
    order by valid_from desc, stock_versions.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (entry) => ({ at: entry.occurredAt, id: entry.id }));
}
