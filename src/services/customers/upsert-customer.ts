import { checkMoment } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { DropReason } from '../../values/identity-rules.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { changeProfile } from './change-profile.ts';
import { checkProfile } from './check-profile.ts';
import { customerColumns, type Customer, type Profile } from './customer.ts';
import type { Identified } from './identify-customer.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { requireStaff } from './lock-customer.ts';
import { knownRules } from './resolving/active-rules.ts';
import { resolveCustomer } from './resolving/resolve-customer.ts';
import { isTold, readStated, type StatedIdentity, type ToldIdentity } from './resolving/told-identity.ts';

/** What a source knows of one of its customers. */
export interface CustomerRecord {
  /** At least one. */
  readonly identities: readonly StatedIdentity[];
  /** Only what is named changes; null empties. */
  readonly profile?: Partial<Omit<Profile, 'preferences'>>;
  /** Name of the source, for example the name of an import. */
  readonly source: string;
  readonly occurredAt?: Date;
}

export interface UpsertedCustomer extends Identified {
  /** Identities of the record that were not taken as this customer's, with why. Whose they are is not told. */
  readonly identityConflicts: readonly {
    readonly kind: IdentityKind;
    readonly value: string;
    readonly reason: DropReason;
  }[];
}

const MOST_IDENTITIES = 20;

/**
 * Makes or updates the customer of a source: who it is, all its identities decide together (see resolve-customer.ts). What is already so
 * changes nothing, so that a record may be sent again. Throws CUSTOMER_ERASED where nobody is known and somebody was erased with one of the
 * identities; of somebody who is known such an identity is left out.
 */
export async function upsertCustomer(scope: Scope, record: CustomerRecord): Promise<UpsertedCustomer> {
  requireStaff(scope);
  checkCustomerRecord(scope, record);
  const upserted = await atomically(scope, (tx) => takeRecord(tx, record));
  if (upserted) return upserted;
  throw nobody();
}

/** Of a record whose identities are blocked, or shared by too many. */
export const nobody = () =>
  new Refusal('INVALID_INPUT', 'None of the identities names a person: they are blocked, or too many share them.', [
    'identities',
  ]);

/** The same for a record that was checked. Null: none of its identities can be used. */
export async function takeRecord(tx: TransactionScope, record: CustomerRecord): Promise<UpsertedCustomer | null> {
  const { identities, profile = {}, source, occurredAt = tx.now } = record;
  const market = profile.market ?? null;
  const resolved = await resolveCustomer(tx, { identities, guestId: null, market, source, occurredAt });
  if (!resolved) return null;
  const { customerId, personId, isNew, dropped } = resolved;
  // The person's lock is held since then.
  await changeProfile(tx, await readCustomer(tx, personId), profile, occurredAt);
  return {
    ...{ customerId, personId, isNew },
    identityConflicts: dropped.map(({ kind, value, reason }) => ({ kind, value, reason })),
  };
}

/** The usable identities of a record. Throws INVALID_INPUT when none is one, or when anything else of the record cannot be taken. */
export function checkCustomerRecord(scope: Scope, record: CustomerRecord): ToldIdentity[] {
  const { identities, profile = {}, source, occurredAt } = record;
  if (identities.length === 0 || identities.length > MOST_IDENTITIES)
    throw new Refusal('INVALID_INPUT', `A customer needs 1 to ${MOST_IDENTITIES} identities.`, ['identities']);
  checkText(source, ['source'], 100);
  checkProfile(profile, ['profile']);
  if (occurredAt) checkMoment(occurredAt, ['occurredAt']);
  const market = profile.market ?? null;
  const { rules } = knownRules(scope);
  const told = identities.map((stated) => readStated(rules, stated, { market, source })).filter(isTold);
  if (told.length > 0) return told;
  const [{ kind, value }] = identities as [StatedIdentity];
  normalizeIdentity(kind, value, { market, field: ['identities', kind] });
  throw new Refusal('INVALID_INPUT', 'The rules block this value: it names nobody.', ['identities', kind]);
}

async function readCustomer(tx: TransactionScope, personId: CustomerId): Promise<Customer> {
  const { sql } = tx.db;
  const [row] = await sql<Customer[]>`select ${customerColumns(sql)} from customers c where c.id = ${personId}`;
  return row!;
}
