import type { Sql } from '../../database/open-database.ts';
import { reachOf } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { AccessDenied } from '../../values/access-denied.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Right } from '../../values/rights.ts';

/** The person that a customer is now: one's own row, or the one that a link names. Links always name the person, never a chain. */
export const personOf = (sql: Sql, customerId: string) =>
  sql`coalesce((select pl.person_id from person_links pl where pl.member_id = ${customerId}), ${customerId})`;

/** A set of ids: everybody who is one person with this customer, the person first. */
export const membersOf = (sql: Sql, customerId: string) =>
  sql`(select ${personOf(sql, customerId)} union all
    select m.member_id from person_links m where m.person_id = ${personOf(sql, customerId)})`;

/** A set of ids: the customers whose rows are the viewer's own; empty for whoever is no customer. */
export function ownIds(sql: Sql, { customerId, isAnonymous = false }: Viewer) {
  if (customerId === null) return sql`(select null::text where false)`;
  return isAnonymous ? sql`(select ${customerId}::text)` : membersOf(sql, customerId);
}

/** A condition on rows that belong to a customer: all rows, or those of the viewer's own person. Throws AccessDenied without the right. */
export function withinReach(scope: Scope, right: Right, customerIdColumn: string) {
  const { sql } = scope.db;
  const reach = reachOf(scope.viewer, right);
  if (!reach) throw new AccessDenied(right);
  if (reach === 'all') return sql`true`;
  return scope.viewer.customerId ? sql`${sql(customerIdColumn)} in ${ownIds(sql, scope.viewer)}` : sql`false`;
}

/**
 * Locks the person's row: whatever changes a person's conversations or profile happens one after the other, so that two first
 * messages open one conversation. The reading statement must come after this one, or it would see what was before the wait; where it
 * finds another person than was locked, a merge came first: then `StartOver`.
 */
export const lockPerson = (sql: Sql, customerId: string) =>
  sql<{ id: CustomerId }[]>`select id from customers where id = ${personOf(sql, customerId)} for no key update`;
