// What a page of a timeline would cost without Punos: plain node:http and one statement with a generic plan over the same rows.
import postgres from 'postgres';

import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { plainHttp } from './plain-http.ts';

interface Source {
  id?: string;
  channel?: string;
  subject?: string;
  parent?: string;
  details?: string;
}

/** The newest rows of a table, as many as a page needs, from the end of an index. */
const newest = (kind: string, from: string, at: string, source: Source = {}) => {
  const { id = 's.id', channel = 'null', subject = 's.id', parent = 'null', details = 'null' } = source;
  const [table, condition = 'true'] = from.split(' where ');
  return `(select '${kind}' as kind, ${id} as id, ${at} as at, ${channel}::text as channel, ${subject} as subject, ${parent}::text as parent,
    ${details}::json as details from ${table} s
    where s.customer_id = m.id and ${condition} and ($2::timestamptz is null or ${at} < $2) order by ${at} desc, ${id} desc limit 21)`;
};
const ms = (at: string) => `floor(extract(epoch from ${at}) * 1000)::bigint`;
const inbox = '(select channel from inboxes where id = s.inbox_id)';
const step = (kind: string, table: string, at: string): string =>
  newest(kind, table, at, {
    ...{ id: `s.conversation_id || ':${kind}@' || ${ms(at)}`, subject: 's.conversation_id' },
    channel: '(select channel from conversations where id = s.conversation_id)',
  });
const orderStep = (kind: string) =>
  newest(kind, `order_steps where s.kind = '${kind}'`, 's.occurred_at', {
    parent: 's.order_id',
    details: 'to_json(s.status)',
  });

const SOURCES = [
  newest('message', `messages where s.visibility = 'public'`, 's.occurred_at', { channel: inbox }),
  newest('note', `messages where s.visibility = 'internal'`, 's.occurred_at', { channel: inbox }),
  newest('conversation_opened', 'conversations', 's.opened_at', { id: `s.id || ':opened'`, channel: 's.channel' }),
  newest('conversation_resolved', 'conversations where s.resolved_at is not null', 's.resolved_at', {
    ...{ id: `s.id || ':conversation_resolved@' || ${ms('s.resolved_at')}`, channel: 's.channel' },
  }),
  step('conversation_resolved', 'conversation_reopenings', 's.resolved_at'),
  step('conversation_reopened', 'conversation_reopenings', 's.reopened_at'),
  newest('handed_off', 'handoffs', 's.handed_at'),
  newest('routed', 'routing_decisions', 's.decided_at'),
  newest('order_placed', 'orders', 's.placed_at', { parent: 's.id', details: `'"pending"'` }),
  ...['order_status_changed', 'tracking', 'return_step'].map(orderStep),
  newest('activity', 'activities', 's.occurred_at', { channel: 's.channel' }),
  newest('identity_added', 'identities', 's.first_seen_at', {
    details: `json_build_object('kind', upper(s.kind), 'value', s.value)`,
  }),
  newest('trait_changed', 'customer_traits', 's.valid_from', {
    ...{ id: `s.customer_id || ':' || s.key || '@' || ${ms('s.valid_from')}`, subject: 's.key' },
    details: `json_build_object('key', s.key, 'text', case s.kind when 'text' then s.value end)`,
  }),
];
const ORDER = `(select json_build_object('number', number) from orders where id = e.parent)`;
/** What the page shows of each kind, read for its rows only. */
const SHOWN = `case
  when kind = 'message' then json_build_object('message',
    (select json_build_object('id', id, 'direction', upper(direction), 'text', text) from messages where id = e.subject))
  when kind like 'conversation%' then json_build_object('conversation',
    (select json_build_object('reference', reference, 'status', upper(status)) from conversations where id = e.subject))
  when kind = 'routed' then json_build_object('decision',
    (select json_build_object('explanation', explanation) from routing_decisions where id = e.subject))
  when kind like 'order%' then json_build_object('orderStatus', upper(details #>> '{}'), 'order', ${ORDER})
  when kind = 'tracking' then json_build_object('shipmentStatus', upper(details #>> '{}'), 'order', ${ORDER})
  when kind = 'activity' then json_build_object('activity',
    (select json_build_object('id', id, 'kind', upper(kind)) from activities where id = e.subject))
  when kind = 'identity_added' then json_build_object('identity', details)
  when kind = 'trait_changed' then json_build_object('trait', details) else '{}'::json end`;
const STATEMENT = `
  with person as materialized (
    select id from customers where id = coalesce((select person_id from person_links where member_id = $1), $1)
  ), page as materialized (
    select e.* from (select id from person union all select l.member_id from person p join person_links l on l.person_id = p.id) m,
      lateral (${SOURCES.join(' union all ')}) e
    order by e.at desc, e.id collate "C" desc limit 21
  )
  select (select count(*) from page) > 20 as more, coalesce((
    select json_agg(jsonb_build_object('id', id, 'kind', upper(kind), 'channel', upper(channel),
      'occurredAt', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || (${SHOWN})::jsonb order by at desc, id collate "C" desc)
    from (select * from page order by at desc, id collate "C" desc limit 20) e
  ), '[]')::text as nodes from person`;

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize, connection: { plan_cache_mode: 'force_generic_plan' } });
  return plainHttp(sql, async ({ customerId, until }: { customerId: string; until: string | null }) => {
    const [row] = await sql.unsafe<{ more: boolean; nodes: string }[]>(STATEMENT, [customerId, until], {
      prepare: true,
    });
    return `{"data":{"customer":{"timeline":{"nodes":${row!.nodes},"pageInfo":{"hasNextPage":${row!.more}}}}}}`;
  });
}

answerParent({ start, cpu: cpuSeconds });
