import { writeBeside } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { factKey } from './order-fact.ts';
import type { Fresh, Refolded } from './refolded.ts';

interface Step {
  id: string;
  customer_id: string;
  order_id: string;
  kind: 'order_status_changed' | 'tracking' | 'return_step';
  status: string;
  return_id: string | null;
  occurred_at: Date;
}

/** Keeps what happened to orders for the timelines of their customers: one statement, whatever the number of orders. */
export function writeOrderSteps(
  tx: TransactionScope,
  orders: readonly Refolded[],
  fresh: Fresh,
  recordedAt: Date,
): void {
  const steps = orders.flatMap((order) => stepsOf(order, fresh, recordedAt));
  if (steps.length === 0) return;
  const { sql } = tx.db;
  const insert = sql`
    insert into order_steps (id, customer_id, order_id, kind, status, return_id, occurred_at)
    select * from jsonb_to_recordset(${sql.json(steps as never)}::jsonb)
      as r(id text, customer_id text, order_id text, kind text, status text, return_id text, occurred_at timestamptz)
    on conflict (id) do nothing`;
  writeBeside(tx, insert);
}

function stepsOf(order: Refolded, fresh: Fresh, recordedAt: Date): Step[] {
  const { id, customerId, before, after } = order;
  const of = (step: Omit<Step, 'customer_id' | 'order_id' | 'return_id'> & { return_id?: string }): Step => ({
    customer_id: customerId,
    order_id: id,
    return_id: null,
    ...step,
  });
  const status =
    // An order begins as pending: that it was placed is told by the order itself.
    after.status === (before?.status ?? 'pending')
      ? []
      : [
          of({
            id: `${id}@${recordedAt.getTime()}:${after.status}`,
            kind: 'order_status_changed',
            status: after.status,
            occurred_at: after.statusClocks.occurredAt,
          }),
        ];
  const scans = order.scans
    .filter((scan) => scan.isFresh)
    .map((scan) => of({ id: scan.id, kind: 'tracking', status: scan.status, occurred_at: scan.occurredAt }));
  const returns = order.facts.flatMap((fact) => {
    const { body } = fact;
    const isFresh = fact.orderId === null || fresh.facts.has(factKey(fact));
    if (body.kind !== 'return_recorded' || !isFresh) return [];
    const returnId = order.returnIds.get(body.externalId)!;
    const step = { kind: 'return_step', status: body.status, return_id: returnId } as const;
    return [
      of({ ...step, id: `${returnId}@${fact.occurredAt.getTime()}:${body.status}`, occurred_at: fact.occurredAt }),
    ];
  });
  return [...status, ...scans, ...returns];
}
