import {
  type ConversationId,
  type CustomerId,
  type LegId,
  type MessageId,
  newId,
  type OrderId,
} from '../../values/ids.ts';
import { newReference } from '../../values/reference.ts';
import { membersOf } from '../customers/person-of.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { ensureEndpoint } from './ensure-endpoint.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';
import { type PersonPlace, placesOfPerson } from './places-of-reply.ts';
import type { ReplyLeg } from './reply-leg.ts';
import { writeToCustomer } from './write-to-customer.ts';

/** A message that nobody waits for. */
export interface Unasked {
  readonly personId: CustomerId;
  /** What it is about. */
  readonly orderId: OrderId;
  readonly text: string;
  /** Of a conversation that is begun with it. */
  readonly subject: string;
  readonly language: string | null;
}

/**
 * Writes to a person about an order over the channel that they prefer: in the conversation that is about it, without turning it there, or in
 * a new one that nobody has to work on. If it fails, the next channel carries it as it does every message. The person's lock is the caller's.
 * Null: nothing of ours reaches
 * them, or they want to hear nothing there.
 */
export async function reachCustomer(tx: TransactionScope, message: Unasked): Promise<MessageId | null> {
  const [place] = await placesOfPerson(tx, message.personId, { purpose: 'order_updates', length: message.text.length });
  if (!place) return null;
  const known = await conversationAbout(tx, message);
  const conversation = await lockConversation(tx, known ?? (await begin(tx, message, place)));
  const leg = await legAt(tx, conversation, place);
  return writeToCustomer(tx, conversation, { leg, text: message.text, purpose: 'order_updates' });
}

/** The person's conversation about the order: an unresolved one first, then where something was said last. */
async function conversationAbout(
  { db: { sql } }: TransactionScope,
  { personId, orderId }: Unasked,
): Promise<ConversationId | null> {
  const [row] = await sql<{ id: ConversationId }[]>`
    select c.id from conversation_orders k join conversations c on c.id = k.conversation_id
    where k.order_id = ${orderId} and c.merged_into_id is null and c.customer_id in ${membersOf(sql, personId)}
    order by c.status <> 'resolved' desc, c.last_message_at desc, c.id desc limit 1`;
  return row?.id ?? null;
}

/** Resolved from the start: there is nothing to do until the customer answers. */
async function begin(
  tx: TransactionScope,
  { personId, orderId, subject, language }: Unasked,
  { inboxId, channel, customerId }: PersonPlace,
): Promise<ConversationId> {
  const { sql } = tx.db;
  const id = newId('conversation');
  for (;;) {
    const begun = await sql`
      insert into conversations (id, reference, customer_id, subject, language, status, inbox_id, channel, opened_at, last_message_at, resolved_at)
      values (${id}, ${newReference()}, ${customerId}, ${subject}, ${language}, 'resolved', ${inboxId}, ${channel}, ${tx.now}, ${tx.now}, ${tx.now})
      on conflict (reference) do nothing`;
    // One in a thousand million: draw again.
    if (begun.count === 1) break;
  }
  await sql`insert into conversation_orders (conversation_id, order_id, linked_at) values (${id}, ${orderId}, ${tx.now})`;
  const standing = { id, personId, inboxId, channel, assigneeId: null };
  recordFact(tx, conversationFact(standing, { type: 'conversation.opened', details: { status: 'resolved' } }));
  const linked = { orderId, linkedBy: 'notice' };
  recordFact(tx, conversationFact(standing, { type: 'conversation.order_linked', details: linked }));
  return id;
}

/** A leg that is new counts as older than the others: an answer of the desk goes where the customer wrote. */
async function legAt(tx: TransactionScope, conversation: LockedConversation, place: PersonPlace): Promise<ReplyLeg> {
  const { inboxId, channel, address, customerId } = place;
  const endpointId = await ensureEndpoint(tx, place);
  const [leg] = await tx.db.sql<{ id: LegId }[]>`
    insert into legs as l (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    values (${newId('leg')}, ${conversation.id}, ${endpointId}, ${tx.now}, ${tx.now},
      ${conversation.openedAt}::timestamptz - interval '1 millisecond')
    on conflict (conversation_id, endpoint_id) do update set last_message_at = greatest(l.last_message_at, excluded.last_message_at)
    returning l.id`;
  return { legId: leg!.id, endpointId, inboxId, channel, address, customerId, isPublic: false };
}
