import type { Sql } from '../../database/open-database.ts';
import type { TransactionScope } from '../scope.ts';

type Fragment = ReturnType<Sql>;

/** What a fact says of who ordered, to where, and in anybody's own words. */
const PERSONAL = ['shippingAddress', 'reason', 'trackingNumber'];

/**
 * A fact's body as it stays when its person was erased: what was ordered, paid and sent, so that sums and stock stay what they were. An article
 * is called by its SKU then, and made with no options: a name may be engraved in it.
 */
export const withoutPerson = (sql: Sql, body: Fragment): Fragment => sql`
  (${body} - ${PERSONAL}::text[]) || case when jsonb_typeof(${body} -> 'lines') = 'array' then jsonb_build_object('lines', coalesce(
    (select jsonb_agg(case when line ? 'title' then line || jsonb_build_object('title', line -> 'sku', 'options', '{}'::jsonb) else line end order by place)
      from jsonb_array_elements(${body} -> 'lines') with ordinality as l(line, place)), '[]')) else '{}' end`;

/** Whether nobody is left whose order it is. Order ids and numbers stay, so that what comes late finds its order. */
export const isOfNobody = (sql: Sql, customerId: Fragment): Fragment =>
  sql`not exists (select from customers buyer where buyer.id = ${customerId})`;

/** Rids what waited for an order of theirs. */
export async function stripFacts(tx: TransactionScope, orderNumbers: readonly string[]): Promise<number> {
  const { sql } = tx.db;
  const stripped = withoutPerson(sql, sql`f.body`);
  const rows = await sql`
    update order_facts f set body = ${stripped}
    where f.order_number = any(${orderNumbers as string[]}) and f.body is distinct from ${stripped}`;
  return rows.count;
}
