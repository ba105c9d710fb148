import type { LocationId, PartnerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';

const MOST = 10_000;

/** Says which stores are a partner's, all of them: it sees the orders that are worked on there, also those of before. */
export async function setPartnerLocations(
  scope: Scope,
  partnerId: string,
  locationIds: readonly string[],
): Promise<PartnerId> {
  requireRight(scope.viewer, 'partners:write');
  if (locationIds.length > MOST)
    throw new Refusal('INVALID_INPUT', `A partner has ${MOST} locations at most.`, ['locationIds']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [partner] = await sql<{ id: PartnerId }[]>`select id from partners where id = ${partnerId} for no key update`;
    if (!partner) throw new Refusal('NOT_FOUND', 'There is no partner with this id.', ['partnerId']);
    const wanted = [...new Set(locationIds)];
    const found = await sql<{ id: LocationId }[]>`select id from locations where id = any(${wanted}::text[])`;
    if (found.length < wanted.length)
      throw new Refusal('NOT_FOUND', 'There is no location with this id.', ['locationIds']);
    await sql`delete from partner_locations where partner_id = ${partner.id} and location_id <> all(${wanted}::text[])`;
    await sql`
      insert into partner_locations (partner_id, location_id) select ${partner.id}, id from unnest(${wanted}::text[]) as id
      on conflict do nothing`;
    return partner.id;
  });
}

/** Stores of each partner, by id. */
export async function readPartnerLocations(
  scope: Scope,
  ids: readonly PartnerId[],
): Promise<{ partnerId: PartnerId; locationId: LocationId }[]> {
  requireRight(scope.viewer, 'partners:read');
  return scope.db.sql<{ partnerId: PartnerId; locationId: LocationId }[]>`
    select partner_id, location_id from partner_locations where partner_id = any(${ids as string[]}::text[])
    order by partner_id, location_id`;
}
