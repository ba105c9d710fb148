import { EU_COUNTRIES } from '../../values/consent-rules.ts';
import type { Purpose } from '../../values/consents.ts';
import { SHOWING_PURPOSES } from '../../values/personal-classes.ts';
import type { CustomerId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';

/** Of whom it is asked, in SQL. */
interface Asked {
  /** Where the person lives, as `countryOf` says it. */
  readonly country: string;
  /** A query with all customer ids of the person. */
  readonly members: string;
}

const textList = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');
const EU = `(${textList(EU_COUNTRIES)})`;

/** The country of a row of customers in SQL, under whose law that person is asked. Null: nobody knows it. */
export const countryOf = (alias: string): string =>
  `substring(upper(coalesce(${alias}.address ->> 'country', ${alias}.market)) from '^[A-Z]{2}$')`;

/**
 * The purposes among these that the person would have to agree to before data is shown, and did not: a query with the column `purpose`. Who lives nobody
 * knows where falls under the strictest rule. An agreement for one channel opens nothing: what is shown is shown whatever the channel.
 */
export function notAgreedTo(purposes: readonly Purpose[], { country, members }: Asked): string {
  return `
    select needed.purpose
    from (select rules from consent_rule_sets order by version desc limit 1) ruled
    cross join lateral (select ${country} as country) lives
    cross join lateral (
      select distinct on (rule.purpose) rule.purpose, rule.model
      from jsonb_to_recordset(ruled.rules) as rule(purpose text, jurisdiction text, model text)
      where rule.purpose in (${textList(purposes)}) and (
        lives.country is null or rule.jurisdiction is null or rule.jurisdiction = lives.country
        or (rule.jurisdiction = 'EU' and lives.country in ${EU}))
      order by rule.purpose, lives.country is null and rule.model = 'opt_out', rule.jurisdiction is null, rule.jurisdiction = 'EU'
    ) needed
    where needed.model = 'opt_in' and not exists (
      select from consents k
      where k.valid_to is null and k.state = 'granted' and k.purpose = needed.purpose and k.channel is null
        and k.customer_id in (${members})
        and (lives.country is null or k.jurisdiction is null or split_part(k.jurisdiction, '-', 1) = lives.country
          or (k.jurisdiction = 'EU' and lives.country in ${EU})))`;
}

/** What each of these persons would have to agree to before it is shown, and did not. */
export async function notAgreedToByPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<Purpose[][]> {
  const { sql } = scope.db;
  const members = `select c.id union all select l.member_id from person_links l where l.person_id = c.id`;
  const rows = await sql<{ id: CustomerId; purpose: Purpose }[]>`
    select c.id, awaited.purpose from customers c
    cross join lateral (${sql.unsafe(notAgreedTo(SHOWING_PURPOSES, { country: countryOf('c'), members }))}) awaited
    where c.id = any(${personIds as string[]}::text[])
    order by awaited.purpose`;
  const byPerson = Map.groupBy(rows, ({ id }) => id);
  return personIds.map((id) => (byPerson.get(id) ?? []).map(({ purpose }) => purpose));
}
