import fc from 'fast-check';
import { expect, test } from 'vitest';

import { foldOrder, type KeptTracking } from '../../../src/services/orders/fold-order.ts';
import type { KeptFact, OrderFactBody } from '../../../src/services/orders/order-fact.ts';
import { RETURN_STATUSES, SHIPMENT_STATUSES } from '../../../src/values/vocabulary.ts';
import type { ReturnStatus, ShipmentStatus } from '../../../src/values/vocabulary.ts';
import { aLine, at } from '../../support/orders.ts';

/**
 * An order as a clerk would keep it on paper, who is told everything at once and in order: one line of one unit, one of two, a parcel for
 * each. Nothing here is taken from what it checks.
 */
class Paper {
  cancelled = false;
  processed = false;
  arrived = false;
  paid = 0;
  readonly payments = new Set<string>();
  readonly refunds = new Map<string, { amount: number; is: 'moved' | 'open' | 'kept' }>();
  readonly packed = new Set<string>();
  readonly scanned = new Map<string, ShipmentStatus>();
  readonly returns = new Map<string, { status: ReturnStatus; units: readonly [number, number] }>();

  goods(): string {
    const where = (parcel: string) =>
      this.packed.has(parcel) ? (this.scanned.get(parcel) ?? 'label_created') : 'none';
    const parcels = [where('p1'), where('p2')].map((status) => (status === 'cancelled' ? 'none' : status));
    const all = (...statuses: string[]) => parcels.every((status) => statuses.includes(status));
    if (this.cancelled) return 'cancelled';
    if (this.arrived || all('delivered')) return 'delivered';
    if (all('delivered', 'ready_for_pickup')) return 'ready_for_pickup';
    if (parcels.includes('delivered')) return 'partially_delivered';
    if (parcels.some((status) => status !== 'none' && status !== 'label_created')) return 'in_transit';
    return this.processed || parcels.includes('label_created') ? 'in_progress' : 'unfulfilled';
  }

  money(): string {
    const refunds = [...this.refunds.values()];
    const back = refunds.filter(({ is }) => is === 'moved').reduce((sum, { amount }) => sum + amount, 0);
    if (refunds.some(({ is, amount }) => is === 'open' && amount > 0)) return 'refund_pending';
    if (back > 0) return back >= this.paid ? 'refunded' : 'partially_refunded';
    return this.paid >= 3_000 ? 'paid' : this.paid > 0 ? 'partially_paid' : 'unpaid';
  }

  back(): string {
    const all = [...this.returns.values()];
    if (all.some(({ status }) => ['requested', 'approved', 'label_sent', 'in_transit'].includes(status)))
      return 'started';
    const came = all.filter(({ status }) => status !== 'declined' && status !== 'cancelled');
    const units = [0, 1].map((line) => came.reduce((sum, one) => sum + one.units[line]!, 0));
    if (came.length === 0) return 'none';
    return units[0]! >= 1 && units[1]! >= 2 ? 'returned' : 'partially_returned';
  }

  seen(): string {
    const [goods, back] = [this.goods(), this.back()];
    if (goods === 'cancelled') return 'cancelled';
    if (back === 'started') return 'return_started';
    if (back === 'returned') return 'returned';
    const words = new Map([
      ['unfulfilled', 'pending'],
      ['in_progress', 'processed'],
      ['partially_delivered', 'in_transit'],
    ]);
    return words.get(goods) ?? goods;
  }

  /** Money that nobody promised under its name pays off older promises, as far as it goes. */
  giveBack(id: string, amount: number): void {
    let left = this.refunds.has(id) ? -1 : amount;
    for (const one of this.refunds.values()) {
      if (one.is !== 'open' || one.amount > left) continue;
      one.is = 'kept';
      left -= one.amount;
    }
    this.refunds.set(id, { amount, is: 'moved' });
  }

  /** How far along a return is. Saying no, and changing one's mind, are only for what has not gone far. */
  step(id: string, status: ReturnStatus, units: readonly [number, number]): void {
    const before = this.returns.get(id)?.status;
    const far = ['requested', 'approved', 'label_sent', 'in_transit', 'received', 'inspected'];
    const rank = (one: ReturnStatus) =>
      far.includes(one) ? far.indexOf(one) : one === 'refunded' || one === 'exchanged' ? 6 : one === 'closed' ? 7 : 8;
    const moves =
      before === undefined ||
      (status === 'declined'
        ? before === 'requested'
        : status === 'cancelled'
          ? ['requested', 'approved', 'label_sent'].includes(before)
          : rank(status) > rank(before));
    this.returns.set(id, { status: moves ? status : before, units });
  }
}

type Act =
  | { readonly does: 'pay' | 'refund' | 'promise'; readonly id: string; readonly amount: number }
  | { readonly does: 'process' | 'arrive' | 'cancel' }
  | { readonly does: 'pack'; readonly id: string }
  | { readonly does: 'scan'; readonly id: string; readonly status: ShipmentStatus }
  | {
      readonly does: 'return';
      readonly id: string;
      readonly status: ReturnStatus;
      readonly units: readonly [number, number];
    };

