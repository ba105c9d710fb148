import type { ContextSection } from '../../values/context-packet.ts';
import { LARGEST } from './context-rows.ts';

/** What the statement says of each section, from the rows that it has read. */
export const SECTIONS: Record<ContextSection, string> = {
  profile: `
    json_build_object(
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
      ),
      'segments', (
        select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name, 'enteredAt', g.entered_at) order by lower(s.name), s.id), '[]')
        from segment_members g join segments s on s.id = g.segment_id and not s.is_deleted
        where g.customer_id = p.id
      )
    )`,
  identities: `
    (
      select coalesce(json_agg(json_build_object(
        'kind', i.kind, 'value', i.value, 'verified', i.verified, 'lastSeenAt', i.last_seen_at
      ) order by i.first_seen_at, i.id), '[]')
      from identities i join members m on i.customer_id = m.id
    )`,
  consents: `
    (
      select coalesce(json_agg(json_build_object(
        'purpose', purpose, 'channel', channel, 'jurisdiction', jurisdiction, 'state', state, 'optInLevel', opt_in_level, 'source', source,
        'validFrom', valid_from
      ) order by purpose, channel nulls first, jurisdiction nulls first), '[]') from agreed
    )`,
  conversations: `
    (
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
        'switchAdvice', case when sensitive_kinds is not null then json_build_object('reason', 'privacy', 'sensitive', sensitive_kinds) end,
        'control', control, 'handoff', handoff, 'messages', messages, 'notes', notes
      ) order by last_message_at desc, id desc), '[]') from recent
    )`,
  orders: `
    (
      select coalesce(json_agg(json_build_object(
        'id', id, 'number', number, 'status', status, 'statusOccurredAt', status_occurred_at,
        'fulfilmentStatus', fulfilment_status, 'paymentStatus', payment_status, 'returnStatus', return_status, 'placedAt', placed_at, 'total', json_build_object('amountMinor', total_minor, 'currency', currency),
        'lines', lines, 'shipments', shipments, 'returns', returns
      ) order by placed_at desc, id desc), '[]') from bought
    )`,
  basket: `
    (
      select json_build_object('changedAt', b.changed_at, 'source', b.source, 'lines', (
        select coalesce(json_agg(json_build_object(
          'sku', i.line ->> 'sku', 'quantity', i.line -> 'quantity', 'title', i.variant_title, 'variantId', i.variant_id,
          'unitPrice', case when i.line ->> 'unitPriceMinor' is not null
            then json_build_object('amountMinor', i.line -> 'unitPriceMinor', 'currency', b.currency) end
        ) order by i.number), '[]')
        from in_basket i
      )) from basket b
    )`,
  browsing: `
    (
      select coalesce(json_agg(json_build_object(
        'id', id, 'kind', kind, 'channel', channel, 'occurredAt', occurred_at, 'url', details -> 'url',
        'title', coalesce(variant_title, details ->> 'title'), 'query', details -> 'query', 'hitCount', details -> 'hitCount',
        'sku', sku, 'variantId', variant_id
      ) order by occurred_at desc, id desc), '[]') from browsed
    )`,
  reviews: `
    (
      select coalesce(json_agg(json_build_object(
        'id', id, 'kind', kind, 'occurredAt', occurred_at, 'sku', sku, 'rating', details -> 'rating', 'title', details -> 'title',
        'text', details -> 'text', 'isPublic', details -> 'isPublic', 'survey', details -> 'survey',
        'question', details -> 'question', 'score', details -> 'score', 'answer', details -> 'answer',
        'conversationId', details -> 'conversationId'
      ) order by occurred_at desc, id desc), '[]') from opinions
    )`,
  stock: `
    (
      select coalesce(json_agg(json_build_object('variantId', id, 'sku', sku, 'title', title, 'locations', locations)
        order by newest desc, id), '[]') from near
    )`,
  routing: `
    (
      select coalesce(json_agg(json_build_object(
        'conversationId', id, 'reference', reference, 'waiting', assignee is null, 'assignee', assignee,
        'decidedAt', decided_at, 'explanation', explanation, 'queuePosition', position, 'estimatedWaitSeconds', wait_seconds
      ) order by last_message_at desc, id desc), '[]') from waiting
    )`,
  service: `
    (
      select coalesce(json_agg(json_build_object(
        'conversationId', id, 'reference', reference, 'waitingSince', waiting_since, 'control', control,
        'signals', signals, 'clocks', clocks, 'participants', participants
      ) order by last_message_at desc, id desc), '[]') from served
    )`,
};
