import type { OrderFact } from '../services/orders/order-fact.ts';
import type { TrackingReport } from '../services/orders/record-tracking-events.ts';
import type { PartnerId } from '../values/ids.ts';
import type { ReturnStatus, ShipmentStatus } from '../values/vocabulary.ts';
import type { Dice } from './dice.ts';
import type { DemoPerson } from './people.ts';
import { SOURCE, VARIANTS } from './shop.ts';

export interface DemoCarrier {
  id: PartnerId;
  name: string;
  /** What its tracking numbers begin with. */
  prefix: string;
}

export interface PlannedOrder {
  facts: OrderFact[];
  scans: TrackingReport[];
}

/** How far an order has come: from just placed to back again. */
type Course =
  'pending' | 'processed' | 'on_the_way' | 'pickup' | 'delivered' | 'return_open' | 'returned' | 'cancelled';

const COURSES: readonly Course[] = [
  ...([
    'delivered',
    'on_the_way',
    'delivered',
    'pending',
    'return_open',
    'delivered',
    'on_the_way',
    'processed',
  ] as const),
  ...(['delivered', 'pickup', 'on_the_way', 'returned', 'delivered', 'cancelled', 'on_the_way', 'delivered'] as const),
];

const HOUR = 3_600_000;
const AGE_HOURS: Record<Course, readonly [number, number]> = {
  pending: [1, 10],
  processed: [12, 30],
  on_the_way: [40, 70],
  pickup: [60, 90],
  delivered: [120, 1_200],
  return_open: [200, 500],
  returned: [500, 900],
  cancelled: [40, 400],
};

export const carrierPlaces = ['Vantaa', 'Lahti', 'Tampere', 'Turku', 'Tallinn', 'Tartu', 'Kouvola'] as const;

/** What sources would have said about the order number `index` until now, every word of it in the past. */
export function planOrder(
  dice: Dice,
  order: { index: number; person: DemoPerson; carrier: DemoCarrier; now: Date },
): PlannedOrder {
  const { index, person, carrier, now } = order;
  const course = COURSES[index % COURSES.length]!;
  const number = `HL-${20_100 + index}`;
  const [youngest, oldest] = AGE_HOURS[course];
  const placedAt = now.getTime() - dice.whole(youngest, oldest) * HOUR;
  const plan: PlannedOrder = { facts: [], scans: [] };
  const say = (name: string, hours: number, body: object) =>
    plan.facts.push({
      orderNumber: number,
      source: SOURCE,
      sourceEventId: `${number}/${name}`,
      occurredAt: new Date(Math.min(placedAt + hours * HOUR, now.getTime() - 60_000)),
      ...body,
    } as OrderFact);
  const lines = placeLines(dice);
  const totalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  say('placed', 0, placed(person, lines, totalMinor));
  if (course === 'cancelled') {
    say('cancelled', 2, { kind: 'order_cancelled', reason: 'customer changed their mind' });
    return plan;
  }
  say('paid', 0.01, payment(number, totalMinor));
  if (course === 'pending') return plan;
  say('processed', 4, { kind: 'order_processed' });
  if (course === 'processed') return plan;
  const trackingNumber = `${carrier.prefix}${700_000_000 + index * 137}FI`;
  say('shipped', 10, shipment(number, carrier, trackingNumber));
  const scan = (status: ShipmentStatus, hours: number, place: string) =>
    plan.scans.push({
      trackingNumber,
      source: carrier.prefix,
      sourceEventId: `${trackingNumber}/${status}/${hours}`,
      status,
      place,
      occurredAt: new Date(Math.min(placedAt + hours * HOUR, now.getTime() - 30_000)),
    });
  scan('in_transit', 14, 'Vantaa');
  scan('in_transit', 26, dice.pick(carrierPlaces));
  if (course === 'on_the_way') return plan;
  if (course === 'pickup') scan('ready_for_pickup', 50, person.city);
  else {
    scan('out_for_delivery', 46, person.city);
    scan('delivered', 50, person.city);
  }
  const back = (status: ReturnStatus, hours: number) =>
    say(`return/${status}`, hours, {
      kind: 'return_recorded',
      externalId: `${number}-R1`,
      status,
      reason: 'too small',
      lines: lines.map(({ externalId, quantity }) => ({ lineExternalId: externalId, quantity })),
    });
  if (course === 'return_open' || course === 'returned') {
    back('requested', 100);
    back('approved', 104);
  }
  if (course === 'returned') {
    back('in_transit', 150);
    back('received', 220);
    back('refunded', 226);
    say('refunded', 226, { ...payment(`${number}-refund`, totalMinor), kind: 'refund_recorded' });
  }
  return plan;
}

export function placeLines(dice: Dice) {
  const variants = new Set(Array.from({ length: dice.whole(1, 3) }, () => dice.pick(VARIANTS)));
  return [...variants].map(({ sku, title, options, priceMinor }, index) => ({
    externalId: String(index + 1),
    sku,
    title,
    options,
    quantity: dice.chance(0.2) ? 2 : 1,
    unitPriceMinor: priceMinor ?? 0,
  }));
}

export const placed = (person: DemoPerson, lines: ReturnType<typeof placeLines>, totalMinor: number) => ({
  kind: 'order_placed' as const,
  identity: { kind: 'loyalty_id' as const, value: person.loyaltyId },
  currency: 'EUR',
  totalMinor,
  lines,
  shippingAddress: { line1: person.line1, postalCode: person.postalCode, city: person.city, country: person.market },
});

export const payment = (externalId: string, amountMinor: number) => ({
  kind: 'payment_recorded' as const,
  externalId,
  method: 'card',
  amountMinor,
  currency: 'EUR',
});

export const shipment = (number: string, carrier: DemoCarrier, trackingNumber: string) => ({
  kind: 'shipment_created' as const,
  externalId: `${number}-1`,
  carrier: carrier.name,
  trackingNumber,
  partnerId: carrier.id,
  lineExternalIds: [],
});
