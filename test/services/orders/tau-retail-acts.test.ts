import { describe, expect, test } from 'vitest';

import { readOrder } from '../../../src/import/tau-retail-orders.ts';
import { foldOrder, type OrderState } from '../../../src/services/orders/fold-order.ts';
import type { OfferedVariant, OrderChange } from '../../../src/services/orders/order-change.ts';
import { DESK, type KeptFact, type OrderFactBody } from '../../../src/services/orders/order-fact.ts';
import { weighOrderChange } from '../../../src/services/orders/weigh-order-change.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { sampleSet } from '../../support/sample-set.ts';
import {
  cents,
  changeOf,
  linesOfItems,
  readTauSet,
  seenAs,
  TAU_POLICY,
  TauShop,
  type TauOrder,
} from '../../support/tau-shop.ts';

const sample = sampleSet('tau_retail');

const kept = (body: OrderFactBody, source: string, id: string, occurredAt: Date): KeptFact => ({
  ...{ source, sourceEventId: id, sourceVersion: null, body },
  ...{ occurredAt, receivedAt: occurredAt, recordedAt: occurredAt },
});

/** An order of the set and what the desk did with it. */
class Told {
  readonly facts: KeptFact[];
  constructor(number: string, raw: TauOrder) {
    this.facts = readOrder(number, raw).map((fact) => {
      const { source, sourceEventId, occurredAt, orderNumber: _, ...body } = fact;
      return kept({ customerId: 'cus_x', ...body } as unknown as OrderFactBody, source, sourceEventId, occurredAt);
    });
  }
  get state(): OrderState {
    return foldOrder(this.facts)!;
  }
  does(change: OrderChange, offers: ReadonlyMap<string, OfferedVariant>): string {
    try {
      const bodies = weighOrderChange(this.state, change, { offers, policy: TAU_POLICY });
      const now = new Date(Date.UTC(2026, 0, 1) + this.facts.length * 1_000);
      this.facts.push(...bodies.map((body, i) => kept(body, DESK, `${this.facts.length}/${i}`, now)));
      return 'done';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }
}

describe.skipIf(!sample)('the training tasks of tau-retail', () => {
  const set = sample ? readTauSet(sample) : { orders: {}, users: {}, products: {}, tasks: [] };
  const { orders, products, tasks } = set;
  const offers = new Map(
    Object.entries(products).flatMap(([productId, { variants }]) =>
      Object.entries(variants).map(([sku, { price, available, options }]): [string, OfferedVariant] => [
        sku,
        {
          sku,
          productId,
          title: sku,
          options,
          priceMinor: cents(price),
          currency: 'USD',
          available: available ? 1 : 0,
        },
      ]),
    ),
  );

  test('each act is accepted or refused as the policy says, and leaves the order as its tools do', () => {
    let accepted = 0;
    for (const { actions } of tasks) {
      const shop = new TauShop(set);
      const told = new Map<string, Told>();
      for (const act of actions) {
        const number = String(act.kwargs['order_id']);
        const ours = told.get(number) ?? new Told(number, orders[number]!);
        told.set(number, ours);
        const change = changeOf(act, shop.methodsOf(number));
        const verdict = ours.does(change, offers);
        expect([act, verdict === 'done' ? 'done' : 'refused', verdict]).toEqual([
          act,
          shop.does(act) ? 'done' : 'refused',
          verdict,
        ]);
        if (verdict === 'done') accepted += 1;
        expect(ours.state.status).toBe(seenAs(shop.order(number).status));
        // What may happen once is refused the second time.
        if (change.kind !== 'address') expect([act, ours.does(change, offers)]).not.toEqual([act, 'done']);
      }
    }
    expect(accepted).toBeGreaterThan(700);
  }, 60_000);

  test('what an order’s status forbids is refused, for each order of the set', () => {
    for (const [number, raw] of Object.entries(orders)) {
      const ours = new Told(number, raw);
      const [item] = linesOfItems(raw.items.map(({ item_id }) => item_id));
      const means = { externalId: raw.payment_history[0]!.payment_method_id, method: 'card', balanceMinor: null };
      const back: OrderChange = {
        kind: 'return',
        lines: [{ lineExternalId: item!, quantity: 1 }],
        reason: null,
        means,
      };
      const cancel: OrderChange = { kind: 'cancel', reason: 'no longer needed' };
      const forbidden = raw.status === 'delivered' ? [cancel] : raw.status === 'pending' ? [back] : [cancel, back];
      for (const change of forbidden) expect([number, ours.does(change, offers)]).toEqual([number, 'ORDER_STATUS']);
    }
  }, 60_000);
});
