import { newId, type ConversationId, type LegId, type MessageId, type OrderId } from '../../values/ids.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import type { Standing } from '../conversations/conversation-fact.ts';
import { OLDEST_WAITING } from '../conversations/follow-waiting.ts';
import { keptResolution } from '../conversations/kept-resolution.ts';
import type { TransactionScope } from '../scope.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { Situation } from './situation.ts';

/** A message and where it goes. */
export interface Storing {
  readonly message: CheckedMessage;
  readonly situation: Situation;
  readonly standing: Standing;
  readonly messageId: MessageId;
  /** The moment of its request. */
  readonly now: Date;
  /** The sender's address, as replies are sent to it. */
  readonly address: string;
  /** Identities of the sender, which were seen again. None: who it is was found by other means, which kept that. */
  readonly seen: readonly { readonly kind: IdentityKind; readonly matchKey: string }[];
  readonly legId: LegId;
  readonly isNewConversation: boolean;
  /** Null: unknown, or the conversation has one. */
  readonly language: string | null;
  readonly topic: string | null;
  /** Order numbers that the text names, upper case, without #. */
  readonly orderNumbers: readonly string[];
}

/**
 * Writes endpoints, conversations, legs and messages in one statement of one shape, whatever the number of messages: a new conversation and a continued
 * one differ in rows, not in text. The locks of the persons are held, and no two messages are of one person, so nothing can come in between. Orders
 * of the person that the text names are linked; answers the ids of those that were not before, in the order of the messages.
 */
export async function storeMessages(tx: TransactionScope, storing: readonly Storing[]): Promise<readonly OrderId[][]> {
  const { sql } = tx.db;
  const linked = await sql<{ conversationId: ConversationId; orderId: OrderId }[]>`
    with told as materialized (
      select t.*
      from unnest(${storing.map((each) => JSON.stringify(toTold(each)))}::text[]) as given(document),
        jsonb_to_record(given.document::jsonb) as t(message_id text, customer_id text, person_id text, inbox_id text, channel text, is_public boolean,
          endpoint_id text, is_new_endpoint boolean, address text, seen_kinds text[], seen_keys text[],
          conversation_id text, is_new_conversation boolean, reference text, thread_key text, subject text, topic text, language text,
          assignee_id text, leg_id text, order_numbers text[], external_id text, text text, full_text text,
          occurred_at timestamptz, received_at timestamptz, recorded_at timestamptz)
    ), endpoint as (
      insert into endpoints (id, inbox_id, customer_id, address, is_public, created_at)
      select endpoint_id, inbox_id, customer_id, address, is_public, recorded_at from told where is_new_endpoint
    ), seen as (
      -- To the day: not one more row version for every message.
      update identities i set last_seen_at = t.occurred_at
      from told t cross join lateral unnest(t.seen_kinds, t.seen_keys) as s(kind, match_key)
      where i.kind = s.kind and coalesce(i.match_key, i.normalized) = s.match_key
        and i.last_seen_at <= t.occurred_at - interval '1 day'
    ), opened as (
      insert into conversations (id, reference, customer_id, thread_key, subject, topic, language, status, inbox_id,
        channel, opened_at, last_message_at, waiting_since)
      select conversation_id, reference, customer_id, thread_key, subject, topic, language, 'open', inbox_id,
        channel, occurred_at, occurred_at, occurred_at
      from told where is_new_conversation
    ), ${keptResolution(sql, sql`select conversation_id as id, occurred_at as reopened_at from told`)}, continued as (
      update conversations c set
        status = 'open', resolved_at = null, snoozed_until = null, assignee_id = t.assignee_id,
        inbox_id = t.inbox_id, channel = t.channel,
        subject = coalesce(c.subject, t.subject), topic = coalesce(c.topic, t.topic),
        language = coalesce(c.language, t.language),
        last_message_at = greatest(c.last_message_at, t.occurred_at),
        waiting_since = coalesce(c.waiting_since, t.occurred_at)
      from told t
      where c.id = t.conversation_id and not t.is_new_conversation
    ), leg as (
      insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
      select leg_id, conversation_id, endpoint_id, occurred_at, occurred_at, occurred_at from told
      on conflict (id) do update set last_message_at = greatest(legs.last_message_at, excluded.last_message_at),
        turned_to_at = greatest(legs.turned_to_at, excluded.turned_to_at)
    ), spell as (
      -- Who waits already waits since before.
      insert into waiting_spells (conversation_id, asked_at, began_at)
      select t.conversation_id, coalesce((select c.waiting_since from conversations c where c.id = t.conversation_id), t.occurred_at), t.occurred_at
      from told t
      where t.occurred_at > t.recorded_at - ${OLDEST_WAITING}::interval
        and not exists (select from waiting_spells w where w.conversation_id = t.conversation_id and w.ended_at is null)
    ), stored as (
      insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility,
        author_kind, author_id, text, full_text, occurred_at, received_at, recorded_at)
      select message_id, conversation_id, leg_id, inbox_id, customer_id, external_id, 'inbound', 'public',
        'customer', customer_id, text, full_text, occurred_at, received_at, recorded_at
      from told
    )
    insert into conversation_orders (conversation_id, order_id, linked_at)
    select t.conversation_id, o.id, t.recorded_at
    from told t
      cross join lateral (
        select t.person_id as id union all select l.member_id from person_links l where l.person_id = t.person_id
      ) m
      join orders o on o.customer_id = m.id
    where cardinality(t.order_numbers) > 0 and upper(ltrim(o.number, '#')) = any (t.order_numbers)
    on conflict do nothing
    returning conversation_id, order_id`;
  return storing.map(({ standing }) =>
    linked.filter(({ conversationId }) => conversationId === standing.id).map(({ orderId }) => orderId),
  );
}

/** The row that the statement reads of a message. */
function toTold({ message, situation, standing, ...storing }: Storing) {
  return {
    ...{ message_id: storing.messageId, customer_id: situation.customerId, person_id: standing.personId },
    ...{ inbox_id: situation.inboxId, channel: situation.channel, is_public: situation.isPublic },
    ...{ endpoint_id: situation.endpointId ?? newId('endpoint'), is_new_endpoint: situation.endpointId === null },
    ...{ address: storing.address },
    ...{ seen_kinds: storing.seen.map(({ kind }) => kind), seen_keys: storing.seen.map(({ matchKey }) => matchKey) },
    ...{ conversation_id: standing.id, is_new_conversation: storing.isNewConversation, reference: situation.reference },
    ...{ thread_key: message.threadId, subject: message.subject, topic: storing.topic, language: storing.language },
    ...{ assignee_id: standing.assigneeId, leg_id: storing.legId, order_numbers: storing.orderNumbers },
    ...{ external_id: message.externalId, text: message.text, full_text: message.fullText },
    ...{ occurred_at: message.occurredAt, received_at: message.receivedAt, recorded_at: storing.now },
  };
}
