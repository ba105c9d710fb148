import type { OrderId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { foldOrder, type OrderState } from './fold-order.ts';
import { readFacts } from './keep-facts.ts';
import { counts, readDecisions } from './keep-quarantine.ts';

/** What is stored of an order and what its facts say, where the two differ. Names of totals, no amounts: it goes into logs. */
export interface WrongOrder {
  readonly orderId: OrderId;
  readonly totals: readonly (keyof Totals)[];
}

/** Sums are texts: they may be longer than a number is exact. */
interface Totals {
  readonly currency: string;
  readonly total: string;
  readonly lines: string;
  readonly units: string;
  readonly lineValue: string;
  readonly paid: string;
  readonly refunded: string;
  readonly returnedUnits: string;
}

const BATCH = 500;

/**
 * Adds up a batch of orders anew, from what their sources said and from nothing that was added up before, and compares it with what is
 * stored. Goes on behind `after`; `last` is null when there was nothing left. Both sides are of one moment, so an order that changes
 * meanwhile is no false alarm.
 */
export async function recountTotals(
  scope: Scope,
  after: OrderId | null,
): Promise<{ checked: number; wrong: WrongOrder[]; last: OrderId | null }> {
  requireRight(scope.viewer, 'orders:read');
  return scope.db.begin(async (sql) => {
    await sql`set transaction isolation level repeatable read read only`;
    const stored = await sql<(Totals & { id: OrderId; number: string })[]>`
      select o.id, o.number, o.currency, o.total_minor::text as total, l.*, p.*, r.*
      from (select * from orders where id > ${after ?? ''} order by id limit ${BATCH}) o
      cross join lateral (
        select count(*)::text as lines, coalesce(sum(quantity), 0)::text as units,
          coalesce(sum(quantity * unit_price_minor), 0)::text as line_value
        from order_lines where order_id = o.id
      ) l
      cross join lateral (
        select coalesce(sum(amount_minor) filter (where kind = 'payment' and state = 'done'), 0)::text as paid,
          coalesce(sum(amount_minor) filter (where kind = 'refund' and state = 'done'), 0)::text as refunded
        from payments where order_id = o.id
      ) p
      cross join lateral (
        select coalesce(sum(quantity), 0)::text as returned_units
        from returns r join return_lines rl on rl.return_id = r.id where r.order_id = o.id
      ) r
      order by o.id`;
    const tx = { ...scope, facts: [], writes: [], db: { ...scope.db, sql, hot: sql } };
    const numbers = stored.map(({ number }) => number);
    const [facts, decisions] = await Promise.all([readFacts(tx, numbers), readDecisions(tx, numbers)]);
    const wrong = stored.flatMap((row) => {
      const said = foldOrder((facts.get(row.number) ?? []).filter((fact) => counts(decisions, fact)));
      const counted = said && totalsOf(said);
      const totals = TOTALS.filter((name) => counted?.[name] !== row[name]);
      return totals.length > 0 ? [{ orderId: row.id, totals }] : [];
    });
    return { checked: stored.length, wrong, last: stored.at(-1)?.id ?? null };
  });
}

const TOTALS = ['currency', 'total', 'lines', 'units', 'lineValue', 'paid', 'refunded', 'returnedUnits'] as const;

function totalsOf({ currency, totalMinor, lines, payments, returns }: OrderState): Totals {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + BigInt(one), 0n).toString();
  const moved = (kind: string) =>
    sum(
      payments
        .filter((payment) => payment.kind === kind && payment.state === 'done')
        .map(({ amountMinor }) => amountMinor),
    );
  return {
    currency,
    total: sum([totalMinor]),
    lines: String(lines.length),
    units: sum(lines.map(({ quantity }) => quantity)),
    lineValue: lines
      .reduce((all, { quantity, unitPriceMinor }) => all + BigInt(quantity) * BigInt(unitPriceMinor), 0n)
      .toString(),
    paid: moved('payment'),
    refunded: moved('refund'),
    returnedUnits: sum(returns.flatMap((one) => one.lines.map(({ quantity }) => quantity))),
  };
}
