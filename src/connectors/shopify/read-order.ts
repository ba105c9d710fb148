import type { OrderName, SourceFact, StatedPerson } from '../../services/intake/source-fact.ts';
import type { PostalAddress, StatedLine } from '../../services/orders/order-fact.ts';
import { clip } from '../clip.ts';
import type { Fields } from '../fields.ts';
import { readFulfilment } from './read-fulfilment.ts';
import { readRefund } from './read-refund.ts';
import { amountOf, MOST_PARTS, ofOrder, skuOf, told } from './told.ts';

/** Payment states in which money has arrived. */
const PAID = new Set(['paid', 'partially_paid', 'partially_refunded', 'refunded']);

/**
 * An order as it is now: Shopify sends all of it under every topic, so that each delivery says again what it says, under the version of
 * `updated_at`; the topic is not looked at.
 */
export function readOrder(order: Fields): SourceFact[] {
  const externalId = order.id('id');
  const number = clip(order.optionalText('name'), 200) ?? order.id('order_number');
  const name: OrderName = { number, externalId };
  const currency = order.text('currency');
  const version = order.optionalMoment('updated_at') ?? order.moment('created_at');
  const placedAt = order.optionalMoment('created_at') ?? version;
  const at = { occurredAt: placedAt, version };
  const totalMinor = amountOf(order, 'total_price', currency);
  const facts = [
    told(
      `order:${externalId}`,
      ofOrder(name, {
        kind: 'order_placed',
        buyer: readBuyer(order),
        ...{ currency, totalMinor },
        lines: order.objects('line_items', MOST_PARTS).flatMap((line) => readLine(line, currency)),
        shippingAddress: readAddress(order.optionalObject('shipping_address')),
      }),
      at,
    ),
    ...readPayment(order, { name, currency, totalMinor, version }),
    ...order.objects('fulfillments', MOST_PARTS).flatMap((one) => readFulfilment(one, null, name)),
    ...order.objects('refunds', MOST_PARTS).flatMap((one) => readRefund(one, name)),
  ];
  if (order.optionalText('fulfillment_status') === 'fulfilled')
    facts.push(
      told(`order:${externalId}:processed`, ofOrder(name, { kind: 'order_processed' }), { occurredAt: placedAt }),
    );
  const cancelledAt = order.optionalMoment('cancelled_at');
  if (cancelledAt) {
    const reason = clip(order.optionalText('cancel_reason'), 500);
    const cancelled = ofOrder(name, { kind: 'order_cancelled', reason });
    facts.push(told(`order:${externalId}:cancelled`, cancelled, { occurredAt: cancelledAt, version }));
  }
  return facts;
}

/** What has been paid so far, as one payment that grows: orders do not name their transactions. */
function readPayment(
  order: Fields,
  is: { name: OrderName; currency: string; totalMinor: number; version: Date },
): SourceFact[] {
  const { name, currency, totalMinor, version } = is;
  const status = order.optionalText('financial_status');
  if (status === null || !PAID.has(status)) return [];
  const outstanding = order.has('total_outstanding') ? amountOf(order, 'total_outstanding', currency) : 0;
  const isPart = status === 'partially_paid';
  if (isPart && !order.has('total_outstanding')) return [];
  const amountMinor = isPart ? Math.max(0, totalMinor - outstanding) : totalMinor;
  const method = clip(order.firstText('payment_gateway_names') ?? order.optionalText('gateway'), 100) ?? 'unknown';
  const body = ofOrder(name, { kind: 'payment_recorded', externalId: 'order', method, amountMinor, currency });
  return [told(`order:${name.externalId}:paid`, body, { occurredAt: version, version })];
}

/** Nothing of a line that has no units. */
function readLine(line: Fields, currency: string): StatedLine[] {
  const externalId = line.id('id');
  const quantity = line.whole('quantity');
  if (quantity === 0) return [];
  const sku = skuOf(clip(line.optionalText('sku'), 200), line.optionalId('variant_id'), `line:${externalId}`);
  const variant = clip(line.optionalText('variant_title'), 500);
  return [
    {
      externalId,
      sku,
      title: clip(line.optionalText('title') ?? line.optionalText('name'), 1_000) ?? sku,
      options: variant === null ? {} : { variant },
      quantity,
      unitPriceMinor: amountOf(line, 'price', currency),
    },
  ];
}

function readBuyer(order: Fields): StatedPerson {
  const customer = order.optionalObject('customer');
  const email = order.optionalText('email') ?? order.optionalText('contact_email') ?? customer?.optionalText('email');
  const phone = order.optionalText('phone') ?? customer?.optionalText('phone');
  const id = customer?.optionalId('id');
  const given = customer ?? order.optionalObject('billing_address');
  const names = [given?.optionalText('first_name'), given?.optionalText('last_name')].filter((name) => name != null);
  return {
    identities: [
      ...(email ? [{ kind: 'email' as const, value: email }] : []),
      ...(phone ? [{ kind: 'phone' as const, value: phone }] : []),
      ...(id ? [{ kind: 'external_id' as const, value: `shopify:${id}` }] : []),
    ],
    displayName: clip(names.join(' '), 200),
  };
}

function readAddress(address: Fields | null): PostalAddress | null {
  if (address === null) return null;
  const part = (name: string) => clip(address.optionalText(name), 300);
  return {
    line1: part('address1'),
    line2: part('address2'),
    postalCode: part('zip'),
    city: part('city'),
    region: part('province'),
    country: part('country_code') ?? part('country'),
  };
}
