import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { StartOver } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { customerColumns, type Customer } from './customer.ts';
import { lockPerson, personOf, withinReach } from './person-of.ts';

/** Reads a person for a change, under the person's lock. Refuses with NOT_FOUND when there is none or it is not the viewer's to change. */
export async function lockCustomer(tx: TransactionScope, id: string): Promise<Customer> {
  const { sql } = tx.db;
  const [[locked], [row]] = await Promise.all([
    lockPerson(sql, id),
    sql<Customer[]>`
      select ${customerColumns(sql)} from customers c
      where c.id = ${personOf(sql, id)} and ${withinReach(tx, 'customers:write', 'c.id')}`,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['customerId']);
  if (row.id !== locked?.id) throw new StartOver();
  return row;
}

/** Customers may say what they prefer; who they are is for others to record. Throws AccessDenied, or NOT_ALLOWED for a customer. */
export function requireStaff(scope: Scope): void {
  if (requireRight(scope.viewer, 'customers:write') !== 'all')
    throw new Refusal('NOT_ALLOWED', 'A customer changes only their own preferences: use `customerPreferencesSet`.');
}
