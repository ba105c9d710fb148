import type { OrderFact, StatedLine } from '../services/orders/order-fact.ts';
import { recordOrderFacts } from '../services/orders/record-order-facts.ts';
import { derivedMoment, secondsAfter } from './derived-clock.ts';
import { phase, type Item, type Phase } from './import-source.ts';
import { Misshapen, shape } from './shapes.ts';
import { postalAddress, SOURCE } from './tau-retail-people.ts';

/** The set has no clocks. It plays on 2024-05-15: everything happened before. */
const CLOCK = { from: '2024-02-01T00:00:00.000Z', days: 90 };
const HOUR_S = 3_600;
const AFTER_S = {
  payment: 60,
  processed: 24 * HOUR_S,
  shipped: 25 * HOUR_S,
  cancelled: 48 * HOUR_S,
  refund: 49 * HOUR_S,
};
const DELIVERED_AFTER_S = 96 * HOUR_S;
const CURRENCY = 'USD';

type OrderItem = Item & { readonly value: readonly OrderFact[] };

export const orders = (items: readonly OrderItem[]): Phase =>
  phase({
    unit: 'orders',
    told: ['order.recorded'],
    items,
    batch: 100,
    async store(tx, batch: readonly OrderItem[]) {
      await recordOrderFacts(
        tx,
        batch.flatMap(({ value }) => value),
      );
    },
  });

/** What the set says about one order, as facts: placed, paid, worked on, shipped, and how it ended. */
export function readOrder(number: string, value: unknown): OrderFact[] {
  const order = shape.fields(value, 'order');
  const buyer = shape.text(order['user_id'], 'user_id');
  const lines = readLines(order['items']);
  const placedAt = derivedMoment(number, CLOCK);
  const fact = (what: string, seconds: number) => ({
    orderNumber: shape.text(number, 'order id'),
    source: SOURCE,
    sourceEventId: `${number}:${what}`,
    occurredAt: secondsAfter(placedAt, seconds),
  });
  return [
    {
      ...fact('placed', 0),
      kind: 'order_placed',
      identity: { kind: 'external_id', value: buyer },
      currency: CURRENCY,
      totalMinor: lines.reduce((total, line) => total + line.unitPriceMinor * line.quantity, 0),
      lines: lines.map(({ itemId: _, ...line }) => line),
      shippingAddress: postalAddress(order['address']),
    },
    ...readPayments(order['payment_history'], fact),
    ...readShipments(order['fulfillments'], lines, fact),
    ...milestones(shape.text(order['status'], 'status'), fact),
  ];
}

type Line = StatedLine & { readonly itemId: string };
type Origin = (what: string, seconds: number) => Omit<OrderFact, 'kind'>;

/** Each item is a line of one. A second unit of an item in the same order is a line of its own, as in the set: `<item>/2`. */
function readLines(value: unknown): Line[] {
  const seen = new Map<string, number>();
  return shape.list(value, 'items').map((item, i) => {
    const at = `items.${i}`;
    const { item_id, name, options, price } = shape.fields(item, at);
    const itemId = shape.text(item_id, `${at}.item_id`);
    return {
      itemId,
      externalId: numbered(itemId, seen),
      sku: itemId,
      title: shape.text(name, `${at}.name`),
      options: shape.texts(options, `${at}.options`),
      quantity: 1,
      unitPriceMinor: shape.minor(price, `${at}.price`),
    };
  });
}

/** The name of the first of several equal things, then with a number. */
function numbered(name: string, seen: Map<string, number>): string {
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return count === 1 ? name : `${name}/${count}`;
}

/** The method is the kind of the payment method (`credit_card` of `credit_card_4421486`), whose id names the payment. */
function readPayments(value: unknown, fact: Origin): OrderFact[] {
  const seen = { payment: new Map<string, number>(), refund: new Map<string, number>() };
  return shape.list(value, 'payment_history').map((payment, i) => {
    const at = `payment_history.${i}`;
    const { transaction_type, amount, payment_method_id } = shape.fields(payment, at);
    const type = shape.text(transaction_type, `${at}.transaction_type`);
    if (type !== 'payment' && type !== 'refund')
      throw new Misshapen(`${at}.transaction_type: must be payment or refund`);
    const methodId = shape.text(payment_method_id, `${at}.payment_method_id`);
    const externalId = numbered(methodId, seen[type]);
    const body = {
      externalId,
      method: methodId.replace(/_\d+$/, ''),
      amountMinor: shape.minor(amount, `${at}.amount`),
      currency: CURRENCY,
    };
    const origin = fact(`${type}:${externalId}`, AFTER_S[type] + i);
    return { ...origin, kind: `${type}_recorded`, ...body };
  });
}

/** One shipment for each tracking number, with the lines that its items are; of equal items each is shipped once. */
function readShipments(value: unknown, lines: readonly Line[], fact: Origin): OrderFact[] {
  return shape.list(value, 'fulfillments').flatMap((fulfilment, i) => {
    const at = `fulfillments.${i}`;
    const { tracking_id, item_ids } = shape.fields(fulfilment, at);
    const seen = new Map<string, number>();
    const lineExternalIds = shape.list(item_ids, `${at}.item_ids`).map((id) => {
      const name = numbered(shape.text(id, `${at}.item_ids`), seen);
      if (!lines.some(({ externalId }) => externalId === name))
        throw new Misshapen(`${at}.item_ids: names an item that is not in the order`);
      return name;
    });
    return shape.list(tracking_id, `${at}.tracking_id`).map((id): OrderFact => {
      const trackingNumber = shape.text(id, `${at}.tracking_id`);
      const origin = fact(`shipment:${trackingNumber}`, AFTER_S.shipped + i);
      return { ...origin, kind: 'shipment_created', externalId: trackingNumber, trackingNumber, lineExternalIds };
    });
  });
}

function milestones(status: string, fact: Origin): OrderFact[] {
  const processed: OrderFact = { ...fact('processed', AFTER_S.processed), kind: 'order_processed' };
  if (status === 'pending') return [];
  if (status === 'processed') return [processed];
  if (status === 'delivered') return [processed, { ...fact('delivered', DELIVERED_AFTER_S), kind: 'order_delivered' }];
  if (status === 'cancelled') return [{ ...fact('cancelled', AFTER_S.cancelled), kind: 'order_cancelled' }];
  throw new Misshapen('status: must be pending, processed, delivered or cancelled');
}
