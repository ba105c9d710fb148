import { availableOfRow } from '../../values/stock-quantities.ts';
import { strictness } from '../privacy/consent.ts';

/** How much of each section a packet carries. The rest is in the lists of the graph. */
export const LARGEST = {
  conversations: 10,
  messages: 10,
  linkedOrders: 20,
  signals: 40,
  participants: 20,
  orders: 10,
  browsed: 10,
  opinions: 3,
  skus: 20,
  locations: 3,
} as const;

/** The person that a customer is now. `id` is the expression that names the customer. */
export const personRow = (id: string) => `
    select c.* from customers c
    where c.id = coalesce((select person_id from person_links where member_id = ${id}), ${id})`;

const typesOfFiles = (messageId: string) => `
          case when (select are_there from files) then coalesce(
            (select json_agg(a.content_type order by a.id) from attachments a where a.message_id = ${messageId}), '[]'
          ) else '[]' end`;

/** Open and recent ones. */
const NEWEST_CONVERSATIONS = `
      select c.* from members m
      cross join lateral (
        select * from conversations where customer_id = m.id and merged_into_id is null
        order by last_message_at desc, id desc limit ${LARGEST.conversations}
      ) c
      order by c.last_message_at desc, c.id desc
      limit ${LARGEST.conversations}`;

const CONTROL = `case when c.control_kind is not null
        then json_build_object('kind', c.control_kind, 'id', c.control_id, 'since', c.control_since) end`;

const AGENT = `case when a.id is not null then json_build_object('id', a.id, 'name', a.name, 'presence', a.presence) end`;

/** What is known besides, as it was when an agent was asked for: read from orders and from what came before, which packets show as they are now. */
const SIGNALS_OF_TASKS = ['open_issues', 'repeated_contacts', 'late_order', 'areas'] as const;

