import { newId, type NoticeId } from '../../values/ids.ts';
import { lateFrom } from '../../values/notice-policy.ts';
import { noticeSubject, noticeText, type NoticeNews } from '../../values/notice-text.ts';
import type { NoticeKind, NoticeState, WithheldReason } from '../../values/notices.ts';
import { quietUntil } from '../../values/quiet-hours.ts';
import { requireRight } from '../access/role-rights.ts';
import { reachCustomer } from '../conversations/reach-customer.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { type Notice, noticeColumns, noticeRaised } from './notice.ts';
import { readNews, readReader } from './read-news.ts';

/** Notices that one call looks at. */
export const NOTICE_BATCH = 100;
/** What could not be done for a reason of ours is left alone so long, so that it does not stand before the others. */
const REST_MINUTES = 10;

/**
 * Looks at the notices that are due by the database's clock, the longest due first: tells the customer, or ends what is true no more. Any number
 * of processes may do this at once: each notice is one's, and told once. Returns how many were due; what failed for one keeps none of the others
 * and is thrown at the end.
 */
export async function sendNotices(scope: Scope, kinds: readonly NoticeKind[]): Promise<number> {
  requireRight(scope.viewer, 'orders:write');
  const due = await scope.db.sql<{ id: NoticeId }[]>`
    select id from notices where state in ('planned', 'raised') and due_at <= now() order by due_at, id limit ${NOTICE_BATCH}`;
  const failed: unknown[] = [];
  for (const { id } of due)
    try {
      await settle(scope, id, kinds);
    } catch (error) {
      failed.push(error);
      await scope.db.sql`update notices set due_at = now() + make_interval(mins => ${REST_MINUTES}) where id = ${id}`;
    }
  if (failed.length > 0)
    throw new AggregateError(failed, `${failed.length} of ${due.length} notices could not be settled`);
  return due.length;
}

async function settle(scope: Scope, id: NoticeId, kinds: readonly NoticeKind[]): Promise<void> {
  await atomically(scope, async (tx) => {
    const notice = await lockDue(tx, id);
    if (!notice) return;
    const found = await readNews(tx, notice);
    if (!found) return end(tx, notice, { state: 'overtaken' });
    if (found.notBefore) return lookAgain(tx, notice, found.notBefore);
    if (notice.state === 'planned') await raise(tx, notice);
    await tell(tx, notice, found.news, kinds);
  });
}

/** The person's lock before the notice's: whoever writes to a customer takes it first. Null: somebody else was faster. */
async function lockDue(tx: TransactionScope, id: NoticeId): Promise<Notice | null> {
  const { sql } = tx.db;
  const [, [notice]] = await Promise.all([
    sql`
      select 1 from customers where id = (
        select coalesce(l.person_id, n.customer_id) from notices n left join person_links l on l.member_id = n.customer_id
        where n.id = ${id})
      for no key update`,
    sql<Notice[]>`
      select ${noticeColumns(sql)} from notices n
      where n.id = ${id} and n.state in ('planned', 'raised') and n.due_at <= now() for update skip locked`,
  ]);
  return notice ?? null;
}

async function raise(tx: TransactionScope, notice: Notice): Promise<void> {
  await tx.db.sql`update notices set state = 'raised', raised_at = ${tx.now} where id = ${notice.id}`;
  recordFact(tx, noticeRaised(notice));
}

/** Tells it, unless the person does not want to hear, or not now, or cannot be reached. */
async function tell(
  tx: TransactionScope,
  notice: Notice,
  news: NoticeNews,
  kinds: readonly NoticeKind[],
): Promise<void> {
  const reader = await readReader(tx, notice);
  const { quietHours = null, doNotContact = false } = reader.preferences ?? {};
  const withhold = (reason: WithheldReason) => end(tx, notice, { state: 'withheld', reason });
  if (!kinds.includes(notice.kind)) return withhold('switched_off');
  if (doNotContact) return withhold('do_not_contact');
  const until = quietHours && quietUntil(quietHours, tx.now);
  if (until) return lookAgain(tx, notice, until);
  const messageId = await reachCustomer(tx, {
    personId: notice.customerId,
    orderId: notice.orderId,
    text: noticeText(news, reader),
    subject: noticeSubject(reader),
    language: reader.language,
  });
  if (!messageId) return withhold('no_address');
  await end(tx, notice, { state: 'sent', messageId });
  if (news.kind === 'delay' && news.estimatedAt) await planAnew(tx, notice, news.estimatedAt);
}

const lookAgain = async ({ db: { sql } }: TransactionScope, { id }: Notice, at: Date): Promise<void> =>
  void (await sql`update notices set due_at = ${at} where id = ${id}`);

interface End {
  readonly state: Extract<NoticeState, 'sent' | 'withheld' | 'overtaken'>;
  readonly reason?: WithheldReason;
  readonly messageId?: string;
}

const end = async (tx: TransactionScope, { id }: Notice, { state, reason, messageId }: End): Promise<void> =>
  void (await tx.db.sql`
    update notices set state = ${state}, settled_at = ${tx.now}, reason = ${reason ?? null}, message_id = ${messageId ?? null}
    where id = ${id}`);

/** What the customer was told is what they expect from now on. */
async function planAnew({ db: { sql } }: TransactionScope, { id }: Notice, expectedAt: Date): Promise<void> {
  await sql`
    with told as (select * from notices where id = ${id})
    insert into notices (id, customer_id, order_id, kind, about, expected_at, state, due_at)
    select ${newId('notice')}, t.customer_id, t.order_id, t.kind, t.about, ${expectedAt}::timestamptz, 'planned', ${lateFrom(expectedAt)}::timestamptz
    from told t
    where not exists (
      select from notices n where n.order_id = t.order_id and n.kind = t.kind and n.about = t.about and n.state = 'planned')
    on conflict do nothing`;
}
