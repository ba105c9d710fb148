import type { CustomerId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import { isOpenTo } from '../privacy/open-to.ts';
import type { Scope } from '../scope.ts';
import { checkPlace, type Place } from './check-place.ts';
import { nameKey, type PlaceName, postalCodeKey } from './place-names.ts';

/** Where near is: a point, a place by its name, or where a customer of ours lives. All null: nowhere. */
export interface Near {
  readonly place: Place | null;
  readonly named: PlaceName | null;
  readonly customerId: CustomerId | null;
}

/**
 * The point that distances are measured from. Null: nowhere, and so is a name that no place has, and a customer who is absent, out of reach, does not want to
 * be looked at there, or of whom neither a point nor a known postal code is told.
 */
export async function findBuyerPlace(scope: Scope, { place, named, customerId }: Near): Promise<Place | null> {
  if (place) return checkPlace(place, ['near']);
  const found = named ? await findNamed(scope, named) : customerId ? await findCustomer(scope, customerId) : null;
  // Points of customers came from elsewhere: as fine as ours.
  return found && checkPlace(found, ['near']);
}

/** The first that fits: of a town that is its lowest postal code, which most countries give to the middle of it. */
async function findNamed(scope: Scope, { country, postalCode, name }: PlaceName): Promise<Place | null> {
  const { sql } = scope.db;
  const [row] = await sql<Place[]>`
    select latitude, longitude from places
    where ${country === null ? sql`true` : sql`country = ${country.toUpperCase()}`}
      and ${postalCode === null ? sql`true` : sql`postal_code = ${postalCodeKey(postalCode)}`}
      and ${name === null ? sql`true` : sql`name_key = ${nameKey(name)}`}
      and ${postalCode === null && name === null ? sql`false` : sql`true`}
    order by country, postal_code limit 1`;
  return row ?? null;
}

async function findCustomer(scope: Scope, customerId: CustomerId): Promise<Place | null> {
  const { sql } = scope.db;
  const [row] = await sql<{ latitude: number | null; longitude: number | null; address: Address | null }[]>`
    select latitude, longitude, address from customers c
    where c.id = coalesce((select person_id from person_links where member_id = ${customerId}), ${customerId})
      and ${withinReach(scope, 'customers:read', 'c.id')} and ${isOpenTo(scope, 'location', 'c.id')}`;
  if (!row) return null;
  const { latitude, longitude, address } = row;
  if (latitude !== null && longitude !== null) return { latitude, longitude };
  const { country = null, postalCode = null } = address ?? {};
  // A code without its country could be anywhere.
  return country === null || postalCode === null ? null : findNamed(scope, { country, postalCode, name: null });
}

interface Address {
  readonly country?: string | null;
  readonly postalCode?: string | null;
}
