import { Refusal } from '../../values/refusal.ts';
import type { OrderState } from './fold-order.ts';
import type { NamedMeans } from './order-change.ts';
import type { MoneyMoved } from './order-fact.ts';

/** A gift card must cover what it is to pay, where its balance is known. */
export function refuseOverBalance({ balanceMinor }: NamedMeans, amountMinor: number): void {
  if (balanceMinor === null || amountMinor <= balanceMinor) return;
  throw new Refusal('PAYMENT_MEANS', 'There is too little on it for this. Choose other means.', ['input', 'means']);
}

/** True for a payment by these means: the second by the same ones has a number behind its id. */
export const isBy = ({ externalId }: Pick<NamedMeans, 'externalId'>, payment: string): boolean =>
  payment === externalId || payment.startsWith(`${externalId}/`);

/** Money that the desk moves by named means: under the id of the means, or with a number where the order has one of that id. */
export function moneyOf(
  order: Pick<OrderState, 'payments' | 'currency'>,
  kind: 'payment_recorded' | 'refund_promised',
  { method, externalId }: Pick<NamedMeans, 'method' | 'externalId'>,
  amountMinor: number,
): MoneyMoved {
  const side = kind === 'payment_recorded' ? 'payment' : 'refund';
  const taken = new Set(order.payments.filter((one) => one.kind === side).map((one) => one.externalId));
  let name = externalId;
  for (let n = 2; taken.has(name); n += 1) name = `${externalId}/${n}`;
  return { kind, externalId: name, method, amountMinor, currency: order.currency };
}
