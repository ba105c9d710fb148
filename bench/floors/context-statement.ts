// The whole packet by hand: one statement that answers with the text that goes to the client. Same rows, same limits as ours.
const at = (moment: string) => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const list = (rows: string, order: string) => `coalesce(json_agg(${rows} order by ${order}), '[]'::json)`;
const AGENT = `case when a.id is not null then json_build_object('id', a.id, 'name', a.name, 'presence', upper(a.presence)) end`;
const messages = (visibility: string, channel: string) => `(
  select ${list(
    `json_build_object('id', m.id, 'direction', upper(m.direction), 'authorKind', upper(m.author_kind), 'channel', ${channel}, 'text', m.text,
    'occurredAt', ${at('m.occurred_at')}, 'deliveryState', upper(m.delivery_state))`,
    'm.occurred_at, m.id',
  )}
  from (select * from messages where conversation_id = c.id and visibility = '${visibility}' order by occurred_at desc, id desc limit 10) m
  left join inboxes i on i.id = m.inbox_id)`;

const newest = (what: string, limit: number) => `
  select a.* from members m, lateral (
    select * from activities where customer_id = m.id and ${what} order by occurred_at desc, id desc limit ${limit}) a
  order by a.occurred_at desc, a.id desc limit ${limit}`;
const details = (...names: string[]) => names.map((name) => `'${name}', details -> '${name}'`).join(', ');

