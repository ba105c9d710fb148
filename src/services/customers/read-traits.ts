import type { CustomerId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import { withinReach } from './person-of.ts';
import type { Trait } from './trait.ts';

/** Traits of one person in one answer, at most. */
export const MOST_TRAITS = 200;

/** The traits of persons as they are now, by key. What several members say under one key: the newest by the source's clock. */
export async function traitsOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<Trait[][]> {
  const rows = await scope.db.sql<(Trait & { personId: CustomerId })[]>`
    select asked.id as person_id, t.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select * from (
        select distinct on (t.key) t.customer_id, t.key, t.kind, t.value, t.source, t.valid_from, t.valid_to, t.recorded_at
        from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
        join customer_traits t on t.customer_id = member.id and t.valid_to is null
        order by t.key, t.valid_from desc, t.customer_id
      ) t
      where t.value is not null
      order by t.key limit ${MOST_TRAITS}
    ) t
    where ${withinReach(scope, 'customers:read', 'asked.id')}
    order by t.key`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => byPerson.get(id) ?? []);
}
