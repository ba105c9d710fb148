import type { CustomerId } from '../../values/ids.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { personOf } from './person-of.ts';

/** A person who is being erased: everybody who is one person, and what they are known by. */
export interface LeavingPerson {
  readonly personId: CustomerId;
  readonly memberIds: readonly CustomerId[];
  readonly identities: readonly { readonly kind: IdentityKind; readonly value: string; readonly normalized: string }[];
}

/** How many rows of each table were removed, or rid of the person. */
export type RowCounts = Readonly<Record<string, number>>;

/** Rows of one table that one transaction removes at most: of a person with very many they go in several, and no statement takes long. */
export const MOST_AT_ONCE = 5_000;

export const sumOfCounts = (one: RowCounts, other: RowCounts): RowCounts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [
      name,
      (one[name] ?? 0) + (other[name] ?? 0),
    ]),
  );

/**
 * Locks all rows of a person, so that nobody writes anything that refers to them, and nobody joins them, until they are gone. Null: there
 * is no such customer. Each statement sees what others did while the one before it waited.
 */
export async function lockLeavingPerson(tx: TransactionScope, customerId: string): Promise<LeavingPerson | null> {
  const { sql } = tx.db;
  const [person] = await sql<{ id: CustomerId }[]>`
    select id from customers where id = ${personOf(sql, customerId)} for update`;
  if (!person) return null;
  const [now] = await sql<{ id: CustomerId }[]>`select ${personOf(sql, customerId)} as id`;
  // Somebody made it another person meanwhile.
  if (now!.id !== person.id) throw new StartOver();
  const members = await sql<{ id: CustomerId }[]>`
    select c.id from customers c join person_links l on l.member_id = c.id
    where l.person_id = ${person.id} order by c.id for update of c`;
  const memberIds = [person.id, ...members.map(({ id }) => id)];
  const identities = await sql<LeavingPerson['identities'][number][]>`
    select kind, value, normalized from identities where customer_id = any(${memberIds}) order by kind, normalized`;
  return { personId: person.id, memberIds, identities };
}
