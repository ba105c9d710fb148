import { Refusal } from '../../values/refusal.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { identityKey } from './identify-customers.ts';
import { requireStaff } from './lock-customer.ts';
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
const IN_ONE_TRANSACTION = 100;

/**
 * Makes or updates many customers, 100 in one transaction. A record that cannot be taken is told by its place in the list and does
 * not hold up the others.
 */
export async function upsertCustomers(scope: Scope, records: readonly CustomerRecord[]): Promise<UpsertOutcome[]> {
  requireStaff(scope);
  if (records.length === 0 || records.length > MOST_RECORDS)
    throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST_RECORDS} customers at once.`, ['customers']);
  const outcomes = new Array<UpsertOutcome>(records.length);
  const valid = records.flatMap((record, place) => {
    try {
      return [{ record, place, key: identityKey(checkCustomerRecord(scope, record)) }];
    } catch (error) {
      outcomes[place] = { refusal: refusalIn(error) };
      return [];
    }
  });
  // In one order, so that two lists with the same people wait for each other in one direction only.
  valid.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place));
  for (let i = 0; i < valid.length; i += IN_ONE_TRANSACTION) {
    const chunk = valid.slice(i, i + IN_ONE_TRANSACTION);
    const done = await atomically(scope, async (tx) => {
      const customers: (UpsertedCustomer | null)[] = [];
      for (const { record } of chunk) customers.push(await takeRecord(tx, record));
      return customers;
    });
    chunk.forEach(({ place }, j) => {
      const customer = done[j]!;
      outcomes[place] = customer ? { customer } : { refusal: nobody() };
    });
  }
  return outcomes;
}

function refusalIn(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
