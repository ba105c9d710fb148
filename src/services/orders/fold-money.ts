import { refundExpectedBy } from '../../values/refund-policy.ts';
import type { PaymentKind, PaymentState } from '../../values/vocabulary.ts';
import type { KeptFact, MoneyMoved } from './order-fact.ts';

export interface FoldedPayment {
  readonly externalId: string;
  readonly kind: PaymentKind;
  readonly method: string;
  readonly amountMinor: number;
  /** Pending: a refund that is promised and has not moved yet. */
  readonly state: PaymentState;
  /** By when the customer should have a refund. Null: a payment. */
  readonly expectedBy: Date | null;
  readonly occurredAt: Date;
}
export type FoldedMoney = FoldedPayment & { readonly currency: string };

/** The name of a payment or refund within its order. A promised refund and the one that moved are one. */
export const moneyKey = ({ kind, externalId }: MoneyMoved): string =>
  `${kind === 'payment_recorded' ? 'payment' : 'refund'} ${externalId}`;

/** Money after one more fact of the time line. What has moved is not promised again. */
export function foldMoney(known: FoldedMoney | undefined, fact: KeptFact & { body: MoneyMoved }): FoldedMoney {
  const { body, occurredAt } = fact;
  if (body.kind === 'refund_promised' && known?.state === 'done') return known;
  const { externalId, method, amountMinor, currency } = body;
  const isRefund = body.kind !== 'payment_recorded';
  return {
    ...{ externalId, method, amountMinor, currency, occurredAt },
    kind: isRefund ? 'refund' : 'payment',
    state: body.kind === 'refund_promised' ? 'pending' : 'done',
    expectedBy: isRefund ? refundExpectedBy(occurredAt, method) : null,
  };
}
