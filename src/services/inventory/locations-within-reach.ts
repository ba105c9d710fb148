import type { Right } from '../../values/rights.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** A condition on locations, by the column with their id: the stores of the partner $n. */
export const inStoresOf = (column: string, n: number) =>
  `${column} in (select p.location_id from partner_locations p where p.partner_id = $${n})`;

/**
 * A condition on locations, by the column with their id: all of them, or the stores of the viewer's partner. What is outside is absent.
 * Throws AccessDenied without the right.
 */
export function locationsWithinReach(scope: Scope, right: Right, column: string) {
  const { sql } = scope.db;
  if (requireRight(scope.viewer, right) === 'all') return sql`true`;
  return sql`${sql(column)} in (select p.location_id from partner_locations p where p.partner_id = ${scope.viewer.partnerId})`;
}

/** The stores of the viewer's partner. */
export async function readOwnStores({ db: { sql }, viewer }: Scope): Promise<string[]> {
  const rows = await sql<{ locationId: string }[]>`
    select location_id from partner_locations where partner_id = ${viewer.partnerId}`;
  return rows.map(({ locationId }) => locationId);
}

/** True when the viewer may see what is at a location. */
export async function isVisibleLocation(scope: Scope, right: Right, locationId: string): Promise<boolean> {
  const rows = await scope.db.sql`
    select 1 from locations l where l.id = ${locationId} and ${locationsWithinReach(scope, right, 'l.id')}`;
  return rows.length > 0;
}
