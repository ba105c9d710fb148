import { newReference } from '../../values/reference.ts';
import type { AgentId, ConversationId, CustomerId, EndpointId, InboxId, LegId, MessageId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';
import type { Arrival } from './arrival.ts';

/** A conversation while messages of a batch are put into it; written once at the end. */
export interface ThreadDraft {
  readonly id: ConversationId;
  readonly reference: string;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  /** The source's names of the thread: its own, and those of what was merged into it. */
  readonly threadKeys: readonly string[];
  /** References that mean it, likewise. */
  readonly knownAs: readonly string[];
  subject: string | null;
  topic: string | null;
  language: string | null;
  status: ConversationStatus;
  assigneeId: AgentId | null;
  inboxId: InboxId;
  channel: Channel;
  readonly openedAt: Date;
  lastMessageAt: Date;
  /** Legs by `placeKey` of their endpoint. */
  readonly legs: Map<string, LegId>;
}

/** A message that was received before. */
export interface EarlierMessage {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  readonly text: string;
}

/** An address as seen from an inbox, in public or in private. */
export const placeKey = (place: { inboxId: InboxId; address: string; isPublic: boolean }): string =>
  `${place.inboxId} ${place.isPublic} ${place.address}`;
export const messageKey = (message: { inboxId: InboxId; externalId: string }): string =>
  `${message.inboxId} ${message.externalId}`;

/** What many messages depend on, read together. The caller holds the locks of the persons, so that this sees what earlier messages did. */
export async function lookUpThreads(tx: TransactionScope, arrivals: readonly Arrival[]) {
  const { sql } = tx.db;
  const persons = [...new Set(arrivals.map(({ personId }) => personId))];
  const threads = [...new Set(arrivals.map(({ message }) => message.threadId!))];
  const references = [...new Set(arrivals.flatMap((arrival) => arrival.references))];
  // One for each thread that could be new, and some more: a drawn one may be taken.
  const opened = new Set(arrivals.map(({ personId, message }) => `${personId} ${message.threadId}`)).size;
  const drawn = Array.from({ length: opened + 8 }, newReference);
  const [earlier, conversations, endpoints, taken] = await Promise.all([
    sql<(EarlierMessage & { inboxId: InboxId; externalId: string })[]>`
      select m.inbox_id, m.external_id, m.id as message_id, m.conversation_id, m.customer_id, m.text
      from unnest(${arrivals.map(({ inboxId }) => inboxId)}::text[], ${arrivals.map(({ message }) => message.externalId)}::text[])
        as asked(inbox_id, external_id)
      join messages m on m.inbox_id = asked.inbox_id and m.external_id = asked.external_id`,
    sql<(Omit<ThreadDraft, 'legs'> & { legs: Record<string, LegId> | null })[]>`
      with members as materialized (
        select id, id as person_id from unnest(${persons}::text[]) as p(id)
        union all select member_id, person_id from person_links where person_id = any (${persons})
      ), found as (
        -- What was merged leads to its survivor.
        select coalesce(c.merged_into_id, c.id) as id, members.person_id, array_agg(c.reference) as known_as,
          array_remove(array_agg(c.thread_key), null) as thread_keys
        from members join conversations c on c.customer_id = members.id
        where c.thread_key = any (${threads})
          or (c.reference = any (${references}) and (c.status <> 'resolved' or c.merged_into_id is not null))
        group by 1, 2
      )
      select c.id, c.reference, found.known_as, c.customer_id, found.person_id, found.thread_keys, c.subject, c.topic, c.language, c.status,
        c.assignee_id, c.inbox_id, c.channel, c.opened_at, c.last_message_at,
        (select jsonb_object_agg(e.inbox_id || ' ' || e.is_public::text || ' ' || e.address, l.id)
          from legs l join endpoints e on e.id = l.endpoint_id where l.conversation_id = c.id) as legs
      from found join conversations c using (id)
      order by c.last_message_at desc, c.id desc`,
    sql<{ id: EndpointId; inboxId: InboxId; address: string; isPublic: boolean; customerId: CustomerId }[]>`
      select e.id, e.inbox_id, e.address, e.is_public, e.customer_id
      from endpoints e where e.customer_id = any (${[...new Set(arrivals.map(({ customerId }) => customerId))]})`,
    sql<{ reference: string }[]>`select reference from conversations where reference = any (${drawn})`,
  ]);
  const used = new Set(taken.map(({ reference }) => reference));
  return {
    earlier: new Map(earlier.map(({ inboxId, externalId, ...rest }) => [messageKey({ inboxId, externalId }), rest])),
    drafts: conversations.map(({ legs, ...rest }) => ({ ...rest, legs: new Map(Object.entries(legs ?? {})) })),
    endpoints: new Map(endpoints.map(({ id, customerId, ...place }) => [`${customerId} ${placeKey(place)}`, id])),
    freeReferences: [...new Set(drawn)].filter((reference) => !used.has(reference)),
  };
}
export type ThreadSituation = Awaited<ReturnType<typeof lookUpThreads>>;
