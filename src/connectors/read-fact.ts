import type { OrderName, SourceFact, SourceFactBody, StatedOrderFact } from '../services/intake/source-fact.ts';
import { STOCK_QUANTITIES } from '../values/stock-quantities.ts';
import {
  FULFILMENT_METHODS,
  FULFILMENT_ORDER_STATUSES,
  LOCATION_KINDS,
  RETURN_OUTCOMES,
  RETURN_STATUSES,
  SHIPMENT_STATUSES,
} from '../values/vocabulary.ts';
import { refused, type Fields } from './fields.ts';
import { readPartnerId, readAddress, readLines, readPerson, readProfile, MOST_LINES } from './read-parts.ts';

/** The version of this form. What is added later is optional; another number is another form. */
const FORM = 1;
const MOST_VARIANTS = 1_000;

type Read = (fact: Fields) => SourceFactBody;

const order =
  (read: (fact: Fields) => StatedOrderFact): Read =>
  (fact) => ({ type: 'order', order: readOrderName(fact), fact: read(fact) });

const money =
  (kind: 'payment_recorded' | 'refund_recorded' | 'refund_promised', name: 'payment' | 'refund') =>
  (fact: Fields): StatedOrderFact => {
    const one = fact.object(name);
    return {
      kind,
      externalId: one.id('id'),
      method: one.optionalText('method') ?? 'unknown',
      amountMinor: one.whole('amountMinor'),
      currency: one.text('currency'),
    };
  };

const readUnits = (line: Fields) => ({ lineExternalId: line.id('lineId'), quantity: line.whole('quantity') });

/** What a fact of each type says, by its type. */
const READERS: Readonly<Record<string, Read>> = {
  'order.placed': (fact) => {
    const name = readOrderName(fact);
    if (name.number === null)
      throw refused('`number` must be there: it says which order is placed.', [...fact.at('order'), 'number']);
    return {
      type: 'order',
      order: name,
      fact: {
        kind: 'order_placed',
        buyer: readPerson(fact.optionalObject('customer')),
        currency: fact.text('currency'),
        totalMinor: fact.whole('totalMinor'),
        lines: readLines(fact),
        shippingAddress: readAddress(fact.optionalObject('shippingAddress')),
        partnerId: readPartnerId(fact, 'partnerId'),
      },
    };
  },
  'order.lines_changed': order((fact) => ({
    kind: 'lines_changed',
    lines: readLines(fact),
    totalMinor: fact.whole('totalMinor'),
  })),
  'order.address_changed': order((fact) => ({
    kind: 'address_changed',
    shippingAddress: readAddress(fact.object('shippingAddress'))!,
  })),
  'order.processed': order(() => ({ kind: 'order_processed' })),
  'order.delivered': order(() => ({ kind: 'order_delivered' })),
  'order.cancelled': order((fact) => ({ kind: 'order_cancelled', reason: fact.optionalText('reason') })),
  'payment.recorded': order(money('payment_recorded', 'payment')),
  'refund.recorded': order(money('refund_recorded', 'refund')),
  'refund.promised': order(money('refund_promised', 'refund')),
  'fulfilment_order.recorded': order((fact) => {
    const work = fact.object('fulfilmentOrder');
    return {
      kind: 'fulfilment_order_recorded',
      externalId: work.id('id'),
      status: work.word('status', FULFILMENT_ORDER_STATUSES),
      locationExternalId: work.optionalId('location'),
      method: work.optionalWord('method', FULFILMENT_METHODS),
      fulfilBy: work.optionalMoment('fulfilBy')?.toISOString() ?? null,
      lines: work.has('lines') ? work.objects('lines', MOST_LINES).map(readUnits) : null,
    };
  }),
  'shipment.created': order((fact) => {
    const shipment = fact.object('shipment');
    return {
      kind: 'shipment_created',
      externalId: shipment.id('id'),
      fulfilmentOrderExternalId: shipment.optionalId('fulfilmentOrderId'),
      carrier: shipment.optionalText('carrier'),
      trackingNumber: shipment.optionalText('trackingNumber'),
      partnerId: readPartnerId(shipment, 'partnerId'),
      lineExternalIds: shipment.ids('lineIds', MOST_LINES),
      estimatedDeliveryAt: shipment.optionalMoment('estimatedDeliveryAt')?.toISOString() ?? null,
    };
  }),
  'return.recorded': order((fact) => {
    const one = fact.object('return');
    return {
      kind: 'return_recorded',
      externalId: one.id('id'),
      status: one.word('status', RETURN_STATUSES),
      reason: one.optionalText('reason'),
      outcome: one.optionalWord('outcome', RETURN_OUTCOMES),
      refundMethod: one.optionalText('refundMethod'),
      lines: one.has('lines')
        ? one.objects('lines', MOST_LINES).map((line) => ({
            ...readUnits(line),
            receivedQuantity: line.optionalWhole('receivedQuantity'),
            exchangeSku: line.optionalText('exchangeSku'),
          }))
        : null,
    };
  }),
  'tracking.recorded': (fact) => {
    const [trackingNumber, shipmentExternalId] = [fact.optionalText('trackingNumber'), fact.optionalId('shipmentId')];
    if ((trackingNumber === null) === (shipmentExternalId === null))
      throw refused('Name the parcel either by `trackingNumber` or by `shipmentId`.', fact.at('trackingNumber'));
    return {
      type: 'tracking',
      ...{ trackingNumber, shipmentExternalId },
      status: fact.word('status', SHIPMENT_STATUSES),
      reasonCode: fact.optionalText('reasonCode'),
      rawStatus: fact.optionalText('rawStatus'),
      place: fact.optionalText('place'),
      estimatedDeliveryAt: fact.optionalMoment('estimatedDeliveryAt')?.toISOString() ?? null,
    };
  },
  'stock.counted': (fact) => ({
    type: 'stock_count',
    item: { sku: fact.text('sku'), externalId: null },
    location: fact.id('location'),
    onHand: fact.whole('onHand'),
    ...{ committed: fact.optionalWhole('committed'), incoming: fact.optionalWhole('incoming') },
    ...{ safety: fact.optionalWhole('safety'), damaged: fact.optionalWhole('damaged') },
    incomingAt: fact.optionalMoment('incomingAt')?.toISOString() ?? null,
  }),
  'stock.moved': (fact) => ({
    type: 'stock_move',
    item: { sku: fact.text('sku'), externalId: null },
    location: fact.id('location'),
    quantity: fact.optionalWord('quantity', STOCK_QUANTITIES) ?? 'on_hand',
    delta: fact.whole('delta'),
    reason: fact.text('reason'),
  }),
  'product.recorded': (fact) => {
    const product = fact.object('product');
    return {
      type: 'product',
      items: [],
      product: {
        externalId: product.id('id'),
        title: product.text('title'),
        brand: product.optionalText('brand'),
        category: product.optionalText('category'),
        bundle: product.optionalText('bundle'),
        variants: product.objects('variants', MOST_VARIANTS).map((variant) => ({
          sku: variant.text('sku'),
          title: variant.optionalText('title') ?? product.text('title'),
          options: variant.texts('options'),
          priceMinor: variant.optionalWhole('priceMinor'),
          currency: variant.optionalText('currency'),
        })),
      },
    };
  },
  'location.recorded': (fact) => {
    const location = fact.object('location');
    return {
      type: 'location',
      location: {
        externalId: location.id('id'),
        name: location.text('name'),
        kind: location.word('kind', LOCATION_KINDS),
        address: readAddress(location.optionalObject('address')),
        latitude: location.optionalNumber('latitude'),
        longitude: location.optionalNumber('longitude'),
        timeZone: location.optionalText('timeZone'),
        pickupMinutes: location.optionalWhole('pickupMinutes'),
        deliveryHours: location.optionalWhole('deliveryHours'),
      },
    };
  },
  'customer.recorded': (fact) => {
    const customer = fact.object('customer');
    const person = readPerson(customer);
    if (person.identities.length === 0)
      throw refused('A customer needs one of `externalId`, `email`, `phone`, `loyaltyId`.', fact.at('customer'));
    const externalId = customer.optionalId('externalId') ?? person.identities[0]!.value;
    return { type: 'customer', externalId, person, profile: readProfile(customer) };
  },
};

