import type { CustomerId } from '../../src/values/ids.ts';
import type { OrderFact, StatedLine } from '../../src/services/orders/order-fact.ts';

/** A moment of one day: `at('10:30')`. */
export const at = (clock: string): Date => new Date(`2026-11-18T${clock}:00.000Z`);

export const aLine = (externalId: string, but: Partial<StatedLine> = {}): StatedLine => ({
  externalId,
  sku: `SKU-${externalId}`,
  title: `Thing ${externalId}`,
  options: { color: 'blue' },
  quantity: 1,
  unitPriceMinor: 1_000,
  ...but,
});

type Origin = Partial<Pick<OrderFact, 'source' | 'sourceEventId' | 'sourceVersion' | 'occurredAt' | 'receivedAt'>>;

/** Facts of one order, ready to be changed. */
export function factsOf(orderNumber: string, customerId: CustomerId) {
  const origin = (name: string, but: Origin) => ({
    orderNumber,
    source: 'shop',
    sourceEventId: `${orderNumber}/${name}`,
    occurredAt: at('10:00'),
    ...but,
  });
  const lines = [aLine('1'), aLine('2', { quantity: 2 })];
  return {
    placed: (but: Origin & Partial<Extract<OrderFact, { kind: 'order_placed' }>> = {}): OrderFact => ({
      kind: 'order_placed',
      customerId,
      currency: 'EUR',
      totalMinor: 3_000,
      lines,
      shippingAddress: { line1: 'Kuusitie 1', city: 'Turku', country: 'FI' },
      ...origin('placed', {}),
      ...but,
    }),
    money: (
      kind: 'payment_recorded' | 'refund_recorded',
      amountMinor: number,
      but: Origin & { currency?: string } = {},
    ): OrderFact => ({
      kind,
      externalId: 'card-1',
      method: 'credit_card',
      amountMinor,
      currency: 'EUR',
      ...origin(kind, { occurredAt: at('10:05') }),
      ...but,
    }),
    shipped: (but: Origin & Partial<Extract<OrderFact, { kind: 'shipment_created' }>> = {}): OrderFact => ({
      kind: 'shipment_created',
      externalId: 'parcel-1',
      carrier: 'Posti',
      trackingNumber: `T-${orderNumber}`,
      lineExternalIds: ['1', '2'],
      ...origin(`shipped ${but.externalId ?? 'parcel-1'}`, { occurredAt: at('11:00') }),
      ...but,
    }),
    cancelled: (reason: string | null = 'no longer needed', but: Origin = {}): OrderFact => ({
      kind: 'order_cancelled',
      reason,
      ...origin('cancelled', { occurredAt: at('12:00') }),
      ...but,
    }),
    reached: (kind: 'order_processed' | 'order_delivered', but: Origin = {}): OrderFact => ({
      kind,
      ...origin(kind, { occurredAt: at('13:00') }),
      ...but,
    }),
    returned: (but: Origin & Partial<Extract<OrderFact, { kind: 'return_recorded' }>> = {}): OrderFact => ({
      kind: 'return_recorded',
      externalId: 'return-1',
      status: 'requested',
      reason: 'too small',
      lines: [{ lineExternalId: '1', quantity: 1 }],
      ...origin(`return ${but.status ?? 'requested'}`, { occurredAt: at('15:00') }),
      ...but,
    }),
  };
}
