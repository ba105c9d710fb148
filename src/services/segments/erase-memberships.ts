import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import type { TransactionScope } from '../scope.ts';

/** Removes a person from all segments. */
export async function eraseMemberships(
  { db: { sql } }: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const removed = await sql`delete from segment_members where customer_id = any(${memberIds as string[]})`;
  return { segment_members: removed.count };
}