const SALE = 'sale.recorded';
const TYPES = [...Object.keys(READERS), SALE];

/** What one fact of the generic form says. Members that are not used are not looked at. */
export function readFact(fact: Fields): SourceFact[] {
  const form = fact.optionalWhole('specVersion') ?? FORM;
  if (form !== FORM) throw refused(`\`specVersion\` must be ${FORM}.`, fact.at('specVersion'));
  const origin = {
    id: fact.id('id'),
    occurredAt: fact.moment('occurredAt'),
    version: fact.optionalWhole('version'),
    path: fact.path,
  };
  const type = fact.word('type', TYPES);
  if (type === SALE)
    return readSale(fact).map(({ part, ...body }) => ({ ...origin, ...body, id: `${origin.id}${part}` }));
  return [{ ...origin, ...READERS[type]!(fact) }];
}

/** A sale at a till: an order that was paid and taken along at once. With `takesStock` its lines leave the shelf of `location`. */
function readSale(fact: Fields): (SourceFactBody & { part: string })[] {
  const sale = fact.object('sale');
  const order = { number: sale.id('number'), externalId: null };
  const currency = sale.text('currency');
  const lines = readLines(sale);
  const told = (part: string, one: StatedOrderFact) => ({ type: 'order' as const, order, fact: one, part });
  return [
    told('', {
      kind: 'order_placed',
      buyer: readPerson(sale.optionalObject('customer')),
      currency,
      totalMinor: sale.whole('totalMinor'),
      lines,
      partnerId: readPartnerId(sale, 'partnerId'),
    }),
    ...sale.objects('payments', 100).map((payment, i) =>
      told(`:payment:${i}`, {
        kind: 'payment_recorded',
        externalId: payment.optionalId('id') ?? String(i),
        method: payment.optionalText('method') ?? 'unknown',
        amountMinor: payment.whole('amountMinor'),
        currency,
      }),
    ),
    told(':delivered', { kind: 'order_delivered' }),
    ...(sale.flag('takesStock')
      ? lines.map(({ sku, quantity }, i) => ({
          type: 'stock_move' as const,
          item: { sku, externalId: null },
          location: sale.id('location'),
          delta: -quantity,
          reason: 'sold',
          part: `:line:${i}`,
        }))
      : []),
  ];
}

function readOrderName(fact: Fields): OrderName {
  const order = fact.object('order');
  const [number, externalId] = [order.optionalId('number'), order.optionalId('id')];
  if (number === null && externalId === null) throw refused('Name the order by `number` or by `id`.', fact.at('order'));
  return { number, externalId };
}
