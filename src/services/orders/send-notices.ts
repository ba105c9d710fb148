import type { NoticeId } from '../../values/ids.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { OutreachLimits } from '../privacy/outreach.ts';
import type { Scope } from '../scope.ts';
import { lockDue } from './lock-notice.ts';
import { settleNotice } from './settle-notice.ts';

/** Notices that one call looks at. */
export const NOTICE_BATCH = 100;
/** What could not be done for a reason of ours is left alone so long, so that it does not stand before the others. */
const REST_MINUTES = 10;

/**
 * Looks at the notices that are due by the database's clock, the longest due first: tells the customer, or ends what is true no more. Any number
 * of processes may do this at once: each notice is one's, and told once. Returns how many were due; what failed for one keeps none of the others
 * and is thrown at the end.
 */
export async function sendNotices(
  scope: Scope,
  kinds: readonly NoticeKind[],
  limits?: OutreachLimits,
): Promise<number> {
  requireRight(scope.viewer, 'orders:write');
  const due = await scope.db.sql<{ id: NoticeId }[]>`
    select id from notices where state in ('planned', 'raised') and due_at <= now() order by due_at, id limit ${NOTICE_BATCH}`;
  const failed: unknown[] = [];
  for (const { id } of due)
    try {
      await atomically(scope, async (tx) => {
        const notice = await lockDue(tx, id);
        if (notice) await settleNotice(tx, notice, kinds, limits);
      });
    } catch (error) {
      failed.push(error);
      await scope.db.sql`update notices set due_at = now() + make_interval(mins => ${REST_MINUTES}) where id = ${id}`;
    }
  if (failed.length > 0)
    throw new AggregateError(failed, `${failed.length} of ${due.length} notices could not be settled`);
  return due.length;
}
