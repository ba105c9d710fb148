import { expect } from 'vitest';

import type { Database, Sql } from '../../src/database/open-database.ts';
import { recount } from '../../src/live/recount.ts';

/** What the model has of an order beyond its lines. */
export interface OrderInFull {
  number: string;
  status: string;
  fulfilmentStatus: string;
  paymentStatus: string;
  returnStatus: string;
  totalMinor: number;
  /** Units that come back are summed up over the lines of a return. */
  returns: { outcome: string; status: string; units: number }[];
  /** How many facts told of it. */
  facts: number;
}

/** All orders that are stored, by number. */
export async function ordersInFull(sql: Sql): Promise<OrderInFull[]> {
  return [
    ...(await sql<OrderInFull[]>`
      select o.number, o.status, o.fulfilment_status, o.payment_status, o.return_status, o.total_minor,
        coalesce((
          select jsonb_agg(jsonb_build_object('outcome', r.outcome, 'status', r.status, 'units',
            (select sum(l.quantity) from return_lines l where l.return_id = r.id)) order by r.external_id collate "C")
          from returns r where r.order_id = o.id
        ), '[]') as returns,
        (select count(*)::int from order_facts f where f.order_id = o.id) as facts
      from orders o order by o.number collate "C"`),
  ];
}

export const byNumber = (a: { number: string }, b: { number: string }) => (a.number < b.number ? -1 : 1);

/**
 * No fact is kept apart or waits for its order, the history of each order ends with what the order says now, and every sum, of orders and of
 * stock, is what the sources said when it is added up anew.
 */
export async function expectNothingAmiss(database: Database): Promise<void> {
  const { sql } = database;
  expect([...(await sql`select order_number, kind, reason from quarantined_facts`)]).toEqual([]);
  expect([...(await sql`select order_number, kind from order_facts where order_id is null`)]).toEqual([]);
  const withoutHistory = await sql`
    select o.number from orders o where 1 <> (
      select count(*) from order_versions v where v.order_id = o.id and v.valid_to is null
        and (v.status, v.fulfilment_status, v.payment_status, v.return_status)
          = (o.status, o.fulfilment_status, o.payment_status, o.return_status))`;
  expect([...withoutHistory]).toEqual([]);
  const [there] = await sql<{ orders: number; stock: number }[]>`
    select (select count(*)::int from orders) as orders, (select count(*)::int from stock_levels) as stock`;
  expect(await recount(database)).toEqual({
    orders: { checked: there!.orders, wrong: [] },
    stock: { checked: there!.stock, wrong: [] },
  });
}
