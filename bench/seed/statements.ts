import { newId } from '../../src/values/ids.ts';
import { longHistoriesOf } from './customer-id.ts';
import { familyNameOf, givenNameOf, wordsOfName } from './names.ts';

/** Sizes of what does not grow with the customers. */
const STORES = 40;
const MOST_VARIANTS = 2_000;
const AGENTS = 60;

/** Everything was before this moment: the same rows on every day. */
const THEN = `timestamptz '2026-11-01 12:00:00+00'`;

const id = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`;
/** Retention goes by the time in the id: one of 1970 would be taken away within ten minutes, from our side of a bench alone. */
const MADE_THEN = newId('activity', Date.UTC(2026, 10, 1, 12)).slice(0, 14);
const activityId = (number: string) => `'${MADE_THEN}' || lpad((${number})::text, 16, '0')`;
const oneOf = (number: string, words: readonly string[]) =>
  `(array['${words.join("','")}'])[1 + ((${number}) % ${words.length})::int]`;

/** Customers have 1 to 3 conversations, 0 to 3 orders, 1 to 3 lines in each. Numbered so that their rows lie apart, as time would lay them. */
export const seedStatements = (customers: number): readonly (readonly [what: string, statement: string])[] => {
  const each = (most: number, extra = 'true') =>
    `from generate_series(0, ${most - 1}) as n, generate_series(0, ${customers - 1}) as i where ${extra}`;
  const variants = Math.min(MOST_VARIANTS, customers - (customers % 4));
  const nth = `(n::bigint * ${customers} + i)`;
  const hasConversation = 'n <= i % 3';
  const hasOrder = 'n < i % 4';
  const longHistories = `
       from unnest(array[${longHistoriesOf(customers)}]) with ordinality as long(i, k), generate_series(0, 4999) as e,
         lateral (select ${THEN} - e * interval '3 hours' as at) as times`;
  return [
    [
      'inboxes',
      `insert into inboxes (id, channel, external_id, name, address, market, created_at)
       select ${id('inb', 'n')}, ${oneOf('n', ['email', 'live_chat', 'whatsapp', 'web_form'])}, 'bench-' || n, 'Inbox ' || n, null, 'FI', ${THEN}
       from generate_series(0, 3) as n`,
    ],
    [
      'agents',
      `insert into agents (id, external_id, name, presence, presence_changed_at, capacity, load, created_at)
       select ${id('agt', 'n')}, 'agent-' || n, 'Agent ' || n, ${oneOf('n', ['online', 'away', 'offline'])}, ${THEN}, 5, 0, ${THEN}
       from generate_series(0, ${AGENTS - 1}) as n`,
    ],
    [
      'stores',
      `insert into locations (id, external_id, name, kind, latitude, longitude, created_at, updated_at)
       select ${id('loc', 'n')}, 'store-' || n, 'Store ' || n, 'store', 60 + (n % 8) * 0.9, 21 + (n / 8) * 1.7, ${THEN}, ${THEN}
       from generate_series(0, ${STORES - 1}) as n`,
    ],
    [
      'products',
      `insert into products (id, external_id, title, brand, category, created_at, updated_at)
       select ${id('prd', 'n')}, 'product-' || n, 'Product ' || n, 'Brand ' || n % 20, 'Category ' || n % 9, ${THEN}, ${THEN}
       from generate_series(0, ${variants / 4 - 1}) as n`,
    ],
    [
      'variants',
      `insert into variants (id, product_id, sku, title, options, price_minor, currency)
       select ${id('var', 'n')}, ${id('prd', 'n / 4')}, 'SKU-' || n, 'Product ' || n / 4 || ', size ' || n % 4, jsonb_build_object('size', n % 4), 990 + n, 'EUR'
       from generate_series(0, ${variants - 1}) as n`,
    ],
    [
      'stock levels',
      `insert into stock_levels (variant_id, location_id, on_hand, held, as_of, source, updated_at)
       select ${id('var', 'v')}, ${id('loc', 's')}, (v * 7 + s * 3) % 25, (v + s) % 3 % 2, ${THEN}, 'bench', ${THEN} - s * interval '1 minute'
       from generate_series(0, ${variants - 1}) as v, generate_series(0, ${STORES - 1}) as s
       where v % 4 <> 3 and (v * 7 + s * 3) % 25 >= (v + s) % 3 % 2`,
    ],
    [
      'customers',
      `insert into customers (id, display_name, given_name, family_name, language, market, time_zone, preferred_channel, latitude, longitude, created_at, updated_at)
       select ${id('cus', 'i')}, given || ' ' || family, given, family, ${oneOf('i', ['fi', 'sv', 'en'])}, 'FI', 'Europe/Helsinki',
         case when i % 2 = 0 then ${oneOf('i / 2', ['email', 'whatsapp', 'live_chat'])} end,
         case when i % 10 <> 9 then 60 + i % 900 / 150.0 end, case when i % 10 <> 9 then 21 + i % 700 / 90.0 end,
         ${THEN} - i % 900 * interval '1 day', ${THEN} - i % 400 * interval '1 hour'
       from (select i, ${givenNameOf('i')} as given, ${familyNameOf('i')} as family ${each(1)}) as named`,
    ],
    [
      'words of names',
      `insert into customer_words (customer_id, word)
       select c.id, w.word from customers c cross join lateral ${wordsOfName('c.display_name')} as w`,
    ],
    [
      'traits',
      `insert into customer_traits (customer_id, key, valid_from, value, kind, source, recorded_at)
       select ${id('cus', 'i')}, 'financing_status', ${THEN} - i % 90 * interval '1 day', '"approved"', 'text', 'bench', ${THEN}
       ${each(1, 'i % 5 = 0')}`,
    ],
    [
      'identities',
      `insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
       select ${id('idn', nth)}, ${id('cus', 'i')}, ${oneOf('n', ['email', 'phone'])},
         case n when 0 then 'customer' || i || '@example.com' else '+35840' || lpad(i::text, 7, '0') end,
         case n when 0 then 'customer' || i || '@example.com' else '+35840' || lpad(i::text, 7, '0') end,
         n = 0, 'bench', ${THEN} - i % 900 * interval '1 day' + n * interval '1 hour', ${THEN} - i % 300 * interval '1 hour'
       ${each(2, 'n = 0 or i % 2 = 0')}`,
    ],
    [
      'endpoints',
      `insert into endpoints (id, inbox_id, customer_id, address, created_at)
       select ${id('end', 'i')}, ${id('inb', '0')}, ${id('cus', 'i')}, 'customer' || i || '@example.com', ${THEN} ${each(1)}`,
    ],
    [
      'conversations',
      `insert into conversations (id, reference, customer_id, subject, topic, language, status, assignee_id, inbox_id, channel, opened_at, last_message_at, resolved_at)
       select ${id('cnv', nth)}, 'C-' || lpad(upper(to_hex(${nth})), 6, '0'), ${id('cus', 'i')}, 'Question ' || n, ${oneOf('i', ['order_status', 'return', 'product'])},
         ${oneOf('i', ['fi', 'sv', 'en'])}, case when n = 0 and i % 4 < 3 then 'open' else 'resolved' end,
         case when i % 2 = 0 then ${id('agt', `i % ${AGENTS}`)} end, ${id('inb', '0')}, 'email',
         ${THEN} - (n * 40 + i % 30) * interval '1 day', ${THEN} - (n * 40 + i % 30) * interval '1 day' + interval '1 hour',
         case when n = 0 and i % 4 < 3 then null else ${THEN} - (n * 40 + i % 30) * interval '1 day' + interval '5 hours' end
       ${each(3, hasConversation)}`,
    ],
    [
      'legs',
      `insert into legs (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
       select ${id('leg', nth)}, ${id('cnv', nth)}, ${id('end', 'i')}, ${THEN} - (n * 40 + i % 30) * interval '1 day', written, written
       from (select *, ${THEN} - (n * 40 + i % 30) * interval '1 day' + interval '1 hour' as written ${each(3, hasConversation)}) as made`,
    ],
    [
      'messages',
      `insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility, author_kind, author_id, text, occurred_at, received_at, recorded_at)
       select ${id('msg', `m::bigint * 3 * ${customers} + ${nth}`)}, ${id('cnv', nth)}, ${id('leg', nth)}, ${id('inb', '0')}, ${id('cus', 'i')},
         'seed-' || m || '-' || ${nth}, case m % 2 when 0 then 'inbound' else 'outbound' end, case m when 5 then 'internal' else 'public' end,
         case m % 2 when 0 then 'customer' else 'agent' end, case m % 2 when 0 then ${id('cus', 'i')} else ${id('agt', `i % ${AGENTS}`)} end,
         'Message ' || m || ' about what was ordered last week and has not arrived yet, as the parcel page says nothing new since Monday.',
         at, at, at
       from generate_series(0, 5) as m, generate_series(0, 2) as n, generate_series(0, ${customers - 1}) as i,
         lateral (select ${THEN} - (n * 40 + i % 30) * interval '1 day' + m * interval '10 minutes' as at) as times
       where ${hasConversation} and m < 2 + (i + n) % 5`,
    ],
    [
      'routing decisions',
      `insert into routing_decisions (id, conversation_id, customer_id, decided_at, chosen_agent_id, requirements, candidates, others_by_reason, explanation)
       select ${id('rtd', 'i')}, ${id('cnv', 'i')}, ${id('cus', 'i')}, ${THEN} - i % 30 * interval '1 day', case when i % 2 = 0 then ${id('agt', `i % ${AGENTS}`)} end,
         '{}', '[]', '{}', 'Speaks the language and had the least to do.'
       ${each(1, 'i % 4 < 3')}`,
    ],
    [
      'orders',
      `insert into orders (id, number, source, customer_id, placed_at, currency, total_minor, status, status_occurred_at, status_received_at, status_recorded_at, fulfilment_status, payment_status, return_status, updated_at)
       select ${id('ord', nth)}, 'S' || 1000000 + ${nth}, 'bench', ${id('cus', 'i')}, at, 'EUR', 1990 + i % 9000,
         ${oneOf('i + n', ['processed', 'in_transit', 'delivered', 'delivered'])}, at, at, at,
         ${oneOf('i + n', ['in_progress', 'in_transit', 'delivered', 'delivered'])}, 'paid', 'none', at + interval '2 days'
       from generate_series(0, 2) as n, generate_series(0, ${customers - 1}) as i,
         lateral (select ${THEN} - (n * 60 + i % 50) * interval '1 day' as at) as times
       where ${hasOrder}`,
    ],
    [
      'order lines',
      `insert into order_lines (id, order_id, external_id, position, variant_id, sku, title, options, quantity, unit_price_minor)
       select ${id('oln', `l::bigint * 3 * ${customers} + ${nth}`)}, ${id('ord', nth)}, 'line-' || l, l, ${id('var', `(i * 7 + n * 13 + l * 31) % ${variants}`)},
         'SKU-' || (i * 7 + n * 13 + l * 31) % ${variants}, 'Product', '{}', 1 + l % 2, 995
       from generate_series(0, 2) as l, generate_series(0, 2) as n, generate_series(0, ${customers - 1}) as i
       where ${hasOrder} and l <= (i + n) % 3`,
    ],
    [
      'shipments',
      `insert into shipments (id, order_id, external_id, carrier, tracking_number, status, status_occurred_at, estimated_delivery_at, line_external_ids, created_at)
       select ${id('shp', nth)}, ${id('ord', nth)}, 'parcel-0', 'Posti', 'T' || ${nth}, ${oneOf('i + n', ['in_transit', 'delivered'])},
         ${THEN} - i % 50 * interval '1 day', ${THEN}, '{line-0}', ${THEN} - i % 50 * interval '1 day'
       ${each(3, hasOrder)}`,
    ],
    [
      'tracking events',
      `insert into tracking_events (id, shipment_id, tracking_number, source, source_event_id, status, place, occurred_at, received_at, recorded_at)
       select ${id('trk', `t::bigint * 3 * ${customers} + ${nth}`)}, ${id('shp', nth)}, 'T' || ${nth}, 'bench', t || '-' || ${nth}, 'in_transit',
         ${oneOf('i + t', ['Vantaa', 'Tampere', 'Oulu'])}, at, at, at
       from generate_series(0, 1) as t, generate_series(0, 2) as n, generate_series(0, ${customers - 1}) as i,
         lateral (select ${THEN} - i % 50 * interval '1 day' + t * interval '6 hours' as at) as times
       where ${hasOrder}`,
    ],
    [
      'steps of orders',
      `insert into order_steps (id, customer_id, order_id, kind, status, occurred_at)
       select ${id('trk', `t::bigint * 3 * ${customers} + ${nth}`)}, ${id('cus', 'i')}, ${id('ord', nth)}, 'tracking', 'in_transit',
         ${THEN} - i % 50 * interval '1 day' + t * interval '6 hours'
       from generate_series(0, 1) as t, generate_series(0, 2) as n, generate_series(0, ${customers - 1}) as i
       where ${hasOrder}`,
    ],
    [
      'returns',
      `insert into returns (id, order_id, external_id, outcome, status, reason, steps, told_at, requested_at, status_occurred_at, updated_at)
       select ${id('ret', nth)}, ${id('ord', nth)}, 'return-0', 'refund', 'requested', 'Too small', '[]', ${THEN}, ${THEN}, ${THEN}, ${THEN} ${each(1, `i % 4 > 0 and i % 10 = 3`)}`,
    ],
    [
      'activities',
      `insert into activities (id, customer_id, kind, channel, sku, occurred_at, received_at, recorded_at, source, external_id, details)
       select ${activityId(nth)}, ${id('cus', 'i')}, kind, case kind when 'search' then 'site_search' when 'review' then 'review' end,
         case when kind in ('product_view', 'review') then 'SKU-' || (i * 5 + n * 17) % ${variants} end, at, at, at, 'bench', 'seed-' || ${nth},
         case kind when 'visit' then jsonb_build_object('url', '/pages/' || i % 90, 'title', 'Page ' || i % 90, 'referrer', null, 'durationSeconds', n)
           when 'search' then jsonb_build_object('query', 'lamp ' || i % 50, 'hitCount', i % 20) when 'product_view' then '{"url": null}'
           else jsonb_build_object('rating', 1 + i % 5, 'title', null, 'text', 'It was as the page said.', 'isPublic', true) end
       from generate_series(0, 13) as n, generate_series(0, ${customers - 1}) as i,
         lateral (select ${THEN} - (n * 9 + i % 30) * interval '1 hour' as at, ${oneOf('n', ['visit', 'product_view', 'search', 'visit', 'product_view', 'visit', 'review'])} as kind) as what
       where n < i % 15`,
    ],
    [
      'messages of long histories',
      `insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility, author_kind, author_id, text, occurred_at, received_at, recorded_at)
       select ${id('msg', `18::bigint * ${customers} + e * 4 + k`)}, ${id('cnv', 'i')}, ${id('leg', 'i')}, ${id('inb', '0')}, ${id('cus', 'i')}, 'long-' || k || '-' || e,
         'inbound', 'public', 'customer', ${id('cus', 'i')}, 'Message ' || e || ' of somebody who writes every day.', at, at, at
       ${longHistories}`,
    ],
    [
      'activities of long histories',
      `insert into activities (id, customer_id, kind, occurred_at, received_at, recorded_at, source, external_id, details)
       select ${activityId(`15::bigint * ${customers} + e * 4 + k`)}, ${id('cus', 'i')}, 'visit', at, at, at, 'bench', 'long-' || k || '-' || e,
         jsonb_build_object('url', '/pages/' || e % 90, 'title', 'Page ' || e % 90, 'referrer', null, 'durationSeconds', 7)
       ${longHistories}`,
    ],
    [
      'baskets',
      `insert into baskets (customer_id, activity_id, lines, currency, changed_at, source, updated_at)
       select ${id('cus', 'i')}, ${activityId('i')}, jsonb_build_array(
         jsonb_build_object('sku', 'SKU-' || i % ${variants}, 'quantity', 1 + i % 3, 'unitPriceMinor', 990 + i % 500),
         jsonb_build_object('sku', 'unknown', 'quantity', 1, 'unitPriceMinor', null)), 'EUR', ${THEN} - i % 20 * interval '1 hour', 'bench', ${THEN}
       ${each(1, 'i % 3 = 1')}`,
    ],
    [
      'versions of streams',
      `insert into stream_heads (stream, version)
       select 'customer:' || ${id('cus', 'i')}, 1 ${each(1)}
       union all select 'conversation:' || ${id('cnv', nth)}, 1 ${each(3, hasConversation)}
       union all select 'order:' || ${id('ord', nth)}, 1 ${each(3, hasOrder)}`,
    ],
  ];
};
