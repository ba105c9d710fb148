import { type MessageId, newId } from '../../values/ids.ts';
import { lateFrom } from '../../values/notice-policy.ts';
import { noticeSubject, type NoticeNews, type NoticeReader, noticeText } from '../../values/notice-text.ts';
import type { NoticeKind, NoticeState, WithheldReason } from '../../values/notices.ts';
import { fallBack } from '../conversations/fall-back.ts';
import { lockMessage } from '../conversations/hold-delivery.ts';
import { reachCustomer } from '../conversations/reach-customer.ts';
import { recordFact } from '../events/atomically.ts';
import { closedChannels } from '../privacy/leave-to-write.ts';
import { isToldByHand, type OutreachLimits } from '../privacy/outreach.ts';
import type { TransactionScope } from '../scope.ts';
import { askLeave } from './ask-leave.ts';
import { type Notice, noticeRaised } from './notice.ts';
import { readNews } from './read-news.ts';

/** Tells the customer what a locked notice is about, or ends it where it is true no more, or says when to look again. */
export async function settleNotice(
  tx: TransactionScope,
  notice: Notice,
  kinds: readonly NoticeKind[],
  limits: OutreachLimits = {},
): Promise<void> {
  const found = await readNews(tx, notice);
  if (!found) return endNotice(tx, notice, { state: 'overtaken' });
  if (found.notBefore) return lookAgain(tx, notice, found.notBefore);
  if (notice.state === 'planned') await raise(tx, notice);
  const leave = await askLeave(tx, notice, kinds);
  if ('reason' in leave) return endNotice(tx, notice, { state: 'withheld', reason: leave.reason });
  if ('until' in leave) return lookAgain(tx, notice, leave.until);
  // Told by hand meanwhile: once is enough. What was told by this notice before goes on by itself.
  if (!notice.messageId && (await isToldByHand(tx, notice.customerId, notice, limits)))
    return endNotice(tx, notice, { state: 'withheld', reason: 'already_contacted' });
  await tell(tx, notice, found.news, leave.reader);
}

async function raise(tx: TransactionScope, notice: Notice): Promise<void> {
  await tx.db.sql`update notices set state = 'raised', raised_at = ${tx.now} where id = ${notice.id}`;
  recordFact(tx, noticeRaised(notice));
}

async function tell(tx: TransactionScope, notice: Notice, news: NoticeNews, reader: NoticeReader): Promise<void> {
  const messageId = notice.messageId
    ? await carryOn(tx, notice.messageId, noticeText(news, reader))
    : await reachCustomer(tx, {
        personId: notice.customerId,
        orderId: notice.orderId,
        text: noticeText(news, reader),
        subject: noticeSubject(reader),
        language: reader.language,
      });
  if (!messageId) return endNotice(tx, notice, { state: 'withheld', reason: await whyNot(tx, notice) });
  await endNotice(tx, notice, { state: 'sent', messageId });
  if (news.kind === 'delay' && news.estimatedAt) await planAnew(tx, notice, news.estimatedAt);
}

/** Where an address is closed, that is why: nobody need look for another one. */
async function whyNot(tx: TransactionScope, { customerId }: Notice): Promise<WithheldReason> {
  const { channels } = await closedChannels(tx, customerId, 'order_updates');
  return channels.length > 0 ? 'no_consent' : 'no_address';
}

/** Over the next channel, after those that failed; nothing where the last one brought it after all. Null: there is no other. */
async function carryOn(tx: TransactionScope, messageId: MessageId, text: string): Promise<MessageId | null> {
  const failed = await lockMessage(tx, messageId);
  if (!failed) return null;
  return failed.delivery.state === 'failed' ? fallBack(tx, failed.standing, failed.delivery, text) : messageId;
}

/** Whatever it was before, the notice waits until then: for the person's morning, or for the truth. */
const lookAgain = async ({ db: { sql } }: TransactionScope, { id }: Notice, at: Date): Promise<void> =>
  void (await sql`
    update notices set state = case state when 'planned' then 'planned' else 'raised' end, settled_at = null, due_at = ${at}
    where id = ${id}`);

/** What was told of it was taken back: when it is true again, it is told as if for the first time. */
export async function tellAnew(tx: TransactionScope, notice: Notice, at: Date): Promise<void> {
  await lookAgain(tx, notice, at);
  await tx.db.sql`update notices set message_id = null where id = ${notice.id}`;
}

interface End {
  readonly state: Extract<NoticeState, 'sent' | 'withheld' | 'overtaken'>;
  readonly reason?: WithheldReason;
  readonly messageId?: MessageId;
}

/** What was tried stays with it. */
export const endNotice = async (
  tx: TransactionScope,
  { id }: Notice,
  { state, reason, messageId }: End,
): Promise<void> =>
  void (await tx.db.sql`
    update notices set state = ${state}, settled_at = ${tx.now}, reason = ${reason ?? null},
      message_id = coalesce(${messageId ?? null}, message_id)
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
