import { newId, type LegId, type MessageId, type OrderId } from '../../values/ids.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import type { Standing } from '../conversations/conversation-fact.ts';
import { OLDEST_WAITING } from '../conversations/follow-waiting.ts';
import { keptResolution } from '../conversations/kept-resolution.ts';
import type { TransactionScope } from '../scope.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { Situation } from './look-up.ts';

interface Storing {
  readonly message: CheckedMessage;
  readonly situation: Situation;
  readonly standing: Standing;
  readonly messageId: MessageId;
  /** The sender's address, as replies are sent to it. */
  readonly address: string;
  /** The sender's identity, which was seen again. Null: who it is was found by other means, which kept that. */
  readonly seen: { readonly kind: IdentityKind; readonly matchKey: string } | null;
  readonly legId: LegId;
  readonly isNewConversation: boolean;
  /** Null: unknown, or the conversation has one. */
  readonly language: string | null;
  readonly topic: string | null;
  /** Order numbers that the text names, upper case, without #. */
  readonly orderNumbers: readonly string[];
}

/**
 * Writes endpoint, conversation, leg and message in one statement of one shape: a new conversation and a continued one differ in
 * rows, not in text. The person's lock is held, so nothing can come in between. Orders of the person that the text names are linked;
 * answers the ids of those that were not before.
 */
export async function storeMessage(tx: TransactionScope, storing: Storing): Promise<OrderId[]> {
  const { message, situation, standing, messageId, address, legId, isNewConversation, language, topic } = storing;
  const orderNumbers = storing.orderNumbers as string[];
  const { sql, now } = { sql: tx.db.sql, now: tx.now };
  const customerId = situation.customerId;
  const endpointId = situation.endpointId ?? newId('endpoint');
  const { occurredAt } = message;
  const [row] = await sql<{ linked: OrderId[] | null }[]>`
    with endpoint as (
      insert into endpoints (id, inbox_id, customer_id, address, is_public, created_at)
      select ${endpointId}, ${situation.inboxId}, ${customerId}, ${address}, ${situation.isPublic}, ${now}::timestamptz
      where ${situation.endpointId === null}
    ), seen as (
      -- To the day: not one more row version for every message.
      update identities set last_seen_at = ${occurredAt}
      where kind = ${storing.seen?.kind ?? null} and coalesce(match_key, normalized) = ${storing.seen?.matchKey ?? null}
        and last_seen_at <= ${occurredAt}::timestamptz - interval '1 day'
    ), opened as (
      insert into conversations (id, reference, customer_id, thread_key, subject, topic, language, status, inbox_id,
        channel, opened_at, last_message_at, waiting_since)
      select ${standing.id}, ${situation.reference}, ${customerId}, ${message.threadId}, ${message.subject}, ${topic},
        ${language}, 'open', ${situation.inboxId}, ${situation.channel}, ${occurredAt}::timestamptz, ${occurredAt}::timestamptz,
        ${occurredAt}::timestamptz
      where ${isNewConversation}
    ), ${keptResolution(sql, standing.id, occurredAt)}, continued as (
      update conversations set
        status = 'open', resolved_at = null, snoozed_until = null, assignee_id = ${standing.assigneeId},
        inbox_id = ${situation.inboxId}, channel = ${situation.channel},
        subject = coalesce(subject, ${message.subject}), topic = coalesce(topic, ${topic}),
        language = coalesce(language, ${language}),
        last_message_at = greatest(last_message_at, ${occurredAt}::timestamptz),
        waiting_since = coalesce(waiting_since, ${occurredAt}::timestamptz)
      where id = ${standing.id} and ${!isNewConversation}
    ), leg as (
      insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
      values (${legId}, ${standing.id}, ${endpointId}, ${occurredAt}, ${occurredAt}, ${occurredAt})
      on conflict (id) do update set last_message_at = greatest(legs.last_message_at, excluded.last_message_at),
        turned_to_at = greatest(legs.turned_to_at, excluded.turned_to_at)
    ), spell as (
      -- Who waits already waits since before.
      insert into waiting_spells (conversation_id, asked_at, began_at)
      select ${standing.id}, coalesce(
          (select waiting_since from conversations where id = ${standing.id}), ${occurredAt}::timestamptz), ${occurredAt}::timestamptz
      where ${occurredAt}::timestamptz > ${now}::timestamptz - ${OLDEST_WAITING}::interval
        and not exists (select from waiting_spells where conversation_id = ${standing.id} and ended_at is null)
    ), linked as (
      insert into conversation_orders (conversation_id, order_id, linked_at)
      select ${standing.id}, o.id, ${now}::timestamptz
      from (
        select ${standing.personId} as id union all select member_id from person_links where person_id = ${standing.personId}
      ) m join orders o on o.customer_id = m.id
      where cardinality(${orderNumbers}::text[]) > 0 and upper(ltrim(o.number, '#')) = any (${orderNumbers}::text[])
      on conflict do nothing
      returning order_id
    )
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility,
      author_kind, author_id, text, full_text, occurred_at, received_at, recorded_at)
    values (${messageId}, ${standing.id}, ${legId}, ${situation.inboxId}, ${customerId}, ${message.externalId},
      'inbound', 'public', 'customer', ${customerId}, ${message.text}, ${message.fullText}, ${occurredAt}, ${message.receivedAt}, ${now})
    returning (select array_agg(order_id) from linked) as linked`;
  return row?.linked ?? [];
}
