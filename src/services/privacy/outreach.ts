import { checkText } from '../../values/check-text.ts';
import type { Purpose } from '../../values/consents.ts';
import type { CustomerId, MessageId, OrderId } from '../../values/ids.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { Refusal } from '../../values/refusal.ts';
import { membersOf } from '../customers/person-of.ts';
import type { TransactionScope } from '../scope.ts';

/** For what a person is written to, and what about. */
export interface Outreach {
  readonly purpose: Extract<Purpose, 'order_updates' | 'marketing'>;
  /** In the sender's words, the same for all that would tell the person the same: a campaign. */
  readonly about: string;
  /** Of which order of the person. Null: it is of none, or nobody says. */
  readonly orderId: OrderId | null;
}

/** How often a person is written to unasked. */
export interface OutreachLimits {
  /** Advertisements in seven days, at most. Absent: what suits a shop. */
  readonly marketingPerWeek?: number | undefined;
  /** After so many days they may be written to about the same thing again. 0: never; absent: never. */
  readonly repeatAfterDays?: number | undefined;
}

/** Advertisements that one person is sent in seven days, at most, unless the operator says otherwise. */
const MARKETING_PER_WEEK = 3;

const LONGEST_ABOUT = 200;
const DAY_MS = 86_400_000;

/** What a message is written for; null: to answer. INVALID_INPUT where nobody is written to for that purpose, or nobody says what about. */
export function checkOutreach({
  purpose,
  about,
  orderId = null,
}: {
  readonly purpose?: Purpose | null | undefined;
  readonly about?: string | null | undefined;
  readonly orderId?: string | null | undefined;
}): Outreach | null {
  if (purpose == null || purpose === 'service') {
    if (about == null && orderId == null) return null;
    throw new Refusal('INVALID_INPUT', '`about` and `orderId` are for what nobody asked for: say the `purpose` too.', [
      'input',
      'about',
    ]);
  }
  if (purpose !== 'order_updates' && purpose !== 'marketing')
    throw new Refusal('INVALID_INPUT', 'Nobody is written to for this purpose: SERVICE, ORDER_UPDATES or MARKETING.', [
      'input',
      'purpose',
    ]);
  if (about == null)
    throw new Refusal('INVALID_INPUT', 'Say what it is about, so that nobody is written to twice about it.', [
      'input',
      'about',
    ]);
  return {
    purpose,
    about: checkText(about, ['input', 'about'], LONGEST_ABOUT),
    orderId: orderId === null ? null : (orderId as OrderId),
  };
}

/** What tells one thing from another: case, spaces and dashes do not. `ready for pickup` is what a notice of READY_FOR_PICKUP tells. */
const thingOf = (about: string): string =>
  about
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_');

/** From when on what was written counts. */
const countsFrom = (now: Date, { repeatAfterDays = 0 }: OutreachLimits): Date =>
  repeatAfterDays === 0 ? new Date(0) : new Date(now.getTime() - repeatAfterDays * DAY_MS);

/**
 * Refuses to write to a person twice about one thing, over whichever channel and whoever tells it, a notice or somebody by hand; or to advertise to them
 * too often: ALREADY_CONTACTED. What never went out does not count. The person's lock is the caller's.
 */
export async function requireNews(
  tx: TransactionScope,
  personId: CustomerId,
  { purpose, about, orderId }: Outreach,
  limits: OutreachLimits = {},
): Promise<void> {
  const { sql } = tx.db;
  const since = countsFrom(tx.now, limits);
  const { marketingPerWeek = MARKETING_PER_WEEK } = limits;
  const [known] = await sql<{ isTheirs: boolean; isTold: boolean; lately: number }[]>`
    select
      ${orderId}::text is null or exists (
        select from orders where id = ${orderId} and customer_id in ${membersOf(sql, personId)}) as is_theirs,
      coalesce(bool_or(o.is_same and o.written_at > ${since}), false) or exists (
        select from notices n join messages m on m.id = n.message_id and m.delivery_state is distinct from 'failed'
        where n.order_id = ${orderId} and n.kind = ${thingOf(about)} and n.state = 'sent' and n.settled_at > ${since}) as is_told,
      count(*) filter (where o.purpose = 'marketing' and o.written_at > ${tx.now}::timestamptz - interval '7 days')::int as lately
    from (
      select u.purpose, u.written_at, case when u.order_id = ${orderId} then lower(regexp_replace(u.about, '[\\s_-]+', '_', 'g')) = ${thingOf(about)}
          else u.about = ${about} and (u.order_id is null or ${orderId}::text is null) end as is_same
      from outreaches u join messages m on m.id = u.message_id and m.delivery_state is distinct from 'failed'
      where u.customer_id in ${membersOf(sql, personId)}
        and (u.about = ${about} or u.order_id = ${orderId} or u.written_at > ${tx.now}::timestamptz - interval '7 days')
    ) as o`;
  const { isTheirs, isTold, lately } = known!;
  if (!isTheirs) throw new Refusal('NOT_FOUND', 'The person has no order with this id.', ['input', 'orderId']);
  if (isTold)
    throw new Refusal('ALREADY_CONTACTED', 'The person was written to about this before. Let it be.', [
      'input',
      'about',
    ]);
  if (purpose === 'marketing' && lately >= marketingPerWeek)
    throw new Refusal(
      'ALREADY_CONTACTED',
      `The person was advertised to ${lately} times in seven days; ${marketingPerWeek} are allowed. Wait some days.`,
      ['input', 'purpose'],
    );
}

/** Whether somebody has told the person by hand what a notice would tell them. The person's lock is the caller's. */
export async function isToldByHand(
  { db: { sql }, now }: TransactionScope,
  personId: CustomerId,
  { orderId, kind }: { readonly orderId: OrderId; readonly kind: NoticeKind },
  limits: OutreachLimits = {},
): Promise<boolean> {
  const rows = await sql<{ about: string }[]>`
    select u.about from outreaches u join messages m on m.id = u.message_id and m.delivery_state is distinct from 'failed'
    where u.customer_id in ${membersOf(sql, personId)} and u.order_id = ${orderId} and u.written_at > ${countsFrom(now, limits)}`;
  return rows.some(({ about }) => thingOf(about) === kind);
}

/** Remembers that a person was written to. */
export const recordOutreach = async (
  { db: { sql }, now }: TransactionScope,
  { messageId, customerId, purpose, about, orderId }: Outreach & { messageId: MessageId; customerId: CustomerId },
): Promise<void> =>
  void (await sql`
    insert into outreaches (message_id, customer_id, purpose, about, order_id, written_at)
    values (${messageId}, ${customerId}, ${purpose}, ${about}, ${orderId}, ${now})`);

/** For what a message was written. */
export async function purposeOfMessage(
  { db: { sql } }: TransactionScope,
  messageId: MessageId,
): Promise<'service' | Outreach['purpose']> {
  const [row] = await sql<Pick<Outreach, 'purpose'>[]>`select purpose from outreaches where message_id = ${messageId}`;
  return row?.purpose ?? 'service';
}
