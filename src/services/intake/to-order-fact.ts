import type { OrderFact } from '../orders/order-fact.ts';
import { buyerOf } from './buyer-of.ts';
import type { OrderTold } from './source-fact.ts';
import type { ToldFact } from './waiting-facts.ts';

/** What a source told of an order, as the order is told of it: under its number, with who ordered. */
export function toOrderFact({ fact, source, id, ...told }: ToldFact & OrderTold, orderNumber: string): OrderFact {
  const { occurredAt, receivedAt, version: sourceVersion } = told;
  const origin = { orderNumber, source, sourceEventId: id, sourceVersion, occurredAt, receivedAt };
  if (fact.kind !== 'order_placed') return { ...fact, ...origin };
  const { buyer, ...placed } = fact;
  return { ...placed, ...origin, identity: buyerOf(buyer, source, orderNumber) };
}