/** What the statement reads of a `person`: each a query that later ones name. */
export const ROWS = {
  members: `
    select id from person
    union all
    select l.member_id from person_links l join person p on l.person_id = p.id`,
  agreed: `
    select distinct on (k.purpose, k.channel, k.jurisdiction) k.*
    from members m join consents k on k.customer_id = m.id and k.valid_to is null
    order by k.purpose, k.channel, k.jurisdiction, ${strictness('k.state')}, k.valid_from desc, k.id`,
  // Most persons have no files: then one look says so, and no message is asked.
  files: `
    select exists (
      select 1 from attachments a join members m on a.customer_id = m.id where a.message_id is not null
    ) as are_there`,
  recent: `
    select c.*, m.messages, n.notes, h.handoff,
      ${CONTROL} as control,
      ${AGENT} as assignee
    from (${NEWEST_CONVERSATIONS}) c
    left join agents a on a.id = c.assignee_id
    left join lateral (
      select json_build_object(
        'id', h.id, 'fromKind', h.from_kind, 'toKind', h.to_kind, 'summary', h.summary, 'handedAt', h.handed_at
      ) as handoff
      from handoffs h where h.conversation_id = c.id
      order by h.handed_at desc, h.id desc limit 1
    ) h on true
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'id', m.id, 'direction', m.direction, 'authorKind', m.author_kind, 'channel', i.channel, 'text', m.text, 'occurredAt', m.occurred_at,
        'deliveryState', m.delivery_state, 'attachmentTypes', ${typesOfFiles('m.id')}
      ) order by m.occurred_at, m.id), '[]') as messages
      from (
        select * from messages
        where conversation_id = c.id and visibility = 'public'
        order by occurred_at desc, id desc limit ${LARGEST.messages}
      ) m left join inboxes i on i.id = m.inbox_id
    ) m
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'id', n.id, 'direction', n.direction, 'authorKind', n.author_kind, 'channel', null, 'text', n.text, 'occurredAt', n.occurred_at,
        'deliveryState', n.delivery_state, 'attachmentTypes', ${typesOfFiles('n.id')}
      ) order by n.occurred_at, n.id), '[]') as notes
      from (
        select * from messages
        where conversation_id = c.id and visibility = 'internal'
        order by occurred_at desc, id desc limit ${LARGEST.messages}
      ) n
    ) n`,
  bought: `
    select o.*, l.lines, s.shipments, r.returns
    from (
      select o.* from members m
      cross join lateral (
        select * from orders where customer_id = m.id order by placed_at desc, id desc limit ${LARGEST.orders}
      ) o
      order by o.placed_at desc, o.id desc
      limit ${LARGEST.orders}
    ) o
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'sku', l.sku, 'title', l.title, 'quantity', l.quantity, 'variantId', l.variant_id
      ) order by l.position, l.id), '[]') as lines
      from order_lines l where l.order_id = o.id
    ) l
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'id', s.id, 'carrier', s.carrier, 'trackingNumber', s.tracking_number, 'status', s.status,
        'statusOccurredAt', s.status_occurred_at, 'estimatedDeliveryAt', s.estimated_delivery_at,
        'lastPlace', (select t.place from tracking_events t where t.shipment_id = s.id order by t.occurred_at desc, t.id desc limit 1)
      ) order by s.created_at, s.id), '[]') as shipments
      from shipments s where s.order_id = o.id
    ) s
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'id', r.id, 'status', r.status, 'reason', r.reason, 'requestedAt', r.requested_at, 'statusOccurredAt', r.status_occurred_at
      ) order by r.requested_at, r.id), '[]') as returns
      from returns r where r.order_id = o.id
    ) r`,
  /** As far as stock asks about it. */
  placed: `
    select o.id, o.placed_at from members m
    cross join lateral (
      select id, placed_at from orders where customer_id = m.id order by placed_at desc, id desc limit ${LARGEST.orders}
    ) o
    order by o.placed_at desc, o.id desc
    limit ${LARGEST.orders}`,
  basket: `
    select b.* from members m join baskets b on b.customer_id = m.id order by b.changed_at desc, b.customer_id limit 1`,
  // Lines name articles by SKU. The look-up is a limit's: joined, every article of the shop would be read for a basket of two.
  in_basket: `
    select l.line, l.number, v.id as variant_id, v.title as variant_title
    from basket b
    cross join lateral jsonb_array_elements(b.lines) with ordinality l(line, number)
    left join lateral (select id, title from variants where sku = l.line ->> 'sku' limit 1) v on true`,
  browsed: `
    select a.*, v.id as variant_id, v.title as variant_title
    from (
      select a.* from members m
      cross join lateral (
        select * from activities
        where customer_id = m.id and kind in ('visit', 'search', 'product_view')
        order by occurred_at desc, id desc limit ${LARGEST.browsed}
      ) a
      order by a.occurred_at desc, a.id desc
      limit ${LARGEST.browsed}
    ) a
    left join variants v on v.sku = a.sku`,
  opinions: `
    select a.*
    from (values ('review'), ('survey_answer')) k(kind)
    cross join lateral (
      select a.* from members m
      cross join lateral (
        select * from activities
        where customer_id = m.id and kind = k.kind and kind in ('review', 'survey_answer')
        order by occurred_at desc, id desc limit ${LARGEST.opinions}
      ) a
      order by a.occurred_at desc, a.id desc
      limit ${LARGEST.opinions}
    ) a`,
  asked: `
    select variant_id, max(at) as newest
    from (
      select l.variant_id, o.placed_at as at from bought o join order_lines l on l.order_id = o.id
      union all
      select i.variant_id, b.changed_at from basket b, in_basket i
      union all
      select variant_id, occurred_at from browsed
    ) of_interest
    where variant_id is not null
    group by variant_id
    order by newest desc, variant_id
    limit ${LARGEST.skus}`,
  // Once for a person, and not once for each article of interest.
  stores: `
    select l.id, l.name,
      -- least() leaves nulls out: without the case an unknown place would be on the other side of the earth.
      case when l.latitude + l.longitude + p.latitude + p.longitude is not null then round((6371 * 2 * asin(least(1, sqrt(
        sin(radians(l.latitude - p.latitude) / 2) ^ 2
        + cos(radians(p.latitude)) * cos(radians(l.latitude)) * sin(radians(l.longitude - p.longitude) / 2) ^ 2
      ))))::numeric, 1)::float8 end as distance_km
    from locations l, person p
    where l.kind = 'store'`,
  near: `
    select a.newest, v.id, v.sku, v.title, n.locations, n.as_of
    from asked a
    join variants v on v.id = a.variant_id
    cross join lateral (
      select json_agg(json_build_object(
        'locationId', s.location_id, 'name', s.name, 'available', s.available, 'asOf', s.as_of, 'distanceKm', s.distance_km
      ) order by s.distance_km nulls last, s.location_id) as locations, max(s.updated_at) as as_of
      from (
        select s.location_id, l.name, ${availableOfRow('s')} as available, s.as_of, s.updated_at, l.distance_km
        from stock_levels s join stores l on l.id = s.location_id
        where s.variant_id = v.id
        order by l.distance_km nulls last, s.location_id
        limit ${LARGEST.locations}
      ) s
    ) n
    where n.locations is not null`,
  waiting: `
    select c.id, c.reference, c.assignee, c.last_message_at, d.decided_at, d.explanation, q.position, q.wait_seconds, q.told_at
    from recent c
    left join lateral (
      select decided_at, explanation from routing_decisions where conversation_id = c.id order by decided_at desc, id desc limit 1
    ) d on true
    left join queue_feedback q on q.conversation_id = c.id
      and exists (select from routing_tasks t where t.conversation_id = c.id and t.state = 'pending')
    where c.status = 'open'`,
  served: `
    select c.id, c.reference, c.last_message_at, c.waiting_since, c.control_since, ${CONTROL} as control,
      s.signals, s.signals_at, k.clocks, k.clocks_at, p.participants, p.participants_at
    from (${NEWEST_CONVERSATIONS}) c
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'name', s.name, 'text', case when s.kind = 'string' then s.value #>> '{}' end, 'number', case when s.kind = 'number' then s.value end,
        'boolean', case when s.kind = 'boolean' then s.value end, 'words', case when s.kind = 'array' then s.value end,
        'source', s.source, 'at', s.at
      ) order by s.name collate "C"), '[]') as signals, max(s.at) as signals_at
      from (
        select distinct on (s.name) s.*, jsonb_typeof(s.value) as kind from (
          select s.*, 1 as place from (
            select distinct on (s.name) s.name, s.value, s.source, s.valid_from as at from conversation_signals s
            where s.conversation_id = c.id and s.valid_to is null
            order by s.name, s.valid_from desc, s.source
          ) s
          union all
          select v.name, to_jsonb(v.value), 'conversation', null, 2
          from (values ('channel', c.channel), ('language', c.language), ('topic', c.topic), ('issue_type', c.issue_type), ('priority', c.priority)) v(name, value)
          where v.value is not null
          union all
          select e.key, e.value -> 'value', e.value ->> 'source', to_timestamp((e.value ->> 'at')::float8 / 1000), 3
          from (select signals from routing_tasks where conversation_id = c.id order by id desc limit 1) t
          cross join lateral jsonb_each(t.signals) e
          where e.key in (${SIGNALS_OF_TASKS.map((name) => `'${name}'`).join(', ')})
          order by place, at desc, name
          limit ${LARGEST.signals}
        ) s
        order by s.name, s.place
      ) s
    ) s
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'kind', k.kind, 'state', k.state, 'level', k.level, 'targetSeconds', k.target_seconds, 'startedAt', k.started_at,
        'dueAt', case when k.state <> 'paused' then k.due_at end,
        'remainingSeconds', case when k.state = 'paused' then floor((k.target_seconds * 1000.0 - k.counted_ms) / 1000) end,
        'warnedAt', k.warned_at, 'breachedAt', k.breached_at, 'endedAt', k.ended_at
      ) order by array_position('{first_response,next_response,resolution}', k.kind)), '[]') as clocks,
        max(greatest(k.started_at, k.counted_until, k.running_since, k.warned_at, k.breached_at)) as clocks_at
      from (
        -- An answer ends the wait at once, and is counted a moment later.
        select k.*, case
            when k.ended_at is not null or (k.kind <> 'resolution' and k.started_at is distinct from c.waiting_since) then 'ended'
            when k.running_since is not null and c.waiting_since is not null and c.status = 'open' then 'running' else 'paused'
          end as state
        from service_clocks k where k.conversation_id = c.id
      ) k
    ) k
    cross join lateral (
      select coalesce(json_agg(json_build_object(
        'id', p.id, 'mode', p.mode, 'state', p.state, 'agent', ${AGENT}, 'askedAt', p.asked_at, 'joinedAt', p.joined_at
      ) order by p.asked_at, p.id), '[]') as participants, max(greatest(p.asked_at, p.joined_at)) as participants_at
      from (
        select * from conversation_participants
        where conversation_id = c.id and state in ('asked', 'joined')
        order by asked_at, id limit ${LARGEST.participants}
      ) p left join agents a on a.id = p.party_id
    ) p
    where c.status <> 'resolved'`,
} as const;
