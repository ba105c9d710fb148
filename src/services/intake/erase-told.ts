import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import type { TransactionScope } from '../scope.ts';

/**
 * Removes what sources told of a person that is not taken in yet, and how they call them. What waits is found by what the person is known by;
 * little waits at any time.
 */
export async function eraseTold(
  tx: TransactionScope,
  { memberIds, identities }: LeavingPerson,
  trackingNumbers: readonly string[],
): Promise<RowCounts> {
  const { sql } = tx.db;
  const known = [...identities.flatMap(({ value, normalized }) => [value, normalized]), ...trackingNumbers];
  // As it stands in JSON, without the quotes around it.
  const said = [...new Set(known)].filter((text) => text !== '').map((text) => JSON.stringify(text).slice(1, -1));
  const [waiting, named] = await Promise.all([
    sql`
      delete from waiting_facts w
      where exists (select from unnest(${said}::text[]) as s(text) where strpos(w.body::text, s.text) > 0)`,
    sql`delete from source_objects where kind = 'customer' and name = any(${memberIds as string[]})`,
  ]);
  return { waiting_facts: waiting.count, source_objects: named.count };
}
