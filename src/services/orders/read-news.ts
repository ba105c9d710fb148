import { lateFrom } from '../../values/notice-policy.ts';
import type { NoticeNews, NoticeReader } from '../../values/notice-text.ts';
import type { ShipmentStatus } from '../../values/vocabulary.ts';
import type { Preferences } from '../customers/customer.ts';
import type { TransactionScope } from '../scope.ts';
import type { Notice } from './notice.ts';
import { ON_ITS_WAY } from './plan-delays.ts';

/** What there is to tell now. */
export interface NewsNow {
  readonly news: NoticeNews;
  /** It is not true before that, as things stand. Null: it is. */
  readonly notBefore: Date | null;
}

/** What a notice has to tell as things stand, and not as they stood when it was raised. Null: nothing any more. */
export async function readNews(tx: TransactionScope, notice: Notice): Promise<NewsNow | null> {
  switch (notice.kind) {
    case 'delay':
      return readDelay(tx, notice);
    case 'ready_for_pickup':
      return isSo(await readPickup(tx, notice));
    case 'refund_sent':
      return isSo(await readRefund(tx, notice));
    case 'return_received':
      return isSo(await readReturn(tx, notice));
  }
}

const isSo = (news: NoticeNews | null): NewsNow | null => news && { news, notBefore: null };

/** Late by what the carrier says now: it may have moved the estimate since, to and fro, or brought the parcel. */
async function readDelay(
  { db: { sql }, now }: TransactionScope,
  { orderId, about, expectedAt }: Notice,
): Promise<NewsNow | null> {
  const [parcel] = await sql<{ status: ShipmentStatus; estimate: Date | null; place: string | null }[]>`
    select s.status, s.estimated_delivery_at as estimate, (
        select t.place from tracking_events t where t.shipment_id = s.id and t.place is not null
        order by t.occurred_at desc, t.id desc limit 1) as place
    from shipments s join orders o on o.id = s.order_id
    where s.order_id = ${orderId} and s.external_id = ${about} and s.status = any(${ON_ITS_WAY as string[]})
      and o.fulfilment_status not in ('delivered', 'cancelled')`;
  if (!parcel) return null;
  const { status, estimate, place } = parcel;
  const isMoved = estimate !== null && expectedAt !== null && estimate >= lateFrom(expectedAt);
  const inTimeUntil = estimate !== null && !isMoved && status !== 'exception' ? lateFrom(estimate) : null;
  const estimatedAt = estimate !== null && estimate > now ? estimate : null;
  return {
    news: { kind: 'delay', expectedAt, estimatedAt, place },
    notBefore: inTimeUntil && inTimeUntil > now ? inTimeUntil : null,
  };
}

async function readPickup({ db: { sql } }: TransactionScope, { orderId, about }: Notice): Promise<NoticeNews | null> {
  const [parcel] = await sql<{ place: string | null }[]>`
    select (
        select t.place from tracking_events t where t.shipment_id = s.id and t.status = 'ready_for_pickup'
        order by t.occurred_at desc, t.id desc limit 1) as place
    from shipments s join orders o on o.id = s.order_id
    where s.order_id = ${orderId} and s.external_id = ${about} and s.status = 'ready_for_pickup'
      and o.fulfilment_status not in ('delivered', 'cancelled')`;
  return parcel ? { kind: 'ready_for_pickup', place: parcel.place } : null;
}

async function readRefund({ db: { sql } }: TransactionScope, { orderId, about }: Notice): Promise<NoticeNews | null> {
  const [refund] = await sql<{ amountMinor: number; currency: string; expectedBy: Date | null }[]>`
    select p.amount_minor, o.currency, p.expected_by from payments p join orders o on o.id = p.order_id
    where p.order_id = ${orderId} and p.external_id = ${about} and p.kind = 'refund' and p.state = 'done'`;
  return refund ? { kind: 'refund_sent', ...refund } : null;
}

async function readReturn({ db: { sql } }: TransactionScope, { orderId, about }: Notice): Promise<NoticeNews | null> {
  const [back] = await sql<{ refundBy: Date | null }[]>`
    select refund_expected_by as refund_by from returns
    where order_id = ${orderId} and external_id = ${about} and status in ('received', 'inspected')`;
  return back ? { kind: 'return_received', refundBy: back.refundBy } : null;
}

/** For whom it is written, and what the order was for: of a parcel or return what is in it. */
export async function readReader(
  { db: { sql } }: TransactionScope,
  { customerId, orderId, kind, about }: Notice,
): Promise<NoticeReader & { readonly preferences: Preferences | null }> {
  const [reader] = await sql<(NoticeReader & { preferences: Preferences | null })[]>`
    with about as (
      select unnest(s.line_external_ids) as id from shipments s
      where s.order_id = ${orderId} and s.external_id = ${about} and ${kind === 'delay' || kind === 'ready_for_pickup'}
      union all
      select l.line_external_id from returns r join return_lines l on l.return_id = r.id
      where r.order_id = ${orderId} and r.external_id = ${about} and ${kind === 'return_received'}
    ), lines as (
      select l.title, count(*) over () - 1 as others from order_lines l
      where l.order_id = ${orderId} and (not exists (select from about) or l.external_id in (select id from about))
      order by l.position, l.id limit 1
    )
    select o.number as order_number, p.language, p.time_zone,
      -- Who asked to be left alone under one of their ids is, whatever the profile says that a merge let go on.
      case when exists (
        select 1 from person_links l join customers m on m.id = l.member_id
        where l.person_id = p.id and (m.preferences->>'doNotContact')::boolean
      ) then coalesce(p.preferences, '{}') || '{"doNotContact": true}' else p.preferences end as preferences,
      (select json_build_object('title', title, 'others', others) from lines) as purchase
    from orders o, customers p where o.id = ${orderId} and p.id = ${customerId}`;
  return reader!;
}
