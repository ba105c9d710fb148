import { normalizeIdentity } from '../services/customers/normalize-identity.ts';
import { upsertCustomer } from '../services/customers/upsert-customer.ts';
import { derivedMoment } from './derived-clock.ts';
import { phase, type Item, type Phase } from './import-source.ts';
import { shape } from './shapes.ts';

const CLOCK = { from: '2024-01-01T00:00:00.000Z', days: 30 };
export const SOURCE = 'tau-retail';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly address: ReturnType<typeof postalAddress>;
}

export function readPerson(id: string, value: unknown): Person {
  const { name, email, address } = shape.fields(value, 'user');
  const { first_name: givenName, last_name: familyName } = shape.fields(name, 'name');
  return {
    id: shape.text(id, 'user id'),
    email: shape.text(email, 'email'),
    givenName: shape.text(givenName, 'first_name'),
    familyName: shape.text(familyName, 'last_name'),
    address: postalAddress(address),
  };
}

/** An address as the source writes it, its parts under our names. */
export function postalAddress(value: unknown) {
  const address = shape.fields(value, 'address');
  const part = (name: string) => shape.optionalText(address[name], `address.${name}`);
  return {
    line1: part('address1'),
    line2: part('address2'),
    postalCode: part('zip'),
    city: part('city'),
    region: part('state'),
    country: part('country'),
  };
}

export const people = (items: readonly (Item & { value: Person })[]): Phase =>
  phase({
    unit: 'customers',
    told: ['customer.created'],
    items,
    batch: 50,
    async store(tx, batch: readonly (Item & { value: Person })[]) {
      for (const { value } of batch) {
        // Of a record of its own an address that is none would be dropped; of a known data set it says that a line was misread.
        normalizeIdentity('email', value.email);
        await upsertCustomer(tx, {
          identities: [
            { kind: 'external_id', value: value.id },
            { kind: 'email', value: value.email },
          ],
          profile: {
            displayName: `${value.givenName} ${value.familyName}`,
            givenName: value.givenName,
            familyName: value.familyName,
            address: value.address,
          },
          source: SOURCE,
          occurredAt: derivedMoment(value.id, CLOCK),
        });
      }
    },
  });
