import type { ConversationId, CustomerId, EndpointId, InboxId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';

/** Where the person of a conversation can be reached in private, and through which inbox of ours. */
export interface ReplyPlace {
  readonly conversationId: ConversationId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly address: string;
  /** Under which of the person's customer ids the address stands. */
  readonly customerId: CustomerId;
  /** Null: the person never wrote from there to this inbox; an identity says the address. */
  readonly endpointId: EndpointId | null;
  /** It is the channel that the person prefers. */
  readonly isPreferred: boolean;
}

/**
 * Places of reply of several conversations: first the preferred channel, then what the person wrote from, proven addresses before
 * others, the last used first. Only inboxes of the brand and market that the conversation is in, and of its own legs; never a public one.
 */
export function placesOfReply(scope: Scope, ids: readonly ConversationId[]): Promise<ReplyPlace[]> {
  const { sql } = scope.db;
  return sql<ReplyPlace[]>`
    with asked as materialized (
      select c.id, i.brand, i.market, coalesce(p.person_id, c.customer_id) as person_id
      from conversations c join inboxes i on i.id = c.inbox_id left join person_links p on p.member_id = c.customer_id
      where c.id = any (${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    ), members as materialized (
      select a.*, m.id as customer_id, person.preferred_channel
      from asked a
      join customers person on person.id = a.person_id
      cross join lateral (
        select a.person_id as id union all select l.member_id from person_links l where l.person_id = a.person_id
      ) m
    ), places as (
      select m.id as conversation_id, m.brand, m.market, m.preferred_channel, e.inbox_id, e.address, e.customer_id, e.id as endpoint_id,
        true as is_proven, leg.last_message_at as used_at, coalesce(leg.is_own, false) as is_own
      from members m
      join endpoints e on e.customer_id = m.customer_id and not e.is_public
      left join lateral (
        select max(l.last_message_at) as last_message_at, bool_or(l.conversation_id = m.id) as is_own
        from legs l where l.endpoint_id = e.id
      ) leg on true
      union all
      select m.id, m.brand, m.market, m.preferred_channel, i.id, n.normalized, n.customer_id, null, n.verified, n.last_seen_at, false
      from members m
      join identities n on n.customer_id = m.customer_id
      join inboxes i on case n.kind
        when 'email' then i.channel = 'email'
        when 'phone' then i.channel in ('sms', 'whatsapp', 'voice')
        -- A handle is written network:handle. Posts on Facebook have their private messages on Messenger.
        when 'social_handle' then (i.channel, split_part(n.normalized, ':', 1)) in
          (('messenger', 'messenger'), ('messenger', 'facebook'), ('instagram', 'instagram'), ('x', 'x'), ('x', 'twitter'))
        else false end
      where not exists (
        select 1 from endpoints e
        where e.inbox_id = i.id and e.address = n.normalized and e.customer_id = n.customer_id and not e.is_public)
    )
    select p.conversation_id, p.inbox_id, i.channel, p.address, p.customer_id, p.endpoint_id,
      (p.preferred_channel = i.channel) is true as is_preferred
    from places p join inboxes i on i.id = p.inbox_id left join channels c on c.name = i.channel
    where (c.name is null or c.sends_by is not null)
      and (p.is_own or (coalesce(i.brand = p.brand, true) and coalesce(i.market = p.market, true)))
    order by is_preferred desc, p.endpoint_id is not null desc, p.is_proven desc,
      (i.brand is not distinct from p.brand) desc, (i.market is not distinct from p.market) desc,
      p.used_at desc nulls last, i.channel, i.id, p.address`;
}
