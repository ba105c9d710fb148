import { matchKeyOf } from '../../values/match-key.ts';
import type { TransactionScope } from '../scope.ts';
import type { LeavingPerson, RowCounts } from './leaving-person.ts';

/** Removes a person's customers with all that hangs on them here. Last of all domains: whatever refers to them is gone. */
export async function eraseCustomers(
  tx: TransactionScope,
  { memberIds, identities: known }: Pick<LeavingPerson, 'memberIds' | 'identities'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const keys = known.map(({ kind, normalized }) => matchKeyOf(kind, normalized));
  const [words, traits, versions, identities, dropped, former, links, merges, , , , , customers] = await Promise.all([
    sql`delete from customer_words where customer_id = any(${ids})`,
    sql`delete from customer_traits where customer_id = any(${ids})`,
    sql`delete from customer_versions where customer_id = any(${ids})`,
    sql`delete from identities where customer_id = any(${ids})`,
    // Also what others came with that was theirs.
    sql`
      delete from dropped_identities d
      where d.customer_id = any(${ids}) or exists (
        select from unnest(${known.map(({ kind }) => kind)}::text[], ${keys}::text[]) as k(kind, match_key)
        where k.kind = d.kind and k.match_key = d.match_key)`,
    sql`delete from former_identities where customer_id = any(${ids})`,
    sql`delete from person_links where member_id = any(${ids}) or person_id = any(${ids})`,
    sql`delete from merges where person_id = any(${ids}) or merged_id = any(${ids})`,
    sql`delete from kept_apart where one_id = any(${ids}) or other_id = any(${ids})`,
    sql`delete from merge_proposals where one_id = any(${ids}) or other_id = any(${ids})`,
    sql`delete from match_candidates where one_id = any(${ids}) or other_id = any(${ids})`,
    sql`delete from match_keys where customer_id = any(${ids})`,
    sql`delete from customers where id = any(${ids})`,
  ]);
  return {
    customers: customers.count,
    customer_versions: versions.count,
    customer_words: words.count,
    customer_traits: traits.count,
    identities: identities.count,
    dropped_identities: dropped.count,
    former_identities: former.count,
    person_links: links.count,
    merges: merges.count,
  };
}
