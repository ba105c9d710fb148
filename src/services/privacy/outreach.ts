import { checkText } from '../../values/check-text.ts';
import type { Purpose } from '../../values/consents.ts';
import type { CustomerId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { membersOf } from '../customers/person-of.ts';
import type { TransactionScope } from '../scope.ts';

/** For what a person is written to, and what about. */
export interface Outreach {
  readonly purpose: Extract<Purpose, 'order_updates' | 'marketing'>;
  /** In the sender's words, the same for all that would tell the person the same: a campaign. */
  readonly about: string;
}

/** Advertisements that one person is sent in seven days, at most, unless the operator says otherwise. */
const MARKETING_PER_WEEK = 3;

const LONGEST_ABOUT = 200;

/** What a message is written for; null: to answer. INVALID_INPUT where nobody is written to for that purpose, or nobody says what about. */
export function checkOutreach(purpose: Purpose | null | undefined, about: string | null | undefined): Outreach | null {
  if (purpose == null || purpose === 'service') {
    if (about == null) return null;
    throw new Refusal('INVALID_INPUT', '`about` is for what nobody asked for: say the `purpose` too.', [
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
  return { purpose, about: checkText(about, ['input', 'about'], LONGEST_ABOUT) };
}

/**
 * Refuses to write to a person twice about one thing, over whichever channel, or to advertise to them too often: ALREADY_CONTACTED. What never went out
 * does not count. The person's lock is the caller's.
 */
export async function requireNews(
  tx: TransactionScope,
  personId: CustomerId,
  { purpose, about }: Outreach,
  perWeek = MARKETING_PER_WEEK,
): Promise<void> {
  const { sql } = tx.db;
  const [known] = await sql<{ isTold: boolean; lately: number }[]>`
    select coalesce(bool_or(o.about = ${about}), false) as is_told,
      count(*) filter (where o.purpose = 'marketing' and o.written_at > ${tx.now}::timestamptz - interval '7 days')::int as lately
    from outreaches o join messages m on m.id = o.message_id and m.delivery_state is distinct from 'failed'
    where o.customer_id in ${membersOf(sql, personId)}
      and (o.about = ${about} or o.written_at > ${tx.now}::timestamptz - interval '7 days')`;
  if (known!.isTold)
    throw new Refusal('ALREADY_CONTACTED', 'The person was written to about this before. Let it be.', [
      'input',
      'about',
    ]);
  if (purpose === 'marketing' && known!.lately >= perWeek)
    throw new Refusal(
      'ALREADY_CONTACTED',
      `The person was advertised to ${known!.lately} times in seven days; ${perWeek} are allowed. Wait some days.`,
      ['input', 'purpose'],
    );
}

/** Remembers that a person was written to. */
export const recordOutreach = async (
  { db: { sql }, now }: TransactionScope,
  { messageId, customerId, purpose, about }: Outreach & { messageId: MessageId; customerId: CustomerId },
): Promise<void> =>
  void (await sql`
    insert into outreaches (message_id, customer_id, purpose, about, written_at)
    values (${messageId}, ${customerId}, ${purpose}, ${about}, ${now})`);

/** For what a message was written. */
export async function purposeOfMessage(
  { db: { sql } }: TransactionScope,
  messageId: MessageId,
): Promise<'service' | Outreach['purpose']> {
  const [row] = await sql<Pick<Outreach, 'purpose'>[]>`select purpose from outreaches where message_id = ${messageId}`;
  return row?.purpose ?? 'service';
}
