import { checkText } from '../../values/check-text.ts';
import type { CustomerId, InboxId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { visitorPrincipal } from '../access/visitor-token.ts';
import { attachUploads } from '../conversations/attach-uploads.ts';
import { keepIdentity } from '../customers/add-identity.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { ownIds, personOf } from '../customers/person-of.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { takeMessage } from './take-message.ts';
import { checkInbound } from './inbound-message.ts';
import type { Receipt } from './keep-placed.ts';

export interface ChatMessage {
  readonly text: string;
  /** The browser's name for the message: what it is known by when it is sent again. */
  readonly clientMessageId: string;
  /** Own uploads that go with it. */
  readonly attachmentIds?: readonly string[] | null;
}

const LONGEST_CHAT_TEXT = 4_000;
const LONGEST_CLIENT_ID = 100;
const SOURCE = 'live chat';

/**
 * Takes the words of a browser in the live chat that its session names. Who writes is whom the token speaks for, never what the input
 * says. The same client message id again answers the first message, also when the visitor has logged in between the two.
 */
export function sendChatMessage(scope: Scope, message: ChatMessage): Promise<Receipt> {
  requireRight(scope.viewer, 'chat:write');
  const text = checkText(message.text, ['text'], LONGEST_CHAT_TEXT);
  const clientMessageId = checkText(message.clientMessageId, ['clientMessageId'], LONGEST_CLIENT_ID);
  const { customerId, inboxId, principal } = scope.viewer;
  if (!customerId || !inboxId)
    throw new Refusal('NOT_ALLOWED', 'This session names no live chat. Start one with `inbox`: visitorSessionStart.');
  return atomically(scope, async (tx) => {
    await lockPersons(tx, [customerId]);
    const place = await findPlace(tx, { customerId, inboxId, principal, clientMessageId });
    if (place.channel !== 'live_chat')
      throw new Refusal('NOT_ALLOWED', 'The inbox of this session is no live chat. Start a session with another one.');
    if (place.earlier) return again(place.earlier, text);
    const value = place.address ?? place.sessionId;
    if (!place.address)
      await keepIdentity(tx, place.personId, { kind: 'visitor_id', value, normalized: value, source: SOURCE });
    const inbound = {
      inbox: inboxId,
      sender: { kind: 'visitor_id' as const, value },
      externalId: externalIdOf(customerId, clientMessageId),
      text,
      occurredAt: tx.now,
    };
    const receipt = await takeMessage(tx, checkInbound(inbound, tx.now));
    // Whoever writes uploads to own conversations alone; which of them goes on is not theirs to know.
    await attachUploads(tx, message.attachmentIds, { conversationId: null, messageId: receipt.messageId });
    return receipt;
  });
}

/** Within the customer: two visitors that choose the same id have two messages, and neither learns of the other's. */
const externalIdOf = (customerId: string, clientMessageId: string) => `chat:${customerId}:${clientMessageId}`;

interface Place {
  readonly personId: CustomerId;
  readonly channel: string;
  readonly sessionId: string;
  /** The visitor id under which the person writes here. Null: none of theirs is known yet. */
  readonly address: string | null;
  readonly earlier: (Omit<Receipt, 'isRedelivery'> & { readonly text: string }) | null;
}

/** A person writes from one place in a chat, before and after a login: what another member of the person wrote from goes on. */
async function findPlace(
  { db: { sql }, viewer }: TransactionScope,
  asked: { customerId: CustomerId; inboxId: InboxId; principal: string; clientMessageId: string },
): Promise<Place> {
  const { customerId, inboxId, clientMessageId } = asked;
  const sessionId = asked.principal.slice(visitorPrincipal('' as never).length);
  const [row] = await sql<Omit<Place, 'sessionId'>[]>`
    with members as materialized (select m.id from ${ownIds(sql, viewer)} as m(id)),
    places as (
      select i.normalized as address, e.created_at, i.normalized = ${sessionId} as is_own
      from members join identities i on i.customer_id = members.id and i.kind = 'visitor_id'
        left join endpoints e on e.inbox_id = ${inboxId} and e.address = i.normalized and e.customer_id = i.customer_id
      where e.id is not null or i.normalized = ${sessionId}
    ), earlier as (
      select m.id as "messageId", m.conversation_id as "conversationId", m.customer_id as "customerId", m.text
      from members join messages m on m.inbox_id = ${inboxId}
        and m.external_id = 'chat:' || members.id || ':' || ${clientMessageId}::text
      limit 1
    )
    select ${personOf(sql, customerId)} as person_id, (select channel from inboxes where id = ${inboxId}) as channel,
      (select address from places order by created_at desc nulls last, is_own desc limit 1) as address,
      (select to_jsonb(earlier) from earlier) as earlier`;
  return { ...row!, sessionId };
}

function again({ text: first, ...receipt }: NonNullable<Place['earlier']>, text: string): Receipt {
  if (first !== text)
    throw new Refusal('EXTERNAL_ID_REUSED', 'Another message of yours has this id. Give each message one of its own.', [
      'clientMessageId',
    ]);
  return { ...receipt, messageId: receipt.messageId as MessageId, isRedelivery: true };
}
