import type { OrderId, QuarantinedFactId } from '../../values/ids.ts';
import type { QuarantineState } from '../../values/quarantine.ts';
import { Refusal } from '../../values/refusal.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { lockOrders } from './lock-orders.ts';

/** A fact about which a person has just decided. */
export interface DecidedFact {
  readonly id: QuarantinedFactId;
  readonly source: string;
  readonly sourceEventId: string;
  readonly kind: string;
  readonly version: number | null;
  readonly orderNumber: string | null;
  readonly orderId: OrderId | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** Our clock, after the order was locked. */
  readonly now: Date;
}

/**
 * Writes down what a person decided about a fact that is kept apart, and names it. Its order is locked first, as by everybody who tells
 * facts of it. Two who decide at once: one does.
 */
export async function decideQuarantinedFact(
  tx: TransactionScope,
  id: string,
  state: Extract<QuarantineState, 'released' | 'discarded'>,
  note: string | null,
): Promise<DecidedFact> {
  const { sql } = tx.db;
  const [asked] = await sql<{ orderNumber: string | null }[]>`
    select order_number from quarantined_facts where id = ${id}`;
  if (!asked)
    throw new Refusal('NOT_FOUND', 'No quarantined fact has this id. Take it from `quarantinedFacts`.', ['id']);
  const now = await lockOrders(tx, asked.orderNumber === null ? [] : [asked.orderNumber]);
  const [fact] = await sql<Omit<DecidedFact, 'now'>[]>`
    update quarantined_facts q set state = ${state}, decided_at = ${now}, decided_by = ${tx.viewer.principal}, note = ${note}
    where id = ${id} and state = 'held'
    returning id, source, source_event_id, kind, version, order_number, body, occurred_at, received_at,
      (select o.id from orders o where o.number = q.order_number) as order_id`;
  if (!fact)
    throw new Refusal(
      'CONFLICT',
      'This fact is not held any more: somebody decided, or later facts made it plausible.',
      ['id'],
    );
  recordFact(tx, {
    type: `fact.${state}`,
    streams: [fact.orderId === null ? stream.quarantine(fact.id) : stream.order(fact.orderId)],
    details: { quarantinedFactId: fact.id, kind: fact.kind, orderId: fact.orderId },
  });
  return { ...fact, now };
}
