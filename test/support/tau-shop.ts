import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { CHANGE_POLICY, type NamedMeans, type OrderChange } from '../../src/services/orders/order-change.ts';

export interface TauItem {
  item_id: string;
  product_id: string;
  price: number;
}
export interface TauOrder {
  user_id: string;
  address: { address1: string };
  items: TauItem[];
  status: string;
  payment_history: { transaction_type: string; amount: number; payment_method_id: string }[];
}
export type TauMethods = Record<string, { source: string; balance?: number }>;
export type TauVariants = Record<string, { price: number; available: boolean; options: Record<string, string> }>;
/** One thing that the set’s service agent does for a customer, as a call of its own tools. */
export interface TauAct {
  name: string;
  kwargs: Record<string, string | string[]>;
}

export interface TauSet {
  readonly orders: Readonly<Record<string, TauOrder>>;
  readonly users: Readonly<Record<string, { payment_methods: TauMethods }>>;
  readonly products: Readonly<Record<string, { variants: TauVariants }>>;
  readonly tasks: readonly { readonly actions: readonly TauAct[] }[];
}

/** The orders, people, products and training tasks of the set that lies at `sample`. */
export function readTauSet(sample: string): TauSet {
  const at = (name: string) => join(sample, 'tau1', name);
  const unzip = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(at(name))).toString('utf8'));
  return {
    orders: unzip('orders.json.gz'),
    users: unzip('users.json.gz'),
    products: unzip('products.json.gz'),
    tasks: JSON.parse(readFileSync(at('tasks_train.json'), 'utf8')) as unknown,
  } as TauSet;
}

export const cents = (amount: number) => Math.round(amount * 100);

/** What the policy of the set allows: cancelling for two reasons, one return or exchange, items once. */
export const TAU_POLICY = {
  ...CHANGE_POLICY,
  cancelReasons: ['no longer needed', 'ordered by mistake'],
  oneReturn: true,
  refundMethods: ['gift_card'],
};

/**
 * The acts as the set's own tools do them: on its own orders, written after its policy and after nothing of ours. One shop for each task: all
 * of them begin with the orders as the set has them.
 */
export class TauShop {
  readonly #set: TauSet;
  /** A thousand orders are not copied for the one or two that a task touches. */
  readonly #touched = new Map<string, TauOrder>();

  constructor(set: TauSet) {
    this.#set = set;
  }

  order(number: string): TauOrder {
    const order = this.#touched.get(number) ?? structuredClone(this.#set.orders[number]!);
    this.#touched.set(number, order);
    return order;
  }

  methodsOf(number: string): TauMethods {
    return this.#set.users[this.order(number).user_id]!.payment_methods;
  }

