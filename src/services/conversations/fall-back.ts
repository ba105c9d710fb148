import { newId, type LegId, type MessageId } from '../../values/ids.ts';
import type { AuthorKind, Channel } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import type { Delivery } from './delivery.ts';
import { ensureEndpoint } from './ensure-endpoint.ts';
import { leavesOf } from './newest-leg.ts';
import { type PersonPlace, placesOfPerson } from './places-of-reply.ts';
import { enqueueDecision, queueDelivery } from './queue-delivery.ts';

/** Older news would confuse more than help. */
const FRESH_MS = 24 * 3_600_000;

/**
 * What comes after a message failed for good: the person's next channel, at once where they wait for an answer. Whether a message that nobody
 * waits for goes on is asked of who wrote it, in a transaction of its own: it may be night by now, or true no more.
 */
export async function carryOn(tx: TransactionScope, standing: Standing, failed: Delivery): Promise<void> {
  if (tx.now.getTime() - failed.queuedAt.getTime() > FRESH_MS) return;
  const [message] = await tx.db.sql<{ authorKind: AuthorKind; isOutreach: boolean }[]>`
    select author_kind, exists (select from outreaches o where o.message_id = m.id) as is_outreach
    from messages m where id = ${failed.messageId}`;
  // Who agreed to be advertised to by mail has not agreed to be called.
  if (message?.isOutreach) return;
  if (message?.authorKind === 'system') await enqueueDecision(tx, failed);
  else await fallBack(tx, standing, failed);
}

/**
 * A message that failed goes out once more in the same conversation, over the person's next channel: the preferred one first, then the
 * one used last. Never in public, never over a channel that its chain has tried, once for each message: so the chain ends. The conversation
 * goes on there, unless nobody waits for the message. `text`: what it says by now; absent: the same. Null: there is no such channel.
 */
export async function fallBack(
  tx: TransactionScope,
  standing: Standing,
  failed: Delivery,
  text: string | null = null,
): Promise<MessageId | null> {
  const { place, isUnasked } = await nextPlace(tx, standing, failed, text);
  if (!place) return null;
  const { messageId: failedId } = failed;
  const { sql } = tx.db;
  const messageId = newId('message');
  const endpointId = await ensureEndpoint(tx, place);
  const [leg] = await sql<{ legId: LegId }[]>`
    insert into legs as l (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    select ${newId('leg')}, c.id, ${endpointId}, ${tx.now}, ${tx.now},
      case when ${isUnasked} then c.opened_at - interval '1 millisecond' else ${tx.now}::timestamptz end
    from conversations c where c.id = ${standing.id}
    on conflict (conversation_id, endpoint_id) do update set
      last_message_at = greatest(l.last_message_at, excluded.last_message_at),
      turned_to_at = greatest(l.turned_to_at, excluded.turned_to_at)
    returning id as leg_id`;
  const { legId } = leg!;
  const written = await sql`
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, direction, visibility, author_kind, author_id, text,
      occurred_at, received_at, recorded_at, fallback_of_id)
    select ${messageId}, conversation_id, ${legId}, ${place.inboxId}, ${place.customerId}, direction, visibility, author_kind, author_id, coalesce(${text}, text),
      ${tx.now}, ${tx.now}, ${tx.now}, id
    from messages where id = ${failedId}
    on conflict (fallback_of_id) where fallback_of_id is not null do nothing
    returning id`;
  if (written.length === 0) return null;
  const stands = isUnasked ? standing : await turnConversation(tx, standing, { place, legId, failedId });
  await sql`
    update conversations set last_message_at = greatest(last_message_at, ${tx.now}::timestamptz) where id = ${standing.id}`;
  const topics = (await queueDelivery(tx, messageId, { ...place, endpointId, legId, isPublic: false }))
    ? [topic.deliveries]
    : [];
  recordFact(
    tx,
    conversationFact(stands, { type: 'message.sent', topics, details: { messageId, fallbackOfId: failedId } }),
  );
  return messageId;
}

/**
 * Where the person can be reached besides what was tried: where they wrote from; with a message that they did not wait for, also where they are
 * only known to be.
 */
async function nextPlace(
  tx: TransactionScope,
  { personId }: Standing,
  { messageId }: Delivery,
  text: string | null,
): Promise<{ place: PersonPlace | undefined; isUnasked: boolean }> {
  const [chain] = await tx.db.sql<{ tried: Channel[]; length: number; isUnasked: boolean }[]>`
    with recursive chain as (
      select m.id, m.fallback_of_id, m.inbox_id, m.text, m.author_kind from messages m where m.id = ${messageId}
      union all
      select m.id, m.fallback_of_id, m.inbox_id, m.text, m.author_kind from chain c join messages m on m.id = c.fallback_of_id
    )
    select coalesce(array_agg(i.channel), '{}') as tried, max(char_length(c.text)) as length, coalesce(bool_and(c.author_kind = 'system'), false) as is_unasked
    from chain c join inboxes i on i.id = c.inbox_id`;
  const { tried, length, isUnasked } = chain!;
  const places = await placesOfPerson(tx, personId, {
    purpose: isUnasked ? 'order_updates' : 'service',
    length: text?.length ?? length,
  });
  const place = places.find(
    ({ channel, endpointId }) => !tried.includes(channel) && (endpointId !== null || isUnasked),
  );
  return { place, isUnasked };
}

/** The conversation goes on where the message went: the next reply follows it. */
async function turnConversation(
  tx: TransactionScope,
  standing: Standing,
  { place, legId, failedId }: { place: PersonPlace; legId: LegId; failedId: MessageId },
): Promise<Standing> {
  const switchId = newId('channelSwitch');
  const [from] = await tx.db.sql<{ legId: LegId | null }[]>`
    with conversation as (
      update conversations set inbox_id = ${place.inboxId}, channel = ${place.channel} where id = ${standing.id}
    )
    insert into channel_switches (id, conversation_id, from_leg_id, to_leg_id, reason, switched_at, by_kind, by_id)
    select ${switchId}, ${standing.id}, m.leg_id, ${legId}, 'fallback', ${tx.now}, 'system', ${tx.viewer.principal}
    from messages m where m.id = ${failedId}
    returning from_leg_id as leg_id`;
  const stands = { ...standing, inboxId: place.inboxId, channel: place.channel };
  recordFact(
    tx,
    conversationFact(stands, {
      type: 'conversation.channel_switched',
      left: leavesOf(standing, stands),
      details: { switchId, reason: 'fallback', fromLegId: from?.legId ?? null, toLegId: legId },
    }),
  );
  return stands;
}
