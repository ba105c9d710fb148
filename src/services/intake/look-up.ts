import { newReference } from '../../values/reference.ts';
import type { ConversationId, CustomerId, EndpointId, InboxId, MessageId } from '../../values/ids.ts';
import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { StartOver } from '../events/atomically.ts';
import { planOnce } from '../events/plan-once.ts';
import type { TransactionScope } from '../scope.ts';
import type { Joinable } from './choose-conversation.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { Mentions } from './mentions.ts';

/** Everything that one message depends on. */
export interface Situation {
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly market: string | null;
  /** Whether a message asks for an agent by itself. */
  readonly isRouted: boolean;
  /** Whether everybody reads what is written there. */
  readonly isPublic: boolean;
  /** Who has the sender's identity; both null for a new face. */
  readonly customerId: CustomerId | null;
  readonly personId: CustomerId | null;
  /** The sender's address as seen from this inbox; null: it writes here for the first time. */
  readonly endpointId: EndpointId | null;
  /** The message that was received under the same external id before. */
  readonly earlier: {
    messageId: MessageId;
    conversationId: ConversationId;
    customerId: CustomerId;
    isSameText: boolean;
    isSameCustomer: boolean;
  } | null;
  readonly candidates: readonly Joinable[];
  /** Whether so many others came with the sender's identity lately that it tells nobody apart. */
  readonly isShared: boolean;
  /** The rule set that counts. */
  readonly rulesVersion: number;
  /** A reference that was free at the moment of reading. */
  readonly reference: string;
}

/** The sender, as far as it is known before the database is asked. */
export interface LookedForSender {
  /** As replies are sent to it. */
  readonly address: string;
  readonly mentions: Mentions;
  /** Who it is: whoever has this identity, or a customer that was found by other means. */
  readonly whose:
    | {
        readonly kind: IdentityKind;
        readonly matchKey: string;
        /** Past how many others, since when, it tells nobody apart. */
        readonly limit: { readonly most: number; readonly since: string };
      }
    | { readonly customerId: CustomerId };
}

/**
 * Reads the situation in one flight: the person's lock, then one statement that therefore sees what earlier messages of the
 * person did. Null: there is no such inbox.
 */
