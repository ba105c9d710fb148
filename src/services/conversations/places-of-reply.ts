import type { Sql } from '../../database/open-database.ts';
import type { Purpose } from '../../values/consents.ts';
import type { ConversationId, CustomerId, EndpointId, InboxId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { withinReach } from '../customers/person-of.ts';
import { closedChannels } from '../privacy/leave-to-write.ts';
import type { Scope, TransactionScope } from '../scope.ts';

type Fragment = ReturnType<Sql>;

/** Where a person can be reached in private, and through which inbox of ours. */
export interface PersonPlace {
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

export interface ReplyPlace extends PersonPlace {
  readonly conversationId: ConversationId;
}

/**
 * Places of reply of several conversations: first the preferred channel, then what the person wrote from, proven addresses before
 * others, the last used first. Only inboxes of the brand and market that the conversation is in, and of its own legs; never a public one.
 */
export function placesOfReply(scope: Scope, ids: readonly ConversationId[]): Promise<ReplyPlace[]> {
  const { sql } = scope.db;
  const asked: Fragment = sql`
    select c.id, i.brand, i.market, coalesce(p.person_id, c.customer_id) as person_id, false as is_person
    from conversations c join inboxes i on i.id = c.inbox_id left join person_links p on p.member_id = c.customer_id
    where c.id = any (${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  return sql<ReplyPlace[]>`
    select asked_id as conversation_id, ${placeColumns(sql)} from (${places(sql, asked)}) as place
    where is_sendable order by ${theBestFirst(sql)}`;
}

/**
 * Where a message can go by itself, in the same order: over channels that something of ours carries and that take a text of this length.
 * An address that the person wrote from will do in any market; one that is only known is written to from their own. That the person
 * is within reach is for the caller to know, and the person's lock the caller's: where they want nothing of the kind is left out.
 */
export async function placesOfPerson(
  tx: TransactionScope,
  personId: CustomerId,
  { purpose, length }: { readonly purpose: Exclude<Purpose, 'marketing'>; readonly length: number },
): Promise<PersonPlace[]> {
  const { sql } = tx.db;
  const closed = await closedChannels(tx, personId, purpose);
  if (closed.isEverywhere) return [];
  const asked: Fragment = sql`
    select c.id, null::text as brand, c.market, c.id as person_id, true as is_person from customers c where c.id = ${personId}`;
  return sql<PersonPlace[]>`
    select ${placeColumns(sql)} from (${places(sql, asked)}) as place
    where is_carried and coalesce(longest_text >= ${length}, true) and channel <> all (${closed.channels as string[]}::text[])
    order by ${theBestFirst(sql)}`;
}

const placeColumns = (sql: Sql): Fragment => sql`inbox_id, channel, address, customer_id, endpoint_id, is_preferred`;

const theBestFirst = (sql: Sql): Fragment => sql`
  is_preferred desc, endpoint_id is not null desc, is_proven desc, is_of_brand desc, is_of_market desc,
  used_at desc nulls last, channel, inbox_id, address`;

/** `asked`: for whom, in which brand and market. Of a person (`is_person`) every address they wrote from is the own one. */
const places = (sql: Sql, asked: Fragment): Fragment => sql`
    with asked as materialized (${asked}),
    members as materialized (
      select a.*, m.id as customer_id, person.preferred_channel
      from asked a
      join customers person on person.id = a.person_id
      cross join lateral (
        select a.person_id as id union all select l.member_id from person_links l where l.person_id = a.person_id
      ) m
    ), places as (
      select m.id as asked_id, m.brand, m.market, m.preferred_channel, e.inbox_id, e.address, e.customer_id, e.id as endpoint_id,
        true as is_proven, leg.last_message_at as used_at, m.is_person or coalesce(leg.is_own, false) as is_own
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
    select p.asked_id, p.inbox_id, i.channel, p.address, p.customer_id, p.endpoint_id,
      (p.preferred_channel = i.channel) is true as is_preferred, p.is_proven, p.used_at,
      i.brand is not distinct from p.brand as is_of_brand, i.market is not distinct from p.market as is_of_market,
      c.name is null or c.sends_by is not null as is_sendable,
      (i.channel = 'email' or i.bridge_url is not null) and i.sending_stopped_at is null and not coalesce(c.is_public, false) as is_carried,
      c.longest_text
    from places p join inboxes i on i.id = p.inbox_id left join channels c on c.name = i.channel
    where p.is_own or (coalesce(i.brand = p.brand, true) and coalesce(i.market = p.market, true))`;
