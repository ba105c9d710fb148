import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** What the stored orders of one source add up to in one month. */
export interface MonthOfOrders {
  /** `2011-08`, by the local time of the source. */
  readonly month: string;
  readonly lines: number;
  readonly orders: number;
  /** Orders that are a return themselves: a return has their number. */
  readonly returns: number;
  readonly returnedLines: number;
  /** Customers who are known by more than the order: by another identity than a visitor's. */
  readonly customers: number;
  readonly linesOfVisitors: number;
  /** Sum of quantity times unit price in whole units of the currency, rounded to two decimals at the very end, as text. */
  readonly netValue: string;
  /** Lines that repeat another line of their order in everything. */
  readonly repeatedLines: number;
}

/** Counts the orders of a source anew, from their lines and from nothing that was added up before. */
export async function recountOrders(
  scope: Scope,
  { source, timeZone }: { source: string; timeZone: string },
): Promise<MonthOfOrders[]> {
  requireRight(scope.viewer, 'orders:read');
  return scope.db.sql<MonthOfOrders[]>`
    with booked as (
      select o.id, to_char(o.placed_at at time zone ${timeZone}, 'YYYY-MM') as month, o.customer_id,
        exists (select from returns r where r.order_id = o.id and r.external_id = o.number) as is_return,
        exists (select from identities i where i.customer_id = o.customer_id and i.kind <> 'visitor_id') as is_known
      from orders o where o.source = ${source}
    ), counted as (
      select b.id, count(*) as lines, count(distinct (l.sku, l.title, l.quantity, l.unit_price_minor, l.options)) as different,
        sum(l.quantity * coalesce((l.options ->> 'unitPrice')::numeric, l.unit_price_minor / 100.0)) as value
      from booked b join order_lines l on l.order_id = b.id group by b.id
    )
    select b.month, sum(c.lines)::int as lines, count(*)::int as orders,
      count(*) filter (where b.is_return)::int as returns,
      coalesce(sum(c.lines) filter (where b.is_return), 0)::int as returned_lines,
      count(distinct b.customer_id) filter (where b.is_known)::int as customers,
      coalesce(sum(c.lines) filter (where not b.is_known), 0)::int as lines_of_visitors,
      round(sum(c.value), 2)::text as net_value,
      sum(c.lines - c.different)::int as repeated_lines
    from booked b join counted c using (id)
    group by b.month order by b.month`;
}
