import { createHmac, timingSafeEqual } from 'node:crypto';

import type { SourceFact } from '../../services/intake/source-fact.ts';
import { onlyHeader } from '../../values/standard-webhooks.ts';
import type { ConnectorDialect } from '../connector-dialect.ts';
import { readJson, refused, type Fields } from '../fields.ts';
import { readCustomer, readInventoryLevel, readLocation, readProduct } from './read-catalogue.ts';
import { readFulfilment, readFulfilmentEvent } from './read-fulfilment.ts';
import { readOrder } from './read-order.ts';
import { readRefundOf } from './read-refund.ts';

/**
 * How old the event behind a request may be. Shopify sends again for 4 hours under the moment of the first attempt, which it does not
 * sign: what keeps a replay from having an effect is the name of each fact.
 */
const OLDEST_MS = 5 * 3_600_000;
/** How far its clock may be ahead of ours. */
const AHEAD_MS = 5 * 60_000;
const ID = /^[\x21-\x7e]{1,150}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

/** What is told under a group of topics: how its object is called where it comes wrapped, and how it is read. */
interface Group {
  readonly wrapped: string;
  readonly read: (object: Fields, currency: string | null) => readonly SourceFact[];
}

const GROUPS: Readonly<Record<string, Group>> = {
  orders: { wrapped: 'order', read: readOrder },
  fulfillments: { wrapped: 'fulfillment', read: readFulfilment },
  fulfillment_events: { wrapped: 'fulfillment_event', read: readFulfilmentEvent },
  refunds: { wrapped: 'refund', read: readRefundOf },
  products: { wrapped: 'product', read: readProduct },
  inventory_levels: { wrapped: 'inventory_level', read: readInventoryLevel },
  locations: { wrapped: 'location', read: readLocation },
  customers: { wrapped: 'customer', read: readCustomer },
};
/** What is done to such an object; of a topic with another end (`customers/redact`, `orders/delete`) nothing is taken. */
const ACTS = new Set([
  ...['create', 'update', 'updated', 'edited', 'paid', 'partially_fulfilled', 'fulfilled', 'cancelled'],
  ...['connect', 'activate', 'deactivate', 'enable', 'disable'],
]);

/** A Shopify shop: its webhooks about orders, fulfilments, refunds, products, stock, locations and customers. */
export const shopify: ConnectorDialect = {
  name: 'shopify',
  readHead(headers, now) {
    const id = onlyHeader(headers, 'x-shopify-webhook-id') ?? '';
    const signature = onlyHeader(headers, 'x-shopify-hmac-sha256') ?? '';
    const ageMs = now.getTime() - Date.parse(onlyHeader(headers, 'x-shopify-triggered-at') ?? '');
    if (!ID.test(id) || !SIGNATURE.test(signature) || !(ageMs <= OLDEST_MS && ageMs >= -AHEAD_MS)) return null;
    return { id, isSignedBy: (secrets, bytes) => isSignedBy(secrets, signature, bytes) };
  },
  read({ headers, bytes, currency }) {
    const topic = onlyHeader(headers, 'x-shopify-topic') ?? '';
    if (topic === '') throw refused('Name the topic in `X-Shopify-Topic`.', ['X-Shopify-Topic']);
    const [name = '', act = ''] = topic.split('/');
    const body = readJson(bytes);
    const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
    if (!group || !ACTS.has(act)) return [];
    // The admin API wraps what webhooks send bare.
    const object = body.has('id') ? body : (body.optionalObject(group.wrapped) ?? body);
    return group.read(object, currency);
  },
};

/** Compares texts: base64 has more than one for the same bytes. */
function isSignedBy(secrets: readonly string[], signature: string, bytes: Uint8Array): boolean {
  const given = Buffer.from(signature);
  let isSigned = false;
  for (const secret of secrets) {
    const expected = Buffer.from(createHmac('sha256', secret).update(bytes).digest('base64'));
    if (given.length === expected.length && timingSafeEqual(given, expected)) isSigned = true;
  }
  return isSigned;
}