export const CONTEXT_STATEMENT = (customerId: string, causes = `'[]'::json`) => `
with person as materialized (
  select * from customers where id = coalesce((select person_id from person_links where member_id = ${customerId}), ${customerId})
), members as materialized (
  select id from person union all select l.member_id from person p join person_links l on l.person_id = p.id
), recent as materialized (
  select c.* from members m, lateral (
    select * from conversations where customer_id = m.id and merged_into_id is null order by last_message_at desc, id desc limit 10) c
  order by c.last_message_at desc, c.id desc limit 10
), bought as materialized (
  select o.* from members m, lateral (
    select * from orders where customer_id = m.id order by placed_at desc, id desc limit 10) o
  order by o.placed_at desc, o.id desc limit 10
), basket as materialized (
  select b.* from members m join baskets b on b.customer_id = m.id order by b.changed_at desc, b.customer_id limit 1
), in_basket as materialized (
  select l.line, l.n, v.id, v.title from basket b, jsonb_array_elements(b.lines) with ordinality l(line, n)
  left join lateral (select id, title from variants where sku = l.line ->> 'sku' limit 1) v on true
), browsed as materialized (
  select a.*, v.id as variant_id, v.title from (${newest(`kind in ('visit', 'search', 'product_view')`, 10)}) a left join variants v on v.sku = a.sku
), opinions as materialized (
  (${newest(`kind = 'review'`, 3)}) union all (${newest(`kind = 'survey_answer'`, 3)})
), asked as materialized (
  select variant_id, max(at) as newest from (
    select l.variant_id, o.placed_at as at from bought o join order_lines l on l.order_id = o.id
    union all select i.id, b.changed_at from basket b, in_basket i
    union all select variant_id, occurred_at from browsed) x
  where variant_id is not null group by variant_id order by newest desc, variant_id limit 20
), stores as materialized (
  select l.id, l.name, case when l.latitude + l.longitude + p.latitude + p.longitude is not null then round((6371 * 2 * asin(least(1, sqrt(
    sin(radians(l.latitude - p.latitude) / 2) ^ 2 + cos(radians(p.latitude)) * cos(radians(l.latitude))
      * sin(radians(l.longitude - p.longitude) / 2) ^ 2))))::numeric, 1)::float8 end as km
  from locations l, person p where l.kind = 'store'
), near as materialized (
  select k.newest, v.*, n.* from asked k join variants v on v.id = k.variant_id, lateral (
    select max(s.updated_at) as as_of, json_agg(json_build_object('locationId', s.location_id, 'name', s.name, 'available',
      s.available, 'asOf', ${at('s.at')}, 'distanceKm', s.km) order by s.km nulls last, s.location_id) as locations
    from (
      select s.location_id, l.name, greatest(s.on_hand - s.held, 0) as available, s.as_of as at, s.updated_at, l.km
      from stock_levels s join stores l on l.id = s.location_id where s.variant_id = v.id
      order by l.km nulls last, s.location_id limit 3) s) n
  where n.locations is not null
), waiting as materialized (
  select c.*, ${AGENT} as agent, d.decided_at, d.explanation from recent c left join agents a on a.id = c.assignee_id
  left join lateral (select * from routing_decisions where conversation_id = c.id order by decided_at desc, id desc limit 1) d on true
  where c.status = 'open'
)
select json_build_object('customerId', p.id, 'memberIds', (select json_agg(id order by id = p.id desc, id) from members),
  'version', coalesce((select version from stream_heads where stream = 'customer:' || p.id), 0),
  'changed', '["PROFILE","IDENTITIES","CONSENTS","CONVERSATIONS","ORDERS","BASKET","BROWSING","REVIEWS","STOCK","ROUTING","SERVICE"]'::json, 'causes', ${causes},
  'asOf', json_build_object('profile', ${at('p.updated_at')},
    'identities', (select ${at('max(i.last_seen_at)')} from identities i where i.customer_id in (select id from members)),
    'conversations', (select ${at('max(greatest(last_message_at, resolved_at))')} from recent),
    'orders', (select ${at('max(updated_at)')} from bought), 'basket', (select ${at('updated_at')} from basket),
    'browsing', (select ${at('max(recorded_at)')} from browsed), 'reviews', (select ${at('max(recorded_at)')} from opinions),
    'stock', (select ${at('max(as_of)')} from near),
    'routing', (select ${at('max(decided_at)')} from waiting)),
  'profile', json_build_object('displayName', p.display_name, 'givenName', p.given_name, 'familyName', p.family_name,
    'language', p.language, 'market', p.market, 'timeZone', p.time_zone, 'preferredChannel', upper(p.preferred_channel),
    'customerSince', ${at('p.created_at')}, 'doNotContact', coalesce((p.preferences->>'doNotContact')::boolean, false),
    'quietHours', p.preferences->'quietHours', 'traits', (select ${list(
      `json_build_object('key', t.key, 'kind', upper(t.kind), 'text', case t.kind when 'text' then t.value end, 'number',
        case t.kind when 'number' then t.value end, 'boolean', case t.kind when 'boolean' then t.value end, 'moment',
        case t.kind when 'moment' then t.value end, 'source', t.source, 'validFrom', ${at('t.valid_from')})`,
      't.key',
    )} from (select distinct on (t.key) t.* from members m join customer_traits t on t.customer_id = m.id and t.valid_to is null
      order by t.key, t.valid_from desc, t.customer_id) t where t.value is not null)),
  'identities', (select ${list(
    `json_build_object('kind', upper(i.kind), 'value', i.value, 'verified', i.verified, 'lastSeenAt', ${at('i.last_seen_at')})`,
    'i.first_seen_at, i.id',
  )} from identities i where i.customer_id in (select id from members)),
  'conversations', (select ${list(
    `json_build_object('id', c.id, 'reference', c.reference, 'subject', c.subject, 'topic', c.topic, 'language', c.language,
      'status', upper(c.status), 'channel', upper(c.channel), 'openedAt', ${at('c.opened_at')}, 'lastMessageAt', ${at('c.last_message_at')},
      'resolvedAt', ${at('c.resolved_at')}, 'assignee', ${AGENT}, 'issueType', upper(c.issue_type), 'priority', upper(c.priority), 'tags', c.tags, 'outcome', upper(c.outcome),
      'snoozedUntil', ${at('c.snoozed_until')}, 'linkedOrderIds', (select ${list('k.order_id', 'k.linked_at desc, k.order_id')} from (
        select * from conversation_orders where conversation_id = c.id order by linked_at desc, order_id limit 20) k),
      'version', coalesce((select version from stream_heads where stream = 'conversation:' || c.id), 0),
      'control', case when c.control_kind is not null then json_build_object('kind', upper(c.control_kind), 'id', c.control_id, 'since', ${at('c.control_since')}) end,
      'handoff', (select json_build_object('id', h.id, 'fromKind', upper(h.from_kind), 'toKind', upper(h.to_kind), 'summary', h.summary,
        'handedAt', ${at('h.handed_at')}) from handoffs h where h.conversation_id = c.id order by h.handed_at desc, h.id desc limit 1),
      'messages', ${messages('public', 'upper(i.channel)')}, 'notes', ${messages('internal', 'null')})`,
    'c.last_message_at desc, c.id desc',
  )} from recent c left join agents a on a.id = c.assignee_id),
  'orders', (select ${list(
    `json_build_object('id', o.id, 'number', o.number, 'status', upper(o.status), 'statusOccurredAt', ${at('o.status_occurred_at')},
      'paymentStatus', upper(o.payment_status), 'placedAt', ${at('o.placed_at')},
      'total', json_build_object('amountMinor', o.total_minor, 'currency', o.currency),
      'lines', (select ${list(`json_build_object('sku', l.sku, 'title', l.title, 'quantity', l.quantity, 'variantId', l.variant_id)`, 'l.position, l.id')}
        from order_lines l where l.order_id = o.id),
      'shipments', (select ${list(
        `json_build_object('id', s.id, 'carrier', s.carrier, 'trackingNumber', s.tracking_number, 'status', upper(s.status),
          'statusOccurredAt', ${at('s.status_occurred_at')}, 'estimatedDeliveryAt', ${at('s.estimated_delivery_at')}, 'lastPlace',
          (select t.place from tracking_events t where t.shipment_id = s.id order by t.occurred_at desc, t.id desc limit 1))`,
        's.created_at, s.id',
      )} from shipments s where s.order_id = o.id),
      'returns', (select ${list(
        `json_build_object('id', r.id, 'status', upper(r.status), 'reason', r.reason, 'requestedAt', ${at('r.requested_at')},
          'statusOccurredAt', ${at('r.status_occurred_at')})`,
        'r.requested_at, r.id',
      )} from returns r where r.order_id = o.id))`,
    'o.placed_at desc, o.id desc',
  )} from bought o),
  'basket', (select json_build_object('changedAt', ${at('b.changed_at')}, 'source', b.source, 'lines', (select ${list(
    `json_build_object('sku', line ->> 'sku', 'quantity', line -> 'quantity', 'title', title, 'variantId', id, 'unitPrice',
      case when line ->> 'unitPriceMinor' is not null then json_build_object('amountMinor', line -> 'unitPriceMinor', 'currency', b.currency) end)`,
    'n',
  )} from in_basket)) from basket b),
  'browsing', (select ${list(
    `json_build_object('id', id, 'kind', upper(kind), 'channel', upper(channel), 'occurredAt', ${at('occurred_at')}, 'sku', sku,
      'variantId', variant_id, 'title', coalesce(title, details ->> 'title'), ${details('url', 'query', 'hitCount')})`,
    'occurred_at desc, id desc',
  )} from browsed),
  'reviews', (select ${list(
    `json_build_object('id', id, 'kind', upper(kind), 'occurredAt', ${at('occurred_at')}, 'sku', sku,
      ${details('rating', 'title', 'text', 'isPublic', 'survey', 'question', 'score', 'answer', 'conversationId')})`,
    'occurred_at desc, id desc',
  )} from opinions),
  'stock', (select ${list(`json_build_object('variantId', id, 'sku', sku, 'title', title, 'locations', locations)`, 'newest desc, id')} from near),
  'routing', (select ${list(
    `json_build_object('conversationId', id, 'reference', reference, 'waiting', agent is null, 'assignee', agent,
      'decidedAt', ${at('decided_at')}, 'explanation', explanation)`,
    'last_message_at desc, id desc',
  )} from waiting))::text as packet
from person p`;

/** The newest event of the customer's stream, as packets name their causes. */
export const NEWEST_CAUSE = `(select json_build_array(json_build_object('type', upper(replace(e.type, '.', '_')), 'occurredAt', ${at('e.occurred_at')},
  'receivedAt', ${at('e.received_at')}, 'recordedAt', ${at('e.recorded_at')}))
  from event_streams s join events e using (xid, position) where s.stream = 'customer:' || p.id order by s.version desc limit 1)`;