function write(paper: Paper, act: Act): void {
  switch (act.does) {
    case 'pay':
      // A payment is told once.
      if (!paper.payments.has(act.id)) paper.paid += act.amount;
      paper.payments.add(act.id);
      return;
    case 'refund':
      paper.giveBack(act.id, act.amount);
      return;
    case 'promise':
      if ((paper.refunds.get(act.id)?.is ?? 'open') === 'open')
        paper.refunds.set(act.id, { amount: act.amount, is: 'open' });
      return;
    case 'process':
      paper.processed = true;
      return;
    case 'arrive':
      paper.arrived = true;
      return;
    case 'cancel':
      paper.cancelled = true;
      return;
    case 'pack':
      paper.packed.add(act.id);
      return;
    case 'scan':
      paper.scanned.set(act.id, act.status);
      return;
    case 'return':
      paper.step(act.id, act.status, act.units);
  }
}

const minute = (n: number) => new Date(at('08:00').getTime() + n * 60_000);
const told = (n: number) => ({
  source: 'shop',
  sourceEventId: `e${n}`,
  occurredAt: minute(n),
  receivedAt: minute(n),
  recordedAt: minute(n),
});
const fact = (n: number, body: OrderFactBody): KeptFact => ({ ...told(n), sourceVersion: null, body });

function say(act: Exclude<Act, { does: 'scan' }>, n: number): KeptFact {
  switch (act.does) {
    case 'pay':
    case 'refund':
    case 'promise': {
      const kind = ({ pay: 'payment_recorded', refund: 'refund_recorded', promise: 'refund_promised' } as const)[
        act.does
      ];
      return fact(n, { kind, externalId: act.id, method: 'card', amountMinor: act.amount, currency: 'EUR' });
    }
    case 'process':
      return fact(n, { kind: 'order_processed' });
    case 'arrive':
      return fact(n, { kind: 'order_delivered' });
    case 'cancel':
      return fact(n, { kind: 'order_cancelled' });
    case 'pack':
      return fact(n, { kind: 'shipment_created', externalId: act.id, lineExternalIds: [act.id.slice(1)] });
    case 'return': {
      const lines = act.units.flatMap((quantity, line) =>
        quantity === 0 ? [] : [{ lineExternalId: String(line + 1), quantity }],
      );
      return fact(n, { kind: 'return_recorded', externalId: act.id, status: act.status, lines });
    }
  }
}

const placed = fact(0, {
  kind: 'order_placed',
  customerId: 'cus_x',
  currency: 'EUR',
  totalMinor: 3_000,
  lines: [aLine('1'), aLine('2', { quantity: 2 })],
});

const of = <T extends string>(...words: readonly T[]) => fc.constantFrom(...words);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(of('pay', 'refund', 'promise'), of('a', 'b'), fc.constantFrom(0, 1_000, 2_000, 3_000))
    .map(([does, id, amount]) => ({ does, id: `${id}${does === 'pay' ? amount : ''}`, amount })),
  of('process', 'arrive', 'cancel').map((does) => ({ does })),
  of('p1', 'p2').map((id) => ({ does: 'pack' as const, id })),
  fc.record({ does: fc.constant('scan' as const), id: of('p1', 'p2'), status: of(...SHIPMENT_STATUSES) }),
  fc.record({
    does: fc.constant('return' as const),
    id: of('r1', 'r2'),
    status: of(...RETURN_STATUSES),
    units: fc.constantFrom<readonly [number, number]>([1, 0], [0, 1], [0, 2], [1, 2]),
  }),
);

/** The same things in another order, some of them again. */
const shuffled = <T>(all: readonly T[]) =>
  fc
    .tuple(fc.shuffledSubarray([...all], { minLength: all.length }), fc.subarray([...all]))
    .map(([order, again]) => [...order, ...again]);

const history = fc.array(act, { maxLength: 16 }).chain((acts) => {
  const facts: KeptFact[] = [placed];
  const scans: KeptTracking[] = [];
  acts.forEach((one, i) => {
    if (one.does !== 'scan') facts.push(say(one, i + 1));
    else
      scans.push({
        ...{ ...told(i + 1), source: 'carrier' },
        ...{ shipmentExternalId: one.id, status: one.status, reasonCode: null, rawStatus: null },
        estimatedDeliveryAt: null,
      });
  });
  return fc.record({ acts: fc.constant(acts), facts: shuffled(facts), scans: shuffled(scans) });
});

test('X10: an order told in any order, with repeats, stands as a clerk has it who was told in order', () => {
  fc.assert(
    fc.property(history, ({ acts, facts, scans }) => {
      const paper = new Paper();
      for (const one of acts) write(paper, one);

      const order = foldOrder(facts, scans)!;

      expect({
        goods: order.fulfilmentStatus,
        money: order.paymentStatus,
        back: order.returnStatus,
        seen: order.status,
        returns: order.returns.map(({ externalId, status }) => [externalId, status]),
      }).toEqual({
        goods: paper.goods(),
        money: paper.money(),
        back: paper.back(),
        seen: paper.seen(),
        returns: [...paper.returns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { status }]) => [id, status]),
      });
    }),
    { numRuns: 1_000 },
  );
});
