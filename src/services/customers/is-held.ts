import type { Sql } from '../../database/open-database.ts';

type Fragment = ReturnType<Sql>;

/**
 * Whether somebody asks to keep what is of this customer: of the person, under any of their ids, or of an order of theirs. Who is held is gathered
 * once in a statement, of however many customers it asks.
 */
export const isHeld = (sql: Sql, customerId: Fragment): Fragment => sql`coalesce(
  (select l.person_id from person_links l where l.member_id = ${customerId}), ${customerId}) in (
  select coalesce(hl.person_id, h.customer_id, ho.customer_id) from legal_holds h left join orders ho on ho.id = h.order_id
  left join person_links hl on hl.member_id = coalesce(h.customer_id, ho.customer_id)
  where h.released_at is null and coalesce(h.customer_id, ho.customer_id) is not null)`;
