import type { Sql } from '../../database/open-database.ts';
import type { ActivityId, CustomerId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { ActivityKind } from '../../values/vocabulary.ts';
import { withinReach } from '../customers/person-of.ts';
import { isOpenTo } from '../privacy/open-to.ts';
import type { Scope } from '../scope.ts';
import { activityColumns, type Activity } from './activity.ts';

type Fragment = ReturnType<Sql>;

/** What a person wrote of us: content. The rest is what they did: behaviour, which they may have refused to have looked at. */
const opinions = (sql: Sql): Fragment => sql`('review', 'survey_answer')`;

/** Activities in the order asked; null: absent, not visible, or refused by the person. */
export async function activitiesByIds(scope: Scope, ids: readonly string[]): Promise<(Activity | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<Activity[]>`
    select ${activityColumns(sql)} from activities a
    where a.id = any(${ids as string[]}::text[]) and ${withinReach(scope, 'activity:read', 'a.customer_id')}
      -- Of somebody who was erased a moment ago the rest is on its way out.
      and exists (select from customers c where c.id = a.customer_id)
      and case when a.kind in ${opinions(sql)} then ${isOpenTo(scope, 'content', 'a.customer_id')}
        else ${isOpenTo(scope, 'behaviour', 'a.customer_id')} end`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id as ActivityId) ?? null);
}

/** A page of each person's activities, newest first, over all members; of some kinds only where these are named. */
export async function activitiesOfPersons(
  scope: Scope,
  ids: readonly CustomerId[],
  request: PageRequest & { readonly kinds: readonly ActivityKind[] | null },
): Promise<Page<Activity>[]> {
  const { sql } = scope.db;
  const { after, kinds, first } = request;
  // Each from the end of an index, whatever the person let us look at.
  const newest = (isShown: Fragment) => sql`(
    select ${activityColumns(sql)} from activities a
    where a.customer_id = m.id and ${isShown}
      ${kinds ? sql`and a.kind = any(${kinds as string[]}::text[])` : sql``}
      ${after ? sql`and (a.occurred_at, a.id) < (${after.at}, ${after.id})` : sql``}
    order by a.occurred_at desc, a.id desc
    limit ${first + 1}
  )`;
  const rows = await sql<(Activity & { personId: CustomerId })[]>`
    select p.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select a.*, asked.id as person_id
      from (
        select asked.id union all select l.member_id from person_links l where l.person_id = asked.id
      ) m(id)
      cross join lateral (
        ${newest(sql`a.kind not in ${opinions(sql)} and ${isOpenTo(scope, 'behaviour', 'asked.id')}`)}
        union all
        ${newest(sql`a.kind in ${opinions(sql)} and ${isOpenTo(scope, 'content', 'asked.id')}`)}
      ) a
      where ${withinReach(scope, 'activity:read', 'a.customer_id')}
      order by a.occurred_at desc, a.id desc
      limit ${first + 1}
    ) p
    order by p.occurred_at desc, p.id desc`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return ids.map((id) =>
    pageOf<Activity>(byPerson.get(id) ?? [], request, ({ occurredAt, id: at }) => ({ at: occurredAt, id: at })),
  );
}
