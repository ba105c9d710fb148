// A shop as a process of the bench: facts of a partner's orders through the services, at a steady rate, from a pool of their own.
import type { Database } from '../../src/database/open-database.ts';
import type { FactOrigin, OrderFact } from '../../src/services/orders/order-fact.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import type { CustomerId, PartnerId } from '../../src/values/ids.ts';
import { BENCH_VIEWER } from '../bench-key.ts';
import { seededRandom } from '../random.ts';
import { customerIdOf } from '../seed/customer-id.ts';
import { answerParent, cpuSeconds } from './answer-parent.ts';
import { BENCH_SHOP } from './order-life.ts';
import { writeSteadily, type SteadyWriting, type WritingReadings } from './steady-writing.ts';

export interface OrderWriting extends SteadyWriting {
  partnerId: PartnerId;
  /** Orders are placed by the customers with numbers below this one. */
  customers: number;
  seed: number;
}

let orders = 0;

/** Each writer tells one order after the other, from its beginning. */
function write(writing: OrderWriting): Promise<WritingReadings> {
  const random = seededRandom(writing.seed);
  return writeSteadily(writing, () => {
    let left: OrderFact[] = [];
    return async (database: Database) => {
      if (left.length === 0) left = factsOfOrder(Math.floor(random() * writing.customers), writing.partnerId);
      const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
      const { orderIds } = await recordOrderFacts(scope, [left.shift()!]);
      return orderIds[0]!;
    };
  });
}

/** Facts that are one event each, in order. */
function factsOfOrder(customer: number, partnerId: PartnerId): OrderFact[] {
  const orderNumber = `W-${process.pid}-${(orders += 1)}`;
  const from = (step: number): FactOrigin => ({
    ...{ orderNumber, source: BENCH_SHOP, sourceEventId: `${orderNumber}/${step}` },
    occurredAt: new Date(Date.now() - 60_000 + step),
  });
  const money = { method: 'credit_card', amountMinor: 1_990, currency: 'EUR' };
  const line = { externalId: '1', sku: 'SKU-1', title: 'Product', options: {}, quantity: 1, unitPriceMinor: 1_990 };
  const placed = {
    customerId: customerIdOf(customer) as CustomerId,
    currency: 'EUR',
    totalMinor: 1_990,
    lines: [line],
  };
  const parcel = { externalId: 'parcel', carrier: 'Posti', trackingNumber: `T-${orderNumber}`, lineExternalIds: ['1'] };
  return [
    { kind: 'order_placed', ...placed, partnerId, ...from(0) },
    { kind: 'payment_recorded', externalId: 'card', ...money, ...from(1) },
    { kind: 'order_processed', ...from(2) },
    { kind: 'shipment_created', ...parcel, ...from(3) },
  ];
}

answerParent({ write, cpu: cpuSeconds });
