import type { Sql } from '../../database/open-database.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { SegmentSubject } from '../../values/segments.ts';
import { strictness } from '../privacy/consent.ts';

/** What filters ask of persons, over all members of each. Who is no person, or is one under another id by now, is missing. */
export async function readSubjects(sql: Sql, personIds: readonly string[]): Promise<Map<CustomerId, SegmentSubject>> {
  const rows = await sql<(SegmentSubject & { id: CustomerId })[]>`
    select c.id, c.language, c.market, c.preferred_channel, to_json(c.created_at)#>>'{}' as customer_since, traits.traits,
      json_build_object('count', bought.count, 'value', bought.value, 'lastPlacedAt', bought.last_placed_at) as orders,
      said.consents, reach.channels, known.identity_kinds
    from unnest(${personIds as string[]}::text[]) as asked(id)
    join customers c on c.id = asked.id
    cross join lateral (
      select array(select c.id union all select m.member_id from person_links m where m.person_id = c.id) as ids
    ) as member
    cross join lateral (
      select coalesce(jsonb_object_agg(t.key, t.value), '{}') as traits from (
        select distinct on (t.key) t.key, t.value from customer_traits t
        where t.customer_id = any (member.ids) and t.valid_to is null
        order by t.key, t.valid_from desc, t.customer_id
      ) t where t.value is not null and t.value <> 'null'
    ) traits
    cross join lateral (
      select coalesce(sum(o.count), 0)::float8 as count, coalesce(json_object_agg(o.currency, o.value) filter (where o.currency is not null), '{}') as value,
        max(o.last_placed_at) as last_placed_at
      from (
        select o.currency, count(*) as count, sum(o.total_minor) as value, max(o.placed_at) as last_placed_at
        from orders o where o.customer_id = any (member.ids) and o.status <> 'cancelled'
        group by o.currency
      ) o
    ) bought
    cross join lateral (
      select coalesce(json_agg(k), '[]') as consents from (
        select distinct on (k.purpose, k.channel) k.purpose, k.channel, k.state from consents k
        where k.customer_id = any (member.ids) and k.valid_to is null
        order by k.purpose, k.channel, ${sql.unsafe(strictness('k.state'))}
      ) k
    ) said
    cross join lateral (
      select coalesce(json_agg(distinct i.channel), '[]') as channels
      from endpoints e join inboxes i on i.id = e.inbox_id where e.customer_id = any (member.ids)
    ) reach
    cross join lateral (
      select coalesce(json_agg(distinct i.kind), '[]') as identity_kinds from identities i where i.customer_id = any (member.ids)
    ) known
    where not exists (select 1 from person_links l where l.member_id = c.id)`;
  return new Map(rows.map(({ id, ...subject }) => [id, subject]));
}
