import { toOptions } from '../../schema/named-value.ts';
import type { OrderFactInput, OrderLineInput, OrderPlacedInput } from '../../schema/orders/order-fact-input.ts';
import type { OrderFact, StatedLine } from '../../services/orders/order-fact.ts';
import type { CustomerId, PartnerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';

type Body<F> = F extends unknown ? Omit<F, keyof Origin> : never;
type Origin = Pick<
  OrderFact,
  'orderNumber' | 'source' | 'sourceEventId' | 'sourceVersion' | 'occurredAt' | 'receivedAt'
>;

/** The graph's fact, whose body is one of many fields, as the service's union. Refuses none and several bodies. */
export function toOrderFact(input: OrderFactInput, index: number): OrderFact {
  const bodies = bodiesOf(input);
  if (bodies.length !== 1)
    throw new Refusal(
      'INVALID_INPUT',
      'Say exactly one thing that happened, for example `placed`. Send the rest as facts of their own.',
      ['facts', String(index)],
    );
  const { orderNumber, source, sourceEventId, sourceVersion = null, occurredAt } = input;
  return { orderNumber, source, sourceEventId, sourceVersion, occurredAt, ...bodies[0]! };
}

function bodiesOf(input: OrderFactInput): Body<OrderFact>[] {
  const { placed, linesChanged, addressChanged, paymentRecorded, refundRecorded, refundPromised } = input;
  const { fulfilmentOrderRecorded, shipmentCreated, returnRecorded } = input;
  const bodies: (Body<OrderFact> | false | null | undefined)[] = [
    placed && placedBody(placed),
    linesChanged && {
      kind: 'lines_changed',
      lines: linesChanged.lines.map(toLine),
      totalMinor: linesChanged.totalMinor,
    },
    addressChanged && { kind: 'address_changed', shippingAddress: { ...addressChanged } },
    paymentRecorded && { kind: 'payment_recorded', ...moneyOf(paymentRecorded) },
    refundRecorded && { kind: 'refund_recorded', ...moneyOf(refundRecorded) },
    refundPromised && { kind: 'refund_promised', ...moneyOf(refundPromised) },
    fulfilmentOrderRecorded && {
      kind: 'fulfilment_order_recorded',
      externalId: fulfilmentOrderRecorded.externalId,
      status: fulfilmentOrderRecorded.status,
      locationExternalId: fulfilmentOrderRecorded.locationExternalId ?? null,
      method: fulfilmentOrderRecorded.method ?? null,
      fulfilBy: fulfilmentOrderRecorded.fulfilBy?.toISOString() ?? null,
      lines: fulfilmentOrderRecorded.lines?.map((line) => ({ ...line })) ?? null,
    },
    input.processed && { kind: 'order_processed' },
    input.delivered && { kind: 'order_delivered' },
    input.cancelled && { kind: 'order_cancelled', reason: input.cancelled.reason ?? null },
    shipmentCreated && {
      kind: 'shipment_created',
      externalId: shipmentCreated.externalId,
      fulfilmentOrderExternalId: shipmentCreated.fulfilmentOrderExternalId ?? null,
      carrier: shipmentCreated.carrier ?? null,
      trackingNumber: shipmentCreated.trackingNumber ?? null,
      partnerId: (shipmentCreated.partnerId ?? null) as PartnerId | null,
      lineExternalIds: shipmentCreated.lineExternalIds ?? [],
      estimatedDeliveryAt: shipmentCreated.estimatedDeliveryAt?.toISOString() ?? null,
    },
    returnRecorded && {
      kind: 'return_recorded',
      externalId: returnRecorded.externalId,
      status: returnRecorded.status,
      reason: returnRecorded.reason ?? null,
      outcome: returnRecorded.outcome ?? null,
      refundMethod: returnRecorded.refundMethod ?? null,
      lines: returnRecorded.lines?.map((line) => ({ ...line })) ?? null,
    },
  ];
  return bodies.filter((body): body is Body<OrderFact> => Boolean(body));
}

const placedBody = (placed: OrderPlacedInput): Body<OrderFact> => ({
  kind: 'order_placed',
  customerId: (placed.customerId ?? null) as CustomerId | null,
  identity: placed.identity ? { ...placed.identity } : null,
  partnerId: (placed.partnerId ?? null) as PartnerId | null,
  currency: placed.total.currency,
  totalMinor: placed.total.amountMinor,
  lines: placed.lines.map(toLine),
  shippingAddress: placed.shippingAddress ? { ...placed.shippingAddress } : null,
});

const toLine = ({ externalId, sku, title, options, quantity, unitPriceMinor }: OrderLineInput): StatedLine => ({
  externalId,
  sku,
  title,
  options: toOptions(options ?? []),
  quantity,
  unitPriceMinor,
});

const moneyOf = ({
  externalId,
  method,
  amount,
}: {
  externalId: string;
  method: string;
  amount: { amountMinor: number; currency: string };
}) => ({
  externalId,
  method,
  amountMinor: amount.amountMinor,
  currency: amount.currency,
});
