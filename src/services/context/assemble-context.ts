import { withDeadline } from '../../database/deadline.ts';
import type { ContextState } from '../../values/context-packet.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';

const DEADLINE_MS = 5_000;

/** How much of each section a packet carries. The rest is in the lists of the graph. */
const LARGEST = {
  conversations: 10,
  messages: 10,
  linkedOrders: 20,
  orders: 10,
  browsed: 10,
  opinions: 3,
  skus: 20,
  locations: 3,
} as const;

/**
 * Everything about the person that this customer is now, read by one statement. Null when there is no such customer.
 * Rights are the caller's: this reads what there is.
 */
export async function assembleContext(scope: Scope, customerId: string): Promise<ContextState | null> {
  const [row] = await withDeadline(
    scope.db.hot<{ state: ContextState }[]>`
      with person as materialized (
        select c.* from customers c
        where c.id = coalesce((select person_id from person_links where member_id = ${customerId}), ${customerId})
      ), members as materialized (
        select id from person
        union all
        select l.member_id from person_links l join person p on l.person_id = p.id
      ), recent as materialized (
        select c.*, m.messages, n.notes, h.handoff,
          case when c.control_kind is not null
            then json_build_object('kind', c.control_kind, 'id', c.control_id, 'since', c.control_since) end as control,
          case when a.id is not null then json_build_object('id', a.id, 'name', a.name, 'presence', a.presence) end as assignee
        from (
          select c.* from members m
          cross join lateral (
            select * from conversations where customer_id = m.id and merged_into_id is null
            order by last_message_at desc, id desc limit ${LARGEST.conversations}
          ) c
          order by c.last_message_at desc, c.id desc
          limit ${LARGEST.conversations}
        ) c
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
            'deliveryState', m.delivery_state
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
            'deliveryState', n.delivery_state
          ) order by n.occurred_at, n.id), '[]') as notes
          from (
            select * from messages
            where conversation_id = c.id and visibility = 'internal'
            order by occurred_at desc, id desc limit ${LARGEST.messages}
          ) n
        ) n
      ), bought as materialized (
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
        ) r
      ), basket as materialized (
        select b.* from members m join baskets b on b.customer_id = m.id order by b.changed_at desc, b.customer_id limit 1
      ), browsed as materialized (
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
        left join variants v on v.sku = a.sku
      ), opinions as materialized (
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
        ) a
      ), asked as materialized (
        select variant_id, max(at) as newest
        from (
          select l.variant_id, o.placed_at as at from bought o join order_lines l on l.order_id = o.id
          union all
          select v.id, b.changed_at from basket b, jsonb_array_elements(b.lines) l join variants v on v.sku = l ->> 'sku'
          union all
          select variant_id, occurred_at from browsed
        ) of_interest
        where variant_id is not null
        group by variant_id
        order by newest desc, variant_id
        limit ${LARGEST.skus}
      ), near as materialized (
        select a.newest, v.id, v.sku, v.title, n.locations, n.as_of
        from asked a
        join variants v on v.id = a.variant_id
        cross join lateral (
          select json_agg(json_build_object(
            'locationId', s.location_id, 'name', s.name, 'available', s.available, 'asOf', s.as_of, 'distanceKm', s.distance_km
          ) order by s.distance_km nulls last, s.location_id) as locations, max(s.updated_at) as as_of
          from (
            select s.location_id, l.name, greatest(s.on_hand - s.held, 0) as available, s.as_of, s.updated_at,
              -- least() leaves nulls out: without the case an unknown place would be on the other side of the earth.
              case when l.latitude + l.longitude + p.latitude + p.longitude is not null then round((6371 * 2 * asin(least(1, sqrt(
                sin(radians(l.latitude - p.latitude) / 2) ^ 2
                + cos(radians(p.latitude)) * cos(radians(l.latitude)) * sin(radians(l.longitude - p.longitude) / 2) ^ 2
              ))))::numeric, 1)::float8 end as distance_km
            from stock_levels s join locations l on l.id = s.location_id, person p
            where s.variant_id = v.id and l.kind = 'store'
            order by distance_km nulls last, s.location_id
            limit ${LARGEST.locations}
          ) s
        ) n
        where n.locations is not null
      ), waiting as materialized (
        select c.id, c.reference, c.assignee, c.last_message_at, d.decided_at, d.explanation
        from recent c
        left join lateral (
          select decided_at, explanation from routing_decisions where conversation_id = c.id order by decided_at desc, id desc limit 1
        ) d on true
        where c.status = 'open'
      )
      select json_build_object(
        'customerId', p.id,
        'memberIds', (select json_agg(id order by id = p.id desc, id) from members),
        'version', coalesce((select version from stream_heads where stream = 'customer:' || p.id), 0),
        'asOf', json_build_object(
          'profile', p.updated_at,
          'identities', (select max(i.last_seen_at) from identities i join members m on i.customer_id = m.id),
          'conversations', (select max(greatest(last_message_at, resolved_at)) from recent),
          'orders', (select max(updated_at) from bought),
          'basket', (select updated_at from basket),
          'browsing', (select max(recorded_at) from browsed),
          'reviews', (select max(recorded_at) from opinions),
          'stock', (select max(as_of) from near),
          'routing', (select max(decided_at) from waiting)
        ),
        'profile', json_build_object(
          'displayName', p.display_name, 'givenName', p.given_name, 'familyName', p.family_name, 'language', p.language,
          'market', p.market, 'timeZone', p.time_zone, 'preferredChannel', p.preferred_channel, 'customerSince', p.created_at,
          'doNotContact', coalesce((p.preferences->>'doNotContact')::boolean, false), 'quietHours', p.preferences->'quietHours',
          'traits', (
            select coalesce(json_agg(json_build_object(
              'key', t.key, 'kind', t.kind, 'source', t.source, 'validFrom', t.valid_from, 'recordedAt', t.recorded_at,
              'text', case when t.kind = 'text' then t.value end, 'number', case when t.kind = 'number' then t.value end,
              'boolean', case when t.kind = 'boolean' then t.value end, 'moment', case when t.kind = 'moment' then t.value end
            ) order by t.key), '[]')
            from (
              select distinct on (t.key) t.* from members m join customer_traits t on t.customer_id = m.id and t.valid_to is null
              order by t.key, t.valid_from desc, t.customer_id
            ) t where t.value is not null
          )
        ),
        'identities', (
          select coalesce(json_agg(json_build_object(
            'kind', i.kind, 'value', i.value, 'verified', i.verified, 'lastSeenAt', i.last_seen_at
          ) order by i.first_seen_at, i.id), '[]')
          from identities i join members m on i.customer_id = m.id
        ),
        'conversations', (
          select coalesce(json_agg(json_build_object(
            'id', id, 'reference', reference, 'subject', subject, 'topic', topic, 'language', language, 'status', status, 'channel', channel,
            'openedAt', opened_at, 'lastMessageAt', last_message_at, 'resolvedAt', resolved_at, 'assignee', assignee,
            'issueType', issue_type, 'priority', priority, 'tags', tags, 'outcome', outcome, 'snoozedUntil', snoozed_until,
            'linkedOrderIds', (
              select coalesce(json_agg(k.order_id order by k.linked_at desc, k.order_id), '[]')
              from (
                select * from conversation_orders k where k.conversation_id = recent.id
                order by k.linked_at desc, k.order_id limit ${LARGEST.linkedOrders}
              ) k
            ),
            'version', coalesce((select h.version from stream_heads h where h.stream = 'conversation:' || recent.id), 0),
            'control', control, 'handoff', handoff, 'messages', messages, 'notes', notes
          ) order by last_message_at desc, id desc), '[]') from recent
        ),
        'orders', (
          select coalesce(json_agg(json_build_object(
            'id', id, 'number', number, 'status', status, 'statusOccurredAt', status_occurred_at, 'paymentStatus', payment_status,
            'placedAt', placed_at, 'total', json_build_object('amountMinor', total_minor, 'currency', currency),
            'lines', lines, 'shipments', shipments, 'returns', returns
          ) order by placed_at desc, id desc), '[]') from bought
        ),
        'basket', (
          select json_build_object('changedAt', b.changed_at, 'source', b.source, 'lines', (
            select coalesce(json_agg(json_build_object(
              'sku', l.line ->> 'sku', 'quantity', l.line -> 'quantity', 'title', v.title, 'variantId', v.id,
              'unitPrice', case when l.line ->> 'unitPriceMinor' is not null
                then json_build_object('amountMinor', l.line -> 'unitPriceMinor', 'currency', b.currency) end
            ) order by l.n), '[]')
            from jsonb_array_elements(b.lines) with ordinality l(line, n) left join variants v on v.sku = l.line ->> 'sku'
          )) from basket b
        ),
        'browsing', (
          select coalesce(json_agg(json_build_object(
            'id', id, 'kind', kind, 'channel', channel, 'occurredAt', occurred_at, 'url', details -> 'url',
            'title', coalesce(variant_title, details ->> 'title'), 'query', details -> 'query', 'hitCount', details -> 'hitCount',
            'sku', sku, 'variantId', variant_id
          ) order by occurred_at desc, id desc), '[]') from browsed
        ),
        'reviews', (
          select coalesce(json_agg(json_build_object(
            'id', id, 'kind', kind, 'occurredAt', occurred_at, 'sku', sku, 'rating', details -> 'rating', 'title', details -> 'title',
            'text', details -> 'text', 'isPublic', details -> 'isPublic', 'survey', details -> 'survey',
            'question', details -> 'question', 'score', details -> 'score', 'answer', details -> 'answer',
            'conversationId', details -> 'conversationId'
          ) order by occurred_at desc, id desc), '[]') from opinions
        ),
        'stock', (
          select coalesce(json_agg(json_build_object('variantId', id, 'sku', sku, 'title', title, 'locations', locations)
            order by newest desc, id), '[]') from near
        ),
        'routing', (
          select coalesce(json_agg(json_build_object(
            'conversationId', id, 'reference', reference, 'waiting', assignee is null, 'assignee', assignee,
            'decidedAt', decided_at, 'explanation', explanation
          ) order by last_message_at desc, id desc), '[]') from waiting
        )
      ) as state
      from person p`,
    DEADLINE_MS,
  );
  return row?.state ?? null;
}

/** The streams and topics whose events make this state old: what a watcher of the packet must watch. */
export function keysOfContext(state: ContextState): string[] {
  const agents = state.conversations.flatMap(({ assignee }) => (assignee ? [stream.agent(assignee.id)] : []));
  const stock = state.stock.flatMap(({ variantId, locations }) =>
    locations.map(({ locationId }) => stream.stock(variantId, locationId)),
  );
  // A store that has none of it yet may be the nearest one that gets it.
  const shown = [...state.orders.flatMap(({ lines }) => lines), ...(state.basket?.lines ?? []), ...state.browsing];
  const places = shown.flatMap(({ variantId }) => (variantId ? [topic.variantPlaces(variantId)] : []));
  return [...new Set([...state.memberIds.map((id) => stream.customer(id)), ...agents, ...stock, ...places])];
}
