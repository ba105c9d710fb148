import { advertisingRule, appliesIn } from '../../values/consent-rules.ts';
import type { ConsentState, OptInLevel, Purpose } from '../../values/consents.ts';
import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { quietUntil } from '../../values/quiet-hours.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { Preferences } from '../customers/customer.ts';
import { membersOf } from '../customers/person-of.ts';
import type { TransactionScope } from '../scope.ts';

/** For what and over which channel somebody is to be written to. */
export interface Writing {
  readonly purpose: Purpose;
  readonly channel: Channel;
}

/** Why a person may not be written to. `missing`: they would have to agree first. */
export type NoLeave = 'withdrawn' | 'missing';

/** Whether a person may be written to, and until when an advertisement has to wait for their morning. */
export interface Leave {
  readonly refusedBy: NoLeave | null;
  readonly quietUntil: Date | null;
}

interface Answer {
  readonly state: ConsentState;
  readonly jurisdiction: string | null;
  readonly optInLevel: OptInLevel;
}

interface Person {
  readonly country: string | null;
  readonly preferences: Preferences | null;
  readonly answers: readonly Answer[];
}

const REFUSED: readonly ConsentState[] = ['withdrawn', 'denied'];

/**
 * Whether a person may be written to, as things stand in this transaction. The person's lock is the caller's: whoever withdraws takes it too, so that
 * what was withdrawn before is seen here, and what is withdrawn after finds the message written.
 */
export async function leaveToWrite(
  tx: TransactionScope,
  personId: CustomerId,
  { purpose, channel }: Writing,
): Promise<Leave> {
  const { sql } = tx.db;
  const [person] = await sql<Person[]>`
    select upper(coalesce(c.address ->> 'country', c.market)) as country, c.preferences, (
      select coalesce(json_agg(json_build_object(
        'state', k.state, 'jurisdiction', k.jurisdiction, 'optInLevel', k.opt_in_level)), '[]')
      from consents k
      where k.customer_id in ${membersOf(sql, personId)} and k.valid_to is null and k.purpose = ${purpose}
        and coalesce(k.channel = ${channel}, true)
    ) as answers
    from customers c where c.id = ${personId}`;
  if (!person) return { refusedBy: 'withdrawn', quietUntil: null };
  const quietHours = person.preferences?.quietHours;
  return {
    refusedBy: refusalOf(person, { purpose, channel }),
    quietUntil: purpose === 'marketing' && quietHours ? quietUntil(quietHours, tx.now) : null,
  };
}

function refusalOf({ country, preferences, answers }: Person, { purpose, channel }: Writing): NoLeave | null {
  if (answers.some(({ state }) => REFUSED.includes(state))) return 'withdrawn';
  if (purpose === 'service') return null;
  if (preferences?.doNotContact) return 'withdrawn';
  if (purpose !== 'marketing') return null;
  const rule = advertisingRule(country, channel);
  if (rule === 'opt_out') return answers.some(({ state }) => state === 'pending') ? 'missing' : null;
  const isAgreed = answers.some(
    ({ state, jurisdiction, optInLevel }) =>
      state === 'granted' && appliesIn(jurisdiction, country) && (rule === 'opt_in' || optInLevel === 'confirmed'),
  );
  return isAgreed ? null : 'missing';
}

/** Refuses what may not be written: CONSENT_WITHDRAWN or CONSENT_MISSING, with what to do. The person's lock is the caller's. */
export async function requireLeaveToWrite(tx: TransactionScope, personId: CustomerId, writing: Writing): Promise<void> {
  const { refusedBy } = await leaveToWrite(tx, personId, writing);
  const { purpose, channel } = writing;
  if (refusedBy === 'withdrawn')
    throw new Refusal(
      'CONSENT_WITHDRAWN',
      `The person does not want to be written to over ${channel} (purpose ${purpose.toUpperCase()}). Use a channel that they allow, or wait until they write START there or agree anew (\`consentSet\`).`,
      ['input'],
    );
  if (refusedBy === 'missing')
    throw new Refusal(
      'CONSENT_MISSING',
      `To be advertised to over ${channel} the person would have to agree first. Ask them, record it with \`consentSet\`, then send.`,
      ['input', 'purpose'],
    );
}

/** Where a person wants nothing for a purpose. */
export interface ClosedChannels {
  readonly isEverywhere: boolean;
  readonly channels: readonly Channel[];
}

/** Over which channels a person may not be written to for a purpose other than advertising. The person's lock is the caller's. */
export async function closedChannels(
  { db: { sql } }: TransactionScope,
  personId: CustomerId,
  purpose: Exclude<Purpose, 'marketing'>,
): Promise<ClosedChannels> {
  const rows = await sql<{ channel: Channel | null }[]>`
    select distinct k.channel from consents k
    where k.customer_id in ${membersOf(sql, personId)} and k.valid_to is null and k.purpose = ${purpose}
      and k.state = any(${REFUSED as string[]})`;
  return {
    isEverywhere: rows.some(({ channel }) => channel === null),
    channels: rows.flatMap(({ channel }) => channel ?? []),
  };
}
