import type { CustomerId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { type Consent, consentColumns, strictness } from './consent.ts';

/** Consents of one person in one answer, at most. */
const MOST_CONSENTS = 200;

/** How consent of persons stands, over all members: of what several of them say of one thing the strictest. */
export async function consentsOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<Consent[][]> {
  const { sql } = scope.db;
  const rows = await sql<(Consent & { personId: CustomerId })[]>`
    select asked.id as person_id, k.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select distinct on (k.purpose, k.channel, k.jurisdiction) ${consentColumns(sql)}
      from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      join consents k on k.customer_id = member.id and k.valid_to is null
      order by k.purpose, k.channel nulls first, k.jurisdiction nulls first, ${sql.unsafe(strictness('k.state'))}, k.valid_from desc, k.id
      limit ${MOST_CONSENTS}
    ) k
    where ${withinReach(scope, 'customers:read', 'asked.id')}`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => byPerson.get(id) ?? []);
}

/** A page of each person's answers, also of those that count no more, over all members, the newest first. */
export async function consentHistoriesOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
  page: PageRequest,
): Promise<Page<Consent>[]> {
  const { sql } = scope.db;
  const { after, first } = page;
  const rows = await sql<(Consent & { personId: CustomerId })[]>`
    select asked.id as person_id, k.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select k.* from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      cross join lateral (
        select ${consentColumns(sql)} from consents k
        where k.customer_id = member.id ${after ? sql`and (k.valid_from, k.id) < (${after.at}, ${after.id})` : sql``}
        order by k.valid_from desc, k.id desc limit ${first + 1}
      ) k
      order by k.valid_from desc, k.id desc limit ${first + 1}
    ) k
    where ${withinReach(scope, 'customers:read', 'asked.id')}
    order by k.valid_from desc, k.id desc`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) =>
    pageOf<Consent>(byPerson.get(id) ?? [], page, ({ validFrom, id: at }) => ({ at: validFrom, id: at })),
  );
}
