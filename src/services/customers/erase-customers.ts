import type { TransactionScope } from '../scope.ts';
import type { LeavingPerson, RowCounts } from './leaving-person.ts';

/** Removes a person's customers with all that hangs on them here. Last of all domains: whatever refers to them is gone. */
export async function eraseCustomers(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const [words, traits, versions, identities, links, customers] = await Promise.all([
    sql`delete from customer_words where customer_id = any(${ids})`,
    sql`delete from customer_traits where customer_id = any(${ids})`,
    sql`delete from customer_versions where customer_id = any(${ids})`,
    sql`delete from identities where customer_id = any(${ids})`,
    sql`delete from person_links where member_id = any(${ids}) or person_id = any(${ids})`,
    sql`delete from customers where id = any(${ids})`,
  ]);
  return {
    customers: customers.count,
    customer_versions: versions.count,
    customer_words: words.count,
    customer_traits: traits.count,
    identities: identities.count,
    person_links: links.count,
  };
}
