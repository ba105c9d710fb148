import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, MessageId, NoticeId } from '../../values/ids.ts';
import { StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { type Notice, noticeColumns } from './notice.ts';

type Fragment = ReturnType<Sql>;

/** A notice that is due by the database's clock. Null: somebody else was faster. */
export const lockDue = ({ db: { sql } }: TransactionScope, id: NoticeId): Promise<Notice | null> =>
  lockNotice(
    sql,
    sql`n.id = ${id}`,
    sql`n.state in ('planned', 'raised') and n.due_at <= now()`,
    sql`for update skip locked`,
  );

/** The notice that this message told last, however it stands. Null: the message is of no notice, or it told another way since. */
export const lockTold = ({ db: { sql } }: TransactionScope, messageId: MessageId): Promise<Notice | null> =>
  lockNotice(sql, sql`n.message_id = ${messageId}`, sql`true`, sql`for update`);

/** The person's lock before the notice's: whoever writes to a customer takes it first. */
async function lockNotice(sql: Sql, named: Fragment, isWanted: Fragment, lock: Fragment): Promise<Notice | null> {
  const [[locked], [notice]] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select id from customers where id = (
        select coalesce(l.person_id, n.customer_id) from notices n left join person_links l on l.member_id = n.customer_id
        where ${named})
      for no key update`,
    sql<Notice[]>`select ${noticeColumns(sql)} from notices n where ${named} and ${isWanted} ${lock}`,
  ]);
  if (notice && notice.customerId !== locked?.id) throw new StartOver();
  return notice ?? null;
}
