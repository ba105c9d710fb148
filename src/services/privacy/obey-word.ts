import { contactWordIn, purposesEndedOn } from '../../values/contact-words.ts';
import type { Purpose } from '../../values/consents.ts';
import type { CustomerId, MessageId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { membersOf } from '../customers/person-of.ts';
import type { TransactionScope } from '../scope.ts';
import { keepConsent } from './keep-consent.ts';

/** A message of a person that was just stored. */
export interface Said {
  readonly personId: CustomerId;
  /** Under which it arrived. */
  readonly customerId: CustomerId;
  readonly channel: Channel;
  readonly messageId: MessageId;
  readonly subject: string | null;
  readonly text: string;
  readonly occurredAt: Date;
  /** False: it was told with many others, of an archive perhaps. */
  readonly isLive: boolean;
}

/** A word that is older came late or stands in an archive: it changes nothing that the person said since. */
const FRESH_MS = 24 * 3_600_000;

/**
 * Obeys STOP, START and their like, in the transaction that stored the message: who said STOP a moment ago is written to no more. What a channel hands in now
 * counts from now on, and STOP does so however late it comes. Any other message costs nothing. The person's lock is the caller's.
 */
export async function obeyWord(tx: TransactionScope, said: Said): Promise<void> {
  const word = contactWordIn(said.channel, said);
  if (word === 'stop') await stop(tx, said);
  else if (word !== null) await open(tx, said, word === 'start');
}

const isFresh = (tx: TransactionScope, { occurredAt }: Said) => tx.now.getTime() - occurredAt.getTime() < FRESH_MS;

async function stop(tx: TransactionScope, said: Said): Promise<void> {
  for (const purpose of purposesEndedOn(said.channel))
    await keepConsent(tx, said, {
      ...about(said, purpose),
      ...{
        state: 'withdrawn',
        optInLevel: 'unknown',
        validFrom: said.occurredAt,
        isAtOnce: said.isLive || isFresh(tx, said),
      },
    });
}

/** What a word closed is open again; advertising only where the person had agreed to it before. What waits to be confirmed is confirmed. */
async function open(tx: TransactionScope, said: Said, isStart: boolean): Promise<void> {
  const { sql } = tx.db;
  const { personId, channel } = said;
  const closed = await sql<{ purpose: Purpose; jurisdiction: string | null; isPending: boolean }[]>`
    select distinct k.purpose, k.jurisdiction, k.state = 'pending' as is_pending from consents k
    where k.customer_id in ${membersOf(sql, personId)} and k.channel = ${channel} and k.valid_to is null and (
      k.state = 'pending'
      or (${isStart} and k.state = 'withdrawn' and k.message_id is not null and (k.purpose <> 'marketing' or exists (
        select from consents b
        where b.customer_id in ${membersOf(sql, personId)} and b.purpose = k.purpose and coalesce(b.channel = k.channel, true)
          and b.state = 'granted' and b.valid_from < k.valid_from))))`;
  for (const { purpose, jurisdiction, isPending } of closed)
    await keepConsent(tx, said, {
      ...{ ...about(said, purpose), jurisdiction },
      ...{ state: 'granted', optInLevel: isPending ? 'confirmed' : 'single' },
      ...{ validFrom: said.occurredAt, isAtOnce: isFresh(tx, said) },
    });
}

const about = ({ channel, messageId }: Pick<Said, 'channel' | 'messageId'>, purpose: Purpose) => ({
  ...{ purpose, channel, jurisdiction: null, messageId },
  source: channel,
});
