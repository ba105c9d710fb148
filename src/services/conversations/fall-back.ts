import { newId, type EndpointId, type InboxId, type LegId, type MessageId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { membersOf } from '../customers/person-of.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import type { Delivery } from './delivery.ts';
import { queueDelivery } from './queue-delivery.ts';

/** Older news would confuse more than help. */
const FRESH_MS = 24 * 3_600_000;

interface Place {
  readonly endpointId: EndpointId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly address: string;
  readonly isPublic: boolean;
}

/**
 * A message that failed goes out once more in the same conversation, over the person's next channel: the preferred one first, then the
 * one used last. Never in public, never over a channel that its chain has tried, once for each message: so the chain ends. Null: there
 * is no such channel.
 */
export async function fallBack(tx: TransactionScope, standing: Standing, failed: Delivery): Promise<MessageId | null> {
  if (tx.now.getTime() - failed.queuedAt.getTime() > FRESH_MS) return null;
  const place = await nextPlace(tx, standing, failed);
  if (!place) return null;
  const { messageId: failedId } = failed;
  const { sql } = tx.db;
  const messageId = newId('message');
  const [leg] = await sql<{ legId: LegId }[]>`
    insert into legs as l (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    values (${newId('leg')}, ${standing.id}, ${place.endpointId}, ${tx.now}, ${tx.now}, ${tx.now})
    on conflict (conversation_id, endpoint_id) do update set
      last_message_at = greatest(l.last_message_at, excluded.last_message_at), turned_to_at = excluded.turned_to_at
    returning id as leg_id`;
  const { legId } = leg!;
  const written = await sql`
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, direction, visibility, author_kind, author_id, text,
      occurred_at, received_at, recorded_at, fallback_of_id)
    select ${messageId}, conversation_id, ${legId}, ${place.inboxId}, customer_id, direction, visibility, author_kind, author_id, text,
      ${tx.now}, ${tx.now}, ${tx.now}, id
    from messages where id = ${failedId}
    on conflict (fallback_of_id) where fallback_of_id is not null do nothing
    returning id`;
  if (written.length === 0) return null;
  await turnConversation(tx, standing, { place, legId, failedId });
  const moved = { ...standing, inboxId: place.inboxId, channel: place.channel };
  const topics = (await queueDelivery(tx, messageId, { ...place, legId })) ? [topic.deliveries] : [];
  recordFact(
    tx,
    conversationFact(moved, { type: 'message.sent', topics, details: { messageId, fallbackOfId: failedId } }),
  );
  return messageId;
}

/** Where the person can be reached besides what was tried. */
async function nextPlace(
  { db: { sql } }: TransactionScope,
  { personId }: Standing,
  { messageId }: Delivery,
): Promise<Place | null> {
  const [place] = await sql<Place[]>`
    with recursive chain as (
      select m.id, m.fallback_of_id, m.inbox_id, m.text from messages m where m.id = ${messageId}
      union all
      select m.id, m.fallback_of_id, m.inbox_id, m.text from chain c join messages m on m.id = c.fallback_of_id
    )
    select e.id as endpoint_id, e.inbox_id, i.channel, e.address, e.is_public
    from endpoints e join inboxes i on i.id = e.inbox_id join customers p on p.id = ${personId}
    left join channels ch on ch.name = i.channel
    left join lateral (select max(l.last_message_at) as at from legs l where l.endpoint_id = e.id) used on true
    where e.customer_id in ${membersOf(sql, personId)}
      and not e.is_public and not coalesce(ch.is_public, false)
      and i.channel not in (select t.channel from chain c join inboxes t on t.id = c.inbox_id)
      and (i.channel = 'email' or i.bridge_url is not null) and i.sending_stopped_at is null
      and (ch.longest_text is null or ch.longest_text >= (select char_length(text) from chain where id = ${messageId}))
    order by i.channel = p.preferred_channel desc nulls last, used.at desc nulls last, e.id
    limit 1`;
  return place ?? null;
}

/** The conversation goes on where the message went: the next reply follows it. */
async function turnConversation(
  tx: TransactionScope,
  standing: Standing,
  { place, legId, failedId }: { place: Place; legId: LegId; failedId: MessageId },
): Promise<void> {
  const switchId = newId('channelSwitch');
  const [from] = await tx.db.sql<{ legId: LegId | null }[]>`
    with conversation as (
      update conversations set inbox_id = ${place.inboxId}, channel = ${place.channel},
        last_message_at = greatest(last_message_at, ${tx.now}::timestamptz)
      where id = ${standing.id}
    )
    insert into channel_switches (id, conversation_id, from_leg_id, to_leg_id, reason, switched_at, by_kind, by_id)
    select ${switchId}, ${standing.id}, m.leg_id, ${legId}, 'fallback', ${tx.now}, 'system', ${tx.viewer.principal}
    from messages m where m.id = ${failedId}
    returning from_leg_id as leg_id`;
  const { inboxId, channel } = standing;
  recordFact(
    tx,
    conversationFact(
      { ...standing, inboxId: place.inboxId, channel: place.channel },
      {
        type: 'conversation.channel_switched',
        left: {
          ...(inboxId === place.inboxId ? {} : { inboxId }),
          ...(channel === place.channel ? {} : { channel }),
        },
        details: { switchId, reason: 'fallback', fromLegId: from?.legId ?? null, toLegId: legId },
      },
    ),
  );
}
