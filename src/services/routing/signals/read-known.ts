import type { ConversationId } from '../../../values/ids.ts';
import { consentAllows } from '../../privacy/open-to.ts';
import type { Scope } from '../../scope.ts';
import type { KnownOfConversation } from './enricher.ts';

/** As many of a person are looked at. */
const MOST_ORDERS = 5;
const MOST_SEGMENTS = 50;

/** What is read of conversations for their signals: one statement, bounded for each. In no order; absent ones are missing. */
export function readKnown({ db: { sql }, now }: Scope, ids: readonly ConversationId[]): Promise<KnownOfConversation[]> {
  return sql<KnownOfConversation[]>`
    select c.id, coalesce((select person_id from person_links where member_id = c.customer_id), c.customer_id) as person_id, c.language, c.topic, c.issue_type, c.priority, c.control_kind, c.waiting_since,
      i.external_id as inbox, i.brand, i.market,
      (
        select min(k.due_at) from service_clocks k
        where k.conversation_id = c.id and k.ended_at is null and k.running_since is not null
      ) as service_due_at,
      past.open_issues, past.recent_contacts, past.earlier_agent_ids,
      bought.categories, bought.has_linked_order, bought.is_order_late,
      case when refused.any then '{}'::jsonb else said.traits end as traits, sorted.segments, told.told
    from conversations c
    join inboxes i on i.id = c.inbox_id
    cross join lateral (
      select array_agg(m.id) as ids from (
        select p.id from (select coalesce((select person_id from person_links where member_id = c.customer_id), c.customer_id) as id) p
        union all
        select l.member_id from person_links l
        where l.person_id = coalesce((select person_id from person_links where member_id = c.customer_id), c.customer_id)
      ) m
    ) member
    cross join lateral (
      select
        (select count(*)::int from (
          select 1 from conversations o
          where o.customer_id = any (member.ids) and o.status <> 'resolved' and o.merged_into_id is null and o.id <> c.id limit 100
        ) o) as open_issues,
        (select count(*)::int from (
          select 1 from conversations o
          where o.customer_id = any (member.ids) and o.opened_at > c.opened_at - interval '14 days' and o.id <> c.id
            and o.merged_into_id is null limit 100
        ) o) as recent_contacts,
        array(
          select o.assignee_id from (
            select o.assignee_id, max(o.last_message_at) as last_at from (
              select o.assignee_id, o.last_message_at from conversations o
              where o.customer_id = any (member.ids) and o.id <> c.id and o.assignee_id is not null
              order by o.last_message_at desc limit 50
            ) o group by o.assignee_id
          ) o order by o.last_at desc, o.assignee_id limit 10
        ) as earlier_agent_ids
    ) past
    cross join lateral (
      with linked as materialized (
        select o.id, o.status from conversation_orders k join orders o on o.id = k.order_id
        where k.conversation_id = c.id order by k.linked_at desc, o.id limit ${MOST_ORDERS}
      ), looked_at as (
        select id, status from linked
        union all
        select o.id, o.status from unnest(member.ids) m(id) cross join lateral (
          select o.id, o.status from orders o where o.customer_id = m.id order by o.placed_at desc, o.id desc limit ${MOST_ORDERS}
        ) o where not exists (select from linked)
      )
      select array(
          select distinct p.category
          from linked l join order_lines n on n.order_id = l.id join variants v on v.id = n.variant_id
          join products p on p.id = v.product_id
          where p.category is not null
          order by p.category limit 20
        ) as categories,
        exists (select from linked) as has_linked_order,
        exists (
          select from looked_at o
          where o.status in ('pending', 'processed', 'in_transit') and (
            exists (
              select from shipments s where s.order_id = o.id and s.status not in ('delivered', 'cancelled', 'returning')
                and s.estimated_delivery_at < ${now})
            or exists (
              select from customer_promises p where p.order_id = o.id and p.kind = 'delivery' and p.state in ('open', 'overdue')
                and p.due_at < ${now})
            or exists (select from notices n where n.order_id = o.id and n.kind = 'delay' and n.raised_at is not null))
        ) as is_order_late
    ) bought
    cross join lateral (
      select coalesce(jsonb_object_agg(t.key, t.value), '{}') as traits from (
        select distinct on (t.key) t.key, t.value from customer_traits t
        where t.customer_id = any (member.ids) and t.key in ('segment', 'value') and t.valid_to is null and t.kind <> 'moment'
        order by t.key, t.valid_from desc, t.customer_id
      ) t where t.value <> 'null'
    ) said
    cross join lateral (
      select not (${sql.unsafe(consentAllows('traits', 'c.customer_id'))}) as any
    ) refused
    cross join lateral (
      select array(
        select s.name from unnest(member.ids) m(id) join segment_members b on b.customer_id = m.id
          join segments s on s.id = b.segment_id and not s.is_deleted
        where not refused.any
        order by lower(s.name), s.id limit ${MOST_SEGMENTS}
      ) as segments
    ) sorted
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'value', s.value, 'source', s.source, 'at', s.valid_from)), '[]') as told
      from (
        select distinct on (s.name) s.name, s.value, s.source, s.valid_from from conversation_signals s
        where s.conversation_id = c.id and s.valid_to is null
        order by s.name, s.valid_from desc, s.source
      ) s
    ) told
    where c.id = any (${ids as string[]})`;
}
