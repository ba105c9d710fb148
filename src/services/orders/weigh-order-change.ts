import { Refusal } from '../../values/refusal.ts';
import type { OrderState } from './fold-order.ts';
import {
  CHANGE_POLICY,
  type ChangePolicy,
  type NamedMeans,
  type OfferedVariant,
  type OrderChange,
} from './order-change.ts';
import { isBy, moneyOf, refuseOverBalance } from './payment-means.ts';
import type { OrderFactBody } from './order-fact.ts';
import { swapLines } from './swap-lines.ts';
import { weighReturn } from './weigh-return.ts';

export interface ChangeGrounds {
  /** Of the order’s lines and of what they are to become, by SKU. */
  readonly offers: ReadonlyMap<string, OfferedVariant>;
  readonly policy?: ChangePolicy;
}

/**
 * What a change means for an order, as facts; or a Refusal that says why it is not allowed. Pure.
 *
 * | change | allowed while |
 * |---|---|
 * | cancel, address, payment, items | nothing was done yet (`PENDING`), and the items were not changed before |
 * | return, exchange | all of it was delivered, for units that are not asked back already |
 */
export function weighOrderChange(order: OrderState, change: OrderChange, grounds: ChangeGrounds): OrderFactBody[] {
  const policy = grounds.policy ?? CHANGE_POLICY;
  if (change.kind === 'return' || change.kind === 'exchange') return weighReturn(order, change, { ...grounds, policy });
  refuseUnlessPending(order, change.kind, policy);
  switch (change.kind) {
    case 'cancel':
      if (policy.cancelReasons && !policy.cancelReasons.includes(change.reason))
        throw new Refusal('REASON_NOT_ACCEPTED', `Accepted reasons are: ${policy.cancelReasons.join(', ')}.`, [
          'reason',
        ]);
      return [{ kind: 'order_cancelled', reason: change.reason }, ...promiseAll(order)];
    case 'address':
      return [{ kind: 'address_changed', shippingAddress: change.shippingAddress }];
    case 'payment':
      return payOtherwise(order, change.means);
    case 'items':
      return changeItems(order, change, grounds);
  }
}

function refuseUnlessPending(order: OrderState, kind: OrderChange['kind'], policy: ChangePolicy): void {
  if (order.status !== 'pending')
    throw new Refusal(
      'ORDER_STATUS',
      `The order is ${order.status}: \`${kind}\` is for orders that nobody works on yet. Offer a return once it is delivered.`,
      ['id'],
    );
  if (policy.locksAfterItems && order.itemsChangedAt)
    throw new Refusal(
      'ITEMS_CHANGED_BEFORE',
      'Its items were changed already; nothing else can be changed after that.',
      ['id'],
    );
}

interface Paid {
  readonly externalId: string;
  readonly method: string;
  readonly amountMinor: number;
}

/** What was paid by each means and has not gone back, the oldest first. A refund is taken off the payment that it names, or else off the oldest. */
function open(order: OrderState): Paid[] {
  const paid = order.payments
    .filter(({ kind, state }) => kind === 'payment' && state === 'done')
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const left = new Map(paid.map((one) => [one, one.amountMinor]));
  const takeOff = (from: readonly (typeof paid)[number][], amountMinor: number) =>
    from.reduce((rest, one) => {
      const taken = Math.min(rest, left.get(one)!);
      left.set(one, left.get(one)! - taken);
      return rest - taken;
    }, amountMinor);
  const rest = order.payments
    .filter(({ kind, state }) => kind === 'refund' && state !== 'kept')
    .map((refund) => {
      const named = paid.filter((one) => isBy(one, refund.externalId));
      return takeOff(named, refund.amountMinor);
    });
  for (const amountMinor of rest) takeOff(paid, amountMinor);
  return paid.flatMap((one) => {
    const amountMinor = left.get(one)!;
    return amountMinor === 0 ? [] : [{ externalId: one.externalId, method: one.method, amountMinor }];
  });
}

const promiseAll = (order: OrderState): OrderFactBody[] =>
  open(order).map((paid) => moneyOf(order, 'refund_promised', paid, paid.amountMinor));

function payOtherwise(order: OrderState, means: NamedMeans): OrderFactBody[] {
  const paid = open(order);
  const [only] = paid;
  if (paid.length !== 1 || !only)
    throw new Refusal('PAYMENT_MEANS', 'Only an order with exactly one payment can be paid by other means.', ['id']);
  if (isBy(means, only.externalId))
    throw new Refusal('PAYMENT_MEANS', 'It is paid by these means already. Choose others.', ['input', 'means']);
  refuseOverBalance(means, only.amountMinor);
  return [moneyOf(order, 'payment_recorded', means, only.amountMinor), ...promiseAll(order)];
}

function changeItems(
  order: OrderState,
  { lines: swapped, means }: OrderChange & { kind: 'items' },
  { offers }: ChangeGrounds,
): OrderFactBody[] {
  const { lines, differenceMinor } = swapLines(order, swapped, offers);
  refuseOverBalance(means, differenceMinor);
  const totalMinor = Math.max(0, order.totalMinor + differenceMinor);
  const money =
    differenceMinor === 0
      ? []
      : [
          differenceMinor > 0
            ? moneyOf(order, 'payment_recorded', means, differenceMinor)
            : moneyOf(order, 'refund_promised', means, -differenceMinor),
        ];
  return [{ kind: 'lines_changed', lines, totalMinor }, ...money];
}
