import type { VisitorSessionId } from '../../values/ids.ts';
import { visitorPrincipal } from '../access/visitor-token.ts';
import { MOST_AT_ONCE, type LeavingPerson, type RowCounts } from '../customers/leaving-person.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';

/** Removes what a person has in their basket, and ends the sessions of their browsers. */
export async function eraseActivity(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const [baskets, sessions] = await Promise.all([
    sql`delete from baskets where customer_id = any(${ids})`,
    sql<{ id: VisitorSessionId }[]>`delete from visitor_sessions where customer_id = any(${ids}) returning id`,
  ]);
  const principals = sessions.map(({ id }) => visitorPrincipal(id));
  await sql`
    insert into viewer_revocations (principal, revoked_at, revoked_by)
    select principal, ${tx.now}, ${tx.viewer.principal} from unnest(${principals}::text[]) as principal order by principal
    on conflict (principal) do update set revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by`;
  for (const principal of principals)
    recordFact(tx, { type: 'viewer.revoked', streams: [stream.viewer(principal)], details: { principal } });
  return { baskets: baskets.count, visitor_sessions: sessions.length };
}

/** Removes what a person did, as much as one transaction may: without a customer nobody sees the rest. */
export async function eraseActivities(tx: TransactionScope, customerIds: readonly string[]): Promise<RowCounts> {
  const activities = await tx.db.sql`
    delete from activities where id in (
      select a.id from activities a where a.customer_id = any(${customerIds as string[]}) limit ${MOST_AT_ONCE})`;
  return { activities: activities.count };
}

/** Removes activities, and the baskets that the last of them left behind. */
export async function removeActivities(tx: TransactionScope, activityIds: readonly string[]): Promise<void> {
  const ids = activityIds as string[];
  await tx.db.sql`
    with gone as (delete from activities where id = any(${ids}) returning id, customer_id)
    delete from baskets b using gone where b.customer_id = gone.customer_id and b.activity_id = gone.id`;
}
