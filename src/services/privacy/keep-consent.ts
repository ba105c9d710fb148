import type { ConsentState, OptInLevel } from '../../values/consents.ts';
import { type CustomerId, type MessageId, newId } from '../../values/ids.ts';
import { membersOf } from '../customers/person-of.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { type ConsentSubject, strictness } from './consent.ts';

/** What is said of a person, now or of the past. */
export interface ConsentStatement extends ConsentSubject {
  readonly state: ConsentState;
  readonly optInLevel: OptInLevel;
  readonly source: string;
  readonly proof?: string | null;
  readonly messageId?: MessageId | null;
  readonly validFrom: Date;
  /** True: it counts from now on, whatever a clock ahead of ours said before. False: it takes its place by its moment. */
  readonly isAtOnce: boolean;
}

interface Whose {
  readonly personId: CustomerId;
  /** Under which of the person's customer ids it stands. */
  readonly customerId: CustomerId;
}

/**
 * Keeps an answer under the customer id at which it arrived, and under each other one of the person that had another answer to the same: they
 * are one person who says this now, and would each have said it if they are parted again. The same again changes nothing. The person's lock is
 * the caller's.
 */
export async function keepConsent(
  tx: TransactionScope,
  { personId, customerId }: Whose,
  statement: ConsentStatement,
): Promise<void> {
  const { sql } = tx.db;
  const { purpose, channel, jurisdiction } = statement;
  const others = await sql<{ id: CustomerId }[]>`
    select distinct k.customer_id as id from consents k
    where k.customer_id in ${membersOf(sql, personId)} and k.customer_id <> ${customerId} and k.valid_to is null
      and (k.purpose, k.channel, k.jurisdiction) is not distinct from (${purpose}::text, ${channel}::text, ${jurisdiction}::text)`;
  const isNewerThanWords = statement.state === 'granted' && statement.isAtOnce && jurisdiction !== null;
  let isCurrent = isNewerThanWords && (await takeBackWord(tx, personId, statement));
  for (const id of [customerId, ...others.map((other) => other.id)]) {
    const kept = await keepVersion(tx, id, statement);
    isCurrent ||= kept?.validTo === null;
  }
  if (isCurrent)
    recordFact(tx, {
      type: 'consent.changed',
      streams: [stream.customer(personId)],
      occurredAt: statement.validFrom,
      details: { customerId: personId, purpose, channel, jurisdiction, state: statement.state },
    });
}

/** STOP names no law: who agrees under one afterwards, over the same channel, has said something newer. Elsewhere nothing is agreed to by that. True: there was a word. */
async function takeBackWord(
  { db: { sql }, now }: TransactionScope,
  personId: CustomerId,
  { purpose, channel }: ConsentStatement,
): Promise<boolean> {
  const ended = await sql`
    update consents k set valid_to = greatest(${now}::timestamptz, k.valid_from + interval '1 millisecond')
    where k.customer_id in ${membersOf(sql, personId)} and k.purpose = ${purpose} and k.channel = ${channel} and k.jurisdiction is null
      and k.state = 'withdrawn' and k.message_id is not null and k.valid_to is null`;
  return ended.count > 0;
}

/** Null: it was known. The version that it falls into ends where it begins; of two of one moment the stricter one stays. */
async function keepVersion(
  tx: TransactionScope,
  customerId: CustomerId,
  { purpose, channel, jurisdiction, state, optInLevel, source, ...statement }: ConsentStatement,
): Promise<{ validTo: Date | null } | null> {
  const { sql } = tx.db;
  const { validFrom, isAtOnce, proof = null, messageId = null } = statement;
  const [row] = await sql<{ validTo: Date | null }[]>`
    with known as materialized (
      select * from consents
      where customer_id = ${customerId}
        and (purpose, channel, jurisdiction) is not distinct from (${purpose}::text, ${channel}::text, ${jurisdiction}::text)
    ), place as (
      select case when ${isAtOnce} then greatest(${validFrom}::timestamptz, max(valid_from) + interval '1 millisecond')
        else ${validFrom}::timestamptz end as at from known
    ), before as (
      select k.* from known k, place where k.valid_from <= place.at order by k.valid_from desc limit 1
    ), after as (
      select min(k.valid_from) as valid_from from known k, place where k.valid_from > place.at
    ), news as (
      select place.at from place
      where not exists (
        select from before b
        where (b.valid_to is null or b.valid_to > place.at) and b.state = ${state} and b.opt_in_level = ${optInLevel}
          and (${proof}::text is null or (b.source = ${source} and b.proof is not distinct from ${proof}::text)))
    ), ended as (
      update consents k set valid_to = news.at from before b, news
      where k.id = b.id and b.valid_from < news.at and (b.valid_to is null or b.valid_to > news.at)
    )
    insert into consents as k (id, customer_id, purpose, channel, jurisdiction, state, opt_in_level, source, proof, message_id, stated_by,
      stated_by_role, valid_from, valid_to, recorded_at)
    select ${newId('consent')}, ${customerId}, ${purpose}, ${channel}, ${jurisdiction}, ${state}, ${optInLevel}, ${source}, ${proof},
      ${messageId}, ${tx.viewer.principal}, ${tx.viewer.role}, news.at, (select valid_from from after), ${tx.now}
    from news
    on conflict on constraint consents_once do update set state = excluded.state, opt_in_level = excluded.opt_in_level,
      source = excluded.source, proof = excluded.proof, message_id = excluded.message_id, stated_by = excluded.stated_by,
      stated_by_role = excluded.stated_by_role, recorded_at = excluded.recorded_at
      where ${sql.unsafe(strictness('excluded.state'))} <= ${sql.unsafe(strictness('k.state'))}
    returning k.valid_to`;
  return row ?? null;
}
