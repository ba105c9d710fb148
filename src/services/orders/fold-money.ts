import { refundExpectedBy } from '../../values/refund-policy.ts';
import type { PaymentKind, PaymentState } from '../../values/vocabulary.ts';
import type { KeptFact, MoneyMoved } from './order-fact.ts';

export interface FoldedPayment {
  readonly externalId: string;
  readonly kind: PaymentKind;
  readonly method: string;
  readonly amountMinor: number;
  /** Pending: a refund that is promised and has not moved yet. Kept: it moved under another id. */
  readonly state: PaymentState;
  /** By when the customer should have a refund. Null: a payment. */
  readonly expectedBy: Date | null;
  readonly occurredAt: Date;
}
export type FoldedMoney = FoldedPayment & { readonly currency: string };

/** The name of a payment or refund within its order. A promised refund and the one that moved are one. */
export const moneyKey = ({ kind, externalId }: MoneyMoved): string =>
  `${kind === 'payment_recorded' ? 'payment' : 'refund'} ${externalId}`;

/**
 * Takes one more fact of the time line into the money of an order. What has moved is not promised again. A refund under another id than
 * was promised keeps the promises that are open at its moment and that it covers, the oldest first: shops name refunds when they make them.
 */
export function foldMoney(money: Map<string, FoldedMoney>, fact: KeptFact & { readonly body: MoneyMoved }): void {
  const { body, occurredAt } = fact;
  const key = moneyKey(body);
  const known = money.get(key);
  if (body.kind === 'refund_promised' && known && known.state !== 'pending') return;
  if (body.kind === 'refund_recorded' && !known) keepPromises(money, body);
  const { externalId, method, amountMinor, currency } = body;
  const isRefund = body.kind !== 'payment_recorded';
  money.set(key, {
    ...{ externalId, method, amountMinor, currency, occurredAt },
    kind: isRefund ? 'refund' : 'payment',
    state: body.kind === 'refund_promised' ? 'pending' : 'done',
    expectedBy: isRefund ? refundExpectedBy(occurredAt, method) : null,
  });
}

function keepPromises(money: Map<string, FoldedMoney>, { amountMinor, currency }: MoneyMoved): void {
  let left = amountMinor;
  for (const [key, one] of money) {
    if (one.state !== 'pending' || one.currency !== currency || one.amountMinor > left) continue;
    money.set(key, { ...one, state: 'kept' });
    left -= one.amountMinor;
  }
}
