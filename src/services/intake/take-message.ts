import type { MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { createCustomer } from '../customers/identify-customer.ts';
import { CONFIDENCE } from '../customers/insert-identities.ts';
import { activeRules } from '../customers/resolving/active-rules.ts';
import type { TransactionScope } from '../scope.ts';
import { readSender, resolveSender } from './find-sender.ts';
import type { CheckedMessage } from './inbound-message.ts';
import { keepPlaced, type Receipt } from './keep-placed.ts';
import { lookUp } from './look-up.ts';
import { mentionsOf } from './mentions.ts';
import { placeMessage } from './place-message.ts';
import type { Situation } from './situation.ts';

/**
 * Takes one message: finds or makes customer, endpoint and conversation, stores it and names the facts, in four statements where the sender
 * names one identity. A redelivery answers the first result.
 */
export async function takeMessage(tx: TransactionScope, message: CheckedMessage): Promise<Receipt> {
  const mentions = mentionsOf(message);
  let sender = { ...((await readSender(tx, message)) ?? (await resolveSender(tx, message))), mentions };
  let situation = await lookUp(tx, { message, sender });
  if (!situation) throw new Refusal('NOT_FOUND', 'There is no inbox with this id or external id.', ['input', 'inbox']);
  if (situation.earlier) {
    const receipt = await redelivered(tx, situation.earlier, sender.address);
    if (receipt) return receipt;
    const { otherwiseId } = message;
    if (otherwiseId === null) throw reused();
    return takeMessage(tx, { ...message, externalId: otherwiseId, otherwiseId: null });
  }
  if (sender.rulesVersion !== null && sender.rulesVersion !== situation.rulesVersion) {
    await activeRules(tx);
    return takeMessage(tx, message);
  }
  if (situation.isShared) {
    sender = { ...(await resolveSender(tx, message)), mentions };
    situation = (await lookUp(tx, { message, sender }))!;
  }
  if (situation.customerId === null) {
    const made = await createCustomer(tx, {
      identities: [sender.told!],
      ...{ displayName: message.sender.displayName, source: situation.channel, occurredAt: message.occurredAt },
      confidence: CONFIDENCE.carried,
    });
    // Another first message of the same sender was faster: what it made is visible by now.
    if (!made) return takeMessage(tx, message);
    situation = { ...situation, ...made };
  }
  const [receipt] = await keepPlaced(tx, [placeMessage(tx, { message, sender }, situation)]);
  return receipt!;
}

/** Null: what came before under its id is another message. */
async function redelivered(
  tx: TransactionScope,
  { isSameText, isSameCustomer, ...ids }: NonNullable<Situation['earlier']>,
  address: string,
): Promise<Receipt | null> {
  if (isSameText && (isSameCustomer || (await cameFrom(tx, ids.messageId, address))))
    return { ...ids, isRedelivery: true };
  return null;
}

const reused = () =>
  new Refusal(
    'EXTERNAL_ID_REUSED',
    'This inbox received another message under this external id. Give each message an id of its own.',
    ['input', 'externalId'],
  );

/** Whether a message came from this address: whose it is may be somebody else's by now. */
async function cameFrom({ db: { sql } }: TransactionScope, messageId: MessageId, address: string): Promise<boolean> {
  const rows = await sql`
    select 1 from messages m join legs l on l.id = m.leg_id join endpoints e on e.id = l.endpoint_id
    where m.id = ${messageId} and e.address = ${address}`;
  return rows.length > 0;
}