  /** False: the policy refuses it, and nothing changed. */
  does({ name, kwargs }: TauAct): boolean {
    const number = String(kwargs['order_id']);
    const order = this.order(number);
    const methods = this.methodsOf(number);
    const by = String(kwargs['payment_method_id'] ?? '');
    const covers = (amount: number) => {
      const { source, balance } = methods[by]!;
      return source !== 'gift_card' || cents(balance!) >= amount;
    };
    const pays = (transaction_type: string, amount: number, payment_method_id: string) =>
      order.payment_history.push({ transaction_type, amount, payment_method_id });
    switch (name) {
      case 'cancel_pending_order':
        if (order.status !== 'pending' || !TAU_POLICY.cancelReasons.includes(String(kwargs['reason']))) return false;
        order.status = 'cancelled';
        pays('refund', paidFor(order) / 100, order.payment_history[0]!.payment_method_id);
        return true;
      case 'modify_pending_order_address':
        if (order.status !== 'pending') return false;
        order.address = { address1: String(kwargs['address1']) };
        return true;
      case 'modify_pending_order_payment': {
        const [only, ...more] = order.payment_history;
        if (order.status !== 'pending' || more.length > 0 || only?.transaction_type !== 'payment') return false;
        if (!methods[by] || only.payment_method_id === by || !covers(cents(only.amount))) return false;
        pays('payment', only.amount, by);
        pays('refund', only.amount, only.payment_method_id);
        return true;
      }
      case 'modify_pending_order_items': {
        const difference = order.status === 'pending' ? this.#difference(order, kwargs) : null;
        if (difference === null || !methods[by] || !covers(difference)) return false;
        order.status = 'pending (item modified)';
        for (const [i, item] of take(order, kwargs['item_ids'] as string[])!.entries()) {
          const id = (kwargs['new_item_ids'] as string[])[i]!;
          Object.assign(item, { item_id: id, price: this.#variant(item, id)!.price });
        }
        pays(difference > 0 ? 'payment' : 'refund', Math.abs(difference) / 100, by);
        return true;
      }
      case 'return_delivered_order_items':
        if (order.status !== 'delivered' || !methods[by] || take(order, kwargs['item_ids'] as string[]) === null)
          return false;
        if (methods[by].source !== 'gift_card' && order.payment_history[0]!.payment_method_id !== by) return false;
        order.status = 'return requested';
        return true;
      case 'exchange_delivered_order_items': {
        const difference = order.status === 'delivered' ? this.#difference(order, kwargs) : null;
        if (difference === null || !methods[by] || !covers(difference)) return false;
        order.status = 'exchange requested';
        return true;
      }
      default:
        throw new Error(`no such tool: ${name}`);
    }
  }

  #variant({ product_id }: TauItem, id: string) {
    return this.#set.products[product_id]!.variants[id];
  }

  #difference(order: TauOrder, kwargs: TauAct['kwargs']): number | null {
    const items = take(order, kwargs['item_ids'] as string[]);
    const wanted = kwargs['new_item_ids'] as string[];
    if (!items || items.length !== wanted.length) return null;
    let sum = 0;
    for (const [i, item] of items.entries()) {
      const variant = this.#variant(item, wanted[i]!);
      if (!variant?.available) return null;
      sum += cents(variant.price) - cents(item.price);
    }
    return sum;
  }
}

/** What was paid and has not gone back, in cents. */
export const paidFor = ({ payment_history }: TauOrder): number =>
  payment_history.reduce(
    (sum, { transaction_type, amount }) => sum + (transaction_type === 'payment' ? cents(amount) : -cents(amount)),
    0,
  );

/** The items that are meant, each once. Null: one is not in the order. */
function take(order: TauOrder, ids: readonly string[]): TauItem[] | null {
  const left = [...order.items];
  const taken: TauItem[] = [];
  for (const id of ids) {
    const index = left.findIndex(({ item_id }) => item_id === id);
    if (index < 0) return null;
    taken.push(...left.splice(index, 1));
  }
  return taken;
}

/** What a status of the set's tools is called on our side. */
export const seenAs = (status: string): string =>
  ({
    'pending (item modified)': 'pending',
    'return requested': 'return_started',
    'exchange requested': 'return_started',
  })[status] ?? status;

/** The lines of an order by the items that they are: of equal ones the second is `<item>/2`. */
export const linesOfItems = (ids: readonly string[]) => {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    const n = (seen.get(id) ?? 0) + 1;
    seen.set(id, n);
    return n === 1 ? id : `${id}/${n}`;
  });
};

/** An act in the words of our desk. */
export function changeOf({ name, kwargs }: TauAct, methods: TauMethods): OrderChange {
  const by = String(kwargs['payment_method_id'] ?? '');
  const balance = methods[by]?.balance;
  const means: NamedMeans = {
    externalId: by,
    method: by.replace(/_\d+$/, ''),
    balanceMinor: balance === undefined ? null : cents(balance),
  };
  const lines = linesOfItems((kwargs['item_ids'] ?? []) as string[]);
  const swapped = lines.map((lineExternalId, i) => ({
    lineExternalId,
    quantity: 1,
    sku: (kwargs['new_item_ids'] as string[] | undefined)?.[i] ?? '',
  }));
  switch (name) {
    case 'cancel_pending_order':
      return { kind: 'cancel', reason: String(kwargs['reason']) };
    case 'modify_pending_order_address':
      return { kind: 'address', shippingAddress: { line1: String(kwargs['address1']), city: String(kwargs['city']) } };
    case 'modify_pending_order_payment':
      return { kind: 'payment', means };
    case 'modify_pending_order_items':
      return { kind: 'items', lines: swapped, means };
    case 'return_delivered_order_items':
      return { kind: 'return', lines: lines.map((id) => ({ lineExternalId: id, quantity: 1 })), reason: null, means };
    default:
      return { kind: 'exchange', lines: swapped, reason: null, means };
  }
}
