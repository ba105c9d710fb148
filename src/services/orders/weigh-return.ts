import { Refusal } from '../../values/refusal.ts';
import type { OrderState } from './fold-order.ts';
import type { ChangePolicy, NamedMeans, OfferedVariant, OrderChange } from './order-change.ts';
import type { OrderFactBody } from './order-fact.ts';
import { isBy, refuseOverBalance } from './payment-means.ts';
import { offerFor, refuseUnknownLines } from './swap-lines.ts';

type Asked = Extract<OrderChange, { kind: 'return' | 'exchange' }>;
interface Grounds {
  readonly offers: ReadonlyMap<string, OfferedVariant>;
  readonly policy: ChangePolicy;
}

/** A return or exchange as its first fact, or a Refusal that says why it is not allowed. */
export function weighReturn(order: OrderState, asked: Asked, { offers, policy }: Grounds): OrderFactBody[] {
  if (order.fulfilmentStatus !== 'delivered')
    throw new Refusal('ORDER_STATUS', 'Only what was delivered can come back. Cancel an order that is not sent yet.', [
      'id',
    ]);
  if (policy.oneReturn && order.returnStatus !== 'none')
    throw new Refusal('ORDER_STATUS', 'Something of this order comes back already; that is decided once.', ['id']);
  refuseUnknownLines(order, asked.lines);
  refuseAskedBackBefore(order, asked.lines);
  const isExchange = asked.kind === 'exchange';
  if (!isExchange) refuseOtherMeans(order, asked.means, policy);
  else refuseOverBalance(asked.means, differenceOf(order, asked, offers));
  return [
    {
      kind: 'return_recorded',
      externalId: freeName(order),
      status: 'requested',
      outcome: isExchange ? 'exchange' : 'refund',
      reason: asked.reason,
      refundMethod: isExchange ? null : asked.means.method,
      lines: asked.lines.map((line) => ({
        lineExternalId: line.lineExternalId,
        quantity: line.quantity,
        exchangeSku: 'sku' in line ? line.sku : null,
      })),
    },
  ];
}

/** Returns that the desk starts are counted: `desk-1`, `desk-2`. */
function freeName({ returns }: OrderState): string {
  const taken = new Set(returns.map(({ externalId }) => externalId));
  let n = 1;
  while (taken.has(`desk-${n}`)) n += 1;
  return `desk-${n}`;
}

const GIVEN_UP: ReadonlySet<string> = new Set(['declined', 'cancelled']);

/** Refuses units that an earlier return holds. One that names no lines holds all. */
function refuseAskedBackBefore(
  order: OrderState,
  lines: readonly { lineExternalId: string; quantity: number }[],
): void {
  const standing = order.returns.filter(({ status }) => !GIVEN_UP.has(status));
  lines.forEach(({ lineExternalId, quantity }, i) => {
    const ordered = order.lines.find(({ externalId }) => externalId === lineExternalId)!.quantity;
    const held = standing.reduce((sum, one) => {
      const line = one.lines.find((other) => other.lineExternalId === lineExternalId);
      return sum + (one.lines.length === 0 ? ordered : (line?.quantity ?? 0));
    }, 0);
    if (held + quantity > ordered)
      throw new Refusal('RETURNED_BEFORE', `Of this line ${Math.max(0, ordered - held)} units are left to come back.`, [
        'input',
        'lines',
        String(i),
        'quantity',
      ]);
  });
}

/** Money goes back to where it came from, or to where it may go by policy. */
function refuseOtherMeans(order: OrderState, means: NamedMeans, { refundMethods }: ChangePolicy): void {
  const paidBy = order.payments.filter(({ kind }) => kind === 'payment');
  if (refundMethods.includes(means.method)) return;
  if (paidBy.some(({ externalId }) => isBy(means, externalId))) return;
  const allowed = refundMethods.join(', ') || 'nothing else';
  throw new Refusal('PAYMENT_MEANS', `The refund goes to the means that paid, or to: ${allowed}.`, ['input', 'means']);
}

function differenceOf(
  order: OrderState,
  { lines }: Asked & { kind: 'exchange' },
  offers: ReadonlyMap<string, OfferedVariant>,
): number {
  return lines.reduce((sum, swap, i) => {
    const line = order.lines.find(({ externalId }) => externalId === swap.lineExternalId)!;
    const offer = offerFor(order, line, swap, { offers, field: ['input', 'lines', String(i), 'sku'] });
    return sum + swap.quantity * (offer.priceMinor - line.unitPriceMinor);
  }, 0);
}
