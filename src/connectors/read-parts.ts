import type { StatedPerson } from '../services/intake/source-fact.ts';
import type { Profile } from '../services/customers/customer.ts';
import type { PostalAddress, StatedLine } from '../services/orders/order-fact.ts';
import { isId, type PartnerId } from '../values/ids.ts';
import type { IdentityKind } from '../values/vocabulary.ts';
import { refused, type Fields } from './fields.ts';

/** Lines of one order, at most. */
export const MOST_LINES = 1_000;

export const readLines = (fact: Fields): StatedLine[] =>
  fact.objects('lines', MOST_LINES).map((line, i) => ({
    externalId: line.optionalId('id') ?? String(i + 1),
    sku: line.text('sku'),
    title: line.optionalText('title') ?? line.text('sku'),
    options: line.texts('options'),
    quantity: line.whole('quantity'),
    unitPriceMinor: line.whole('unitPriceMinor'),
  }));

const ADDRESS = ['line1', 'line2', 'postalCode', 'city', 'region', 'country'] as const;

export function readAddress(address: Fields | null): Record<(typeof ADDRESS)[number], string | null> | null {
  if (address === null) return null;
  const parts = ADDRESS.map((part) => [part, address.optionalText(part)] as const);
  return Object.fromEntries(parts) as { [P in keyof Required<PostalAddress>]: string | null };
}

const IDENTITIES: readonly (readonly [name: string, kind: IdentityKind])[] = [
  ['externalId', 'external_id'],
  ['email', 'email'],
  ['phone', 'phone'],
  ['loyaltyId', 'loyalty_id'],
];

/** Nobody where the source does not say who. */
export function readPerson(person: Fields | null): StatedPerson {
  if (person === null) return { identities: [], displayName: null };
  return {
    identities: IDENTITIES.flatMap(([name, kind]) => {
      const value = person.optionalId(name);
      return value === null ? [] : [{ kind, value }];
    }),
    displayName: person.optionalText('displayName'),
  };
}

const PROFILE = ['displayName', 'givenName', 'familyName', 'language', 'market', 'timeZone'] as const;

/** Only what is said: the rest stays as it is. */
export function readProfile(customer: Fields): Partial<Omit<Profile, 'preferences'>> {
  const said = PROFILE.flatMap((name) => {
    const text = customer.optionalText(name);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(said);
}

/** The id of a partner of ours, where one is named. */
export function readPartnerId(fact: Fields, name: string): PartnerId | null {
  const id = fact.optionalText(name);
  if (id === null || isId('partner', id)) return id;
  throw refused(`\`${name}\` must be the id of a partner, \`ptn_…\`.`, fact.at(name));
}
