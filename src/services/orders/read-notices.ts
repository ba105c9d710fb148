import type { OrderId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { type Notice, noticeColumns } from './notice.ts';

/** Notices of one order that are shown, the newest ones. */
export const MOST_NOTICES = 100;

/** Notices of each order within the viewer's reach, the newest first: one statement for all. */
export async function noticesOfOrders(scope: Scope, ids: readonly OrderId[]): Promise<Notice[]> {
  const { sql } = scope.db;
  return sql<Notice[]>`
    select n.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${noticeColumns(sql)} from notices n
      where n.order_id = asked.id and ${withinReach(scope, 'conversations:read', 'n.customer_id')}
      order by n.id desc limit ${MOST_NOTICES}
    ) n
    order by n.id desc`;
}
