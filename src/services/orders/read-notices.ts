import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, OrderId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { type Notice, noticeColumns } from './notice.ts';

type Fragment = ReturnType<Sql>;

/** A page of each order's notices, in the order of the ids. */
export const noticesOfOrders = (scope: Scope, ids: readonly OrderId[], page: PageRequest): Promise<Page<Notice>[]> =>
  noticesOf(scope, ids, page, scope.db.sql`n.order_id = asked.id`);

/** A page of each person's notices, under all of their customer ids, in the order of the ids. */
export const noticesOfPersons = (
  scope: Scope,
  ids: readonly CustomerId[],
  page: PageRequest,
): Promise<Page<Notice>[]> =>
  noticesOf(
    scope,
    ids,
    page,
    scope.db.sql`n.customer_id in (
      select asked.id union all select m.member_id from person_links m where m.person_id = asked.id)`,
  );

/** Within the viewer's reach, the newest first: ids stand in the order in which they were made. One statement for all parents. */
async function noticesOf(
  scope: Scope,
  ids: readonly string[],
  page: PageRequest,
  belongs: Fragment,
): Promise<Page<Notice>[]> {
  const { sql } = scope.db;
  const rows = await sql<(Notice & { askedId: string })[]>`
    select asked.id as asked_id, n.* from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${noticeColumns(sql)} from notices n
      where ${belongs} and ${withinReach(scope, 'conversations:read', 'n.customer_id')}
        and ${page.after ? sql`n.id < ${page.after.id}` : sql`true`}
      order by n.id desc limit ${page.first + 1}
    ) n
    order by n.id desc`;
  const byParent = Map.groupBy(rows, ({ askedId }) => askedId);
  return ids.map((id) => pageOf<Notice>(byParent.get(id) ?? [], page, ({ dueAt, id: at }) => ({ at: dueAt, id: at })));
}