export async function lookUp(
  tx: TransactionScope,
  message: CheckedMessage,
  sender: LookedForSender,
): Promise<Situation | null> {
  const { sql } = tx.db;
  const { address: normalized, whose, mentions } = sender;
  const addresses = mentions.addresses.filter((address) => address !== normalized);
  const from =
    'customerId' in whose
      ? sql`
        select c.id as customer_id, coalesce(l.person_id, c.id) as person_id
        from customers c left join person_links l on l.member_id = c.id
        where c.id = ${whose.customerId}`
      : sql`
        select i.customer_id, coalesce(l.person_id, i.customer_id) as person_id
        from identities i left join person_links l on l.member_id = i.customer_id
        where i.kind = ${whose.kind} and coalesce(i.match_key, i.normalized) = ${whose.matchKey}`;
  const isShared =
    'customerId' in whose
      ? sql`false`
      : sql`(
        select count(*) >= ${whose.limit.most} from (
          select 1 from dropped_identities d
          where d.kind = ${whose.kind} and d.match_key = ${whose.matchKey} and d.is_of_known
            and d.last_seen_at >= ${whose.limit.since}::timestamptz
          limit ${whose.limit.most}) came)`;
  const reference = newReference();
  planOnce(tx);
  const [[locked], [row]] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select id from customers where id = (select sender.person_id from (${from}) as sender) for no key update`,
    sql<(Situation & { referenceTaken: boolean })[]>`
      with inbox as (
        select id, channel, market, routing = 'automatic' as is_routed,
          coalesce(${message.isPublic}::boolean, (select c.is_public from channels c where c.name = channel), false) as is_public
        from inboxes
        where id = ${message.inbox} or external_id = ${message.inbox}
        order by id = ${message.inbox} desc limit 1
      ), sender as (${from}
      ), members as materialized (
        select person_id as id from sender
        union all select l.member_id from sender s join person_links l on l.person_id = s.person_id
      ), endpoint as materialized (
        select e.id from sender s, inbox, endpoints e
        where e.inbox_id = inbox.id and e.address = ${normalized} and e.customer_id = s.customer_id
          and e.is_public = inbox.is_public
      ), answered as (
        select m.conversation_id as id, m.customer_id from messages m where m.id = any (${message.answers}::text[])
        union
        select m.conversation_id, m.customer_id from inbox, messages m
        where m.inbox_id = inbox.id and m.external_id = any (${message.answers}::text[])
      ), chosen as (
        -- Below each member with a limit: so the planner has no choice but the index, whatever it knows of the tables.
        select c.*, (c.thread_key = ${message.threadId}) is true as in_thread
        from members m cross join lateral (
          select * from conversations c where c.customer_id = m.id and c.status <> 'resolved'
          order by c.last_message_at desc, c.id desc limit 200) c
        union all
        -- A thread that was merged goes on in the survivor.
        select c.*, true
        from members m cross join lateral (
          select c.id, c.merged_into_id from conversations c
          where ${message.threadId}::text is not null and c.customer_id = m.id and c.thread_key = ${message.threadId}
            and c.status = 'resolved'
          order by c.last_message_at desc, c.id desc limit 1) own
        join conversations c on c.id = coalesce(own.merged_into_id, own.id)
        union all
        select c.*, true
        from answered a join members m on m.id = a.customer_id join conversations own on own.id = a.id
          join conversations c on c.id = coalesce(own.merged_into_id, own.id)
      ), candidates as (
        select c.id, c.reference, merged.references as "mergedReferences", c.status, c.customer_id as "customerId", c.inbox_id as "inboxId", c.channel,
          c.assignee_id as "assigneeId", c.control_kind is not null as "isHeld", c.in_thread as "inThread",
          c.language is not null as "hasLanguage", c.topic is not null as "hasTopic",
          (extract(epoch from c.opened_at) * 1000)::float8 as "openedAtMs",
          (extract(epoch from c.last_message_at) * 1000)::float8 as "lastMessageAtMs",
          (select l.id from legs l where l.conversation_id = c.id and l.endpoint_id = (select id from endpoint))
            as "legId",
          (cardinality(${addresses}::text[]) > 0 and exists (
            select 1 from legs l join endpoints e on e.id = l.endpoint_id
            where l.conversation_id = c.id and e.address = any (${addresses}::text[])))
          or (cardinality(${mentions.orderNumbers as string[]}::text[]) > 0 and exists (
            select 1
            from (
              select m.text from messages m where m.conversation_id = c.id and m.visibility = 'public'
              order by m.occurred_at desc, m.id desc limit 100
            ) m, unnest(${mentions.orderNumbers as string[]}::text[]) as said(number)
            where strpos(upper(m.text), said.number) > 0)) as "isSpokenOf"
        from chosen c
        cross join lateral (
          select array(
            select l.reference from conversations l
            where l.merged_into_id = c.id and l.reference = any (${mentions.references as string[]}::text[])) as references
        ) as merged
        order by c.in_thread desc,
          c.reference = any (${mentions.references as string[]}::text[]) or cardinality(merged.references) > 0 desc,
          c.last_message_at desc, c.id desc
        limit 20
      )
      select inbox.id as inbox_id, inbox.channel, inbox.market, inbox.is_routed, inbox.is_public, sender.customer_id, sender.person_id,
        (select id from endpoint) as endpoint_id,
        (select jsonb_build_object('messageId', m.id, 'conversationId', m.conversation_id, 'customerId', m.customer_id,
            'isSameText', m.text = ${message.text}, 'isSameCustomer', (m.customer_id = sender.customer_id) is true)
          from messages m where m.inbox_id = inbox.id and m.external_id = ${message.externalId}) as earlier,
        coalesce((select jsonb_agg(o) from candidates o), '[]') as candidates,
        exists (select 1 from conversations where reference = ${reference}) as reference_taken,
        ${isShared} as is_shared,
        (select coalesce(max(version), 0) from identity_rule_sets) as rules_version
      from inbox left join sender on true`,
  ]);
  if (!row) return null;
  // The sender became another person before the lock was had: what was read is not under the person's lock.
  if (locked && row.personId !== locked.id) throw new StartOver();
  // Or became known between the two statements.
  if (row.personId !== (locked?.id ?? null)) return lookUp(tx, message, sender);
  // One in a thousand million, but then for good: draw again.
  return row.referenceTaken ? lookUp(tx, message, sender) : { ...row, reference };
}
