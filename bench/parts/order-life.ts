import { signatureOf } from '../../src/values/standard-webhooks.ts';
import { emailOf } from '../seed/customer-id.ts';

/** The connector of the benches: its name and what it signs with. */
export const BENCH_SHOP = 'bench-shop';
export const BENCH_SHOP_SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`;

const FIRST_MOMENT = Date.parse('2026-11-02T00:00:00.000Z');
const MINUTE_MS = 60_000;
const LINES = [
  { id: '1', sku: 'SKU-1', title: 'Product 0, size 1', quantity: 1, unitPriceMinor: 1_990 },
  { id: '2', sku: 'SKU-2', title: 'Product 0, size 2', quantity: 2, unitPriceMinor: 995 },
];
const TOTAL_MINOR = 3_980;
const SCANS = [
  { status: 'in_transit', place: 'Vantaa' },
  { status: 'in_transit', place: 'Tampere' },
  { status: 'delivered', place: 'Tampere' },
];

/** What a shop and a carrier tell of one order from the click to the door, in order, as bodies of webhooks with one fact each. */
export function lifeOfOrder(customer: number, number: string): string[] {
  const order = { number };
  const trackingNumber = `T-${number}`;
  const told = [
    {
      type: 'order.placed',
      order,
      customer: { email: emailOf(customer) },
      currency: 'EUR',
      totalMinor: TOTAL_MINOR,
      lines: LINES,
    },
    {
      type: 'payment.recorded',
      order,
      payment: { id: 'card', method: 'credit_card', amountMinor: TOTAL_MINOR, currency: 'EUR' },
    },
    { type: 'order.processed', order },
    {
      type: 'shipment.created',
      order,
      shipment: { id: `parcel-${number}`, carrier: 'Posti', trackingNumber, lineIds: LINES.map(({ id }) => id) },
    },
    ...SCANS.map((scan) => ({ type: 'tracking.recorded', trackingNumber, ...scan })),
  ];
  return told.map((fact, step) =>
    JSON.stringify({
      id: `${number}/${step}`,
      occurredAt: new Date(FIRST_MOMENT + step * MINUTE_MS).toISOString(),
      ...fact,
    }),
  );
}

/** The headers with which a shop signs a body, by Standard Webhooks, as they go over the wire. */
export function signedHead(id: string, body: string): string {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = signatureOf(BENCH_SHOP_SECRET, { id, timestamp }, Buffer.from(body));
  return `webhook-id: ${id}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: v1,${signature}\r\n`;
}
