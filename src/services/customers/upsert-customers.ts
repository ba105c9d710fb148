import postgres from 'postgres';

import { Refusal } from '../../values/refusal.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { identityKey } from './identify-customers.ts';
import { requireStaff } from './lock-customer.ts';
import { ErasedRefusal } from './suppression.ts';
import type { ToldIdentity } from './resolving/told-identity.ts';
import {
  checkCustomerRecord,
  nobody,
  takeRecord,
  type CustomerRecord,
  type UpsertedCustomer,
} from './upsert-customer.ts';

/** What became of a record: the customer, or why not. */
export type UpsertOutcome = { readonly customer: UpsertedCustomer } | { readonly refusal: Refusal };

export const MOST_RECORDS = 1_000;
/** Records that one transaction takes, at most. */
const AT_ONCE = 100;
/** A transaction that is older takes no more: whoever shares an address with one of its people waits until it ends. */
const LONGEST_MS = 250;
/** So often the same records are taken in a smaller transaction, because others held for too long what they need. */
const TRIES = 8;
/** Lock timeout, deadlock and serialization failure. */
const COLLISIONS = new Set(['55P03', '40P01', '40001']);

/**
 * Makes or updates many customers, up to 100 in one transaction. A record that cannot be taken is told by its place in the list and does
 * not hold up the others. Any number of lists may tell of the same people at once, in whatever order.
 */
export async function upsertCustomers(scope: Scope, records: readonly CustomerRecord[]): Promise<UpsertOutcome[]> {
  requireStaff(scope);
  if (records.length === 0 || records.length > MOST_RECORDS)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST_RECORDS} customers at once.`, ['customers']);
  const outcomes = new Array<UpsertOutcome>(records.length);
  const valid = records.flatMap((record, place) => {
    try {
      return [{ record, place, key: meetingKey(checkCustomerRecord(scope, record)) }];
    } catch (error) {
      outcomes[place] = { refusal: refusalIn(error) };
      return [];
    }
  });
  // In one order, so that two lists with the same people wait for each other in one direction only.
  valid.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place));
  let most = AT_ONCE;
  for (let next = 0; next < valid.length;) {
    const { taken, size } = await takeSome(
      scope,
      valid.slice(next, next + most).map(({ record }) => record),
    );
    for (const [i, outcome] of taken.entries()) outcomes[valid[next + i]!.place] = outcome;
    next += taken.length;
    most = Math.min(AT_ONCE, size * 2);
  }
  return outcomes;
}

/** By what other systems know a person too: their first address, or whatever there is. */
function meetingKey(identities: readonly ToldIdentity[]): string {
  const addresses = identities.filter(({ kind }) => kind === 'email' || kind === 'phone');
  const keys = (addresses.length > 0 ? addresses : identities).map(identityKey);
  return keys.reduce((least, key) => (key < least ? key : least));
}

/**
 * Takes the first of these records in one transaction, as many as there is time for. People are locked as they come, so two lists that share some in
 * another order can wait for each other: then each takes fewer at a time, down to one, and one after the other always gets on.
 */
async function takeSome(
  scope: Scope,
  records: readonly CustomerRecord[],
): Promise<{ taken: UpsertOutcome[]; size: number }> {
  let size = records.length;
  for (let attempt = 1; ; attempt += 1)
    try {
      return { taken: await atomically(scope, (tx) => takeInTime(tx, records.slice(0, size))), size };
    } catch (error) {
      const isCollision = error instanceof postgres.PostgresError && COLLISIONS.has(error.code);
      if (!isCollision || attempt === TRIES) throw error;
      size = Math.ceil(size / 4);
    }
}

async function takeInTime(tx: TransactionScope, records: readonly CustomerRecord[]): Promise<UpsertOutcome[]> {
  const begun = performance.now();
  const taken: UpsertOutcome[] = [];
  for (const record of records) {
    taken.push(await takeOne(tx, record));
    if (performance.now() - begun > LONGEST_MS) break;
  }
  return taken;
}

async function takeOne(tx: TransactionScope, record: CustomerRecord): Promise<UpsertOutcome> {
  try {
    const customer = await takeRecord(tx, record);
    return customer ? { customer } : { refusal: nobody() };
  } catch (error) {
    // Nothing of it was written; that it came is.
    if (error instanceof ErasedRefusal) return { refusal: error };
    throw error;
  }
}

function refusalIn(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
