import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import {
  ArrivedLineInput,
  OrderChangePayload,
  OrderExchangeInput,
  OrderItemsChangeInput,
  OrderReturnInput,
  PaymentMeansInput,
} from '../../schema/orders/order-change-input.ts';
import { Order } from '../../schema/orders/order.ts';
import { PostalAddressInput } from '../../schema/postal-address.ts';
import { Right } from '../../schema/right.ts';
import { OrderChangeKindEnum, ReturnStatusEnum } from '../../schema/vocabulary.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { advanceReturn } from '../../services/orders/advance-return.ts';
import { changeOrder } from '../../services/orders/change-order.ts';
import type { NamedMeans, OrderChange } from '../../services/orders/order-change.ts';
import type * as rows from '../../services/orders/order.ts';
import { possibleChanges } from '../../services/orders/possible-changes.ts';
import { readOrders } from '../../services/orders/read-orders.ts';
import type { ReturnStatus } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

const ORDER = { description: 'The order, `ord_…`.' };
const BEFORE = 'Only while nobody works on it and its items were not changed before.';
const REFUSED = 'Refused: NOT_FOUND, INVALID_INPUT, ORDER_STATUS, IDEMPOTENCY_KEY_REUSED';

@Resolver(() => Order)
export class OrderChangeFields {
  @FieldResolver(() => [OrderChangeKindEnum], {
    description:
      'What its status allows a service agent to change; the change itself may still be refused. Empty: nothing. Asks the right `orders:change`.',
  })
  @Right('orders:change')
  possibleChanges(@Root() order: rows.Order) {
    return possibleChanges(order);
  }
}

@Resolver()
export class OrderChangeMutations {
  @Mutation(() => OrderChangePayload, {
    description: `Cancels an order and promises back what was paid. ${BEFORE} ${REFUSED}, ITEMS_CHANGED_BEFORE, REASON_NOT_ACCEPTED.`,
  })
  @Right('orders:change')
  orderCancel(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('reason', () => String, { description: 'Why, in the customer’s words. 1 to 500 characters.' }) reason: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return change(context, { mutation: 'orderCancel', id, key }, { kind: 'cancel', reason });
  }

  @Mutation(() => OrderChangePayload, {
    description: `Sends an order elsewhere. ${BEFORE} ${REFUSED}, ITEMS_CHANGED_BEFORE.`,
  })
  @Right('orders:change')
  orderAddressChange(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('shippingAddress', () => PostalAddressInput, { description: 'The whole address as it is from now on.' })
    shippingAddress: PostalAddressInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'orderAddressChange', id, key };
    return change(context, act, { kind: 'address', shippingAddress: { ...shippingAddress } });
  }

  @Mutation(() => OrderChangePayload, {
    description: `Has an order with one payment paid by other means, and promises the first payment back. ${BEFORE} ${REFUSED}, ITEMS_CHANGED_BEFORE, PAYMENT_MEANS.`,
  })
  @Right('orders:change')
  orderPaymentChange(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('means', () => PaymentMeansInput, { description: 'What it is paid by from now on.' }) means: PaymentMeansInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return change(context, { mutation: 'orderPaymentChange', id, key }, { kind: 'payment', means: toMeans(means) });
  }

  @Mutation(() => OrderChangePayload, {
    description: `Changes items to other variants of the same products, once per order. ${BEFORE} ${REFUSED}, ITEMS_CHANGED_BEFORE, OTHER_PRODUCT, INSUFFICIENT_STOCK, CURRENCY_MISMATCH, PAYMENT_MEANS.`,
  })
  @Right('orders:change')
  orderItemsChange(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('input', () => OrderItemsChangeInput, { description: 'What changes.' })
    { lines, means }: OrderItemsChangeInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'orderItemsChange', id, key };
    return change(context, act, { kind: 'items', lines: lines.map((line) => ({ ...line })), means: toMeans(means) });
  }

  @Mutation(() => OrderChangePayload, {
    description: `Starts a return of what was delivered. ${REFUSED}, RETURNED_BEFORE, PAYMENT_MEANS.`,
  })
  @Right('orders:change')
  orderReturn(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('input', () => OrderReturnInput, { description: 'What comes back, and where the money goes.' })
    { lines, reason, means }: OrderReturnInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const what = { lines: lines.map((line) => ({ ...line })), reason: reason ?? null, means: toMeans(means) };
    return change(context, { mutation: 'orderReturn', id, key }, { kind: 'return', ...what });
  }

  @Mutation(() => OrderChangePayload, {
    description: `Starts an exchange of what was delivered for other variants of the same products. ${REFUSED}, RETURNED_BEFORE, OTHER_PRODUCT, INSUFFICIENT_STOCK, CURRENCY_MISMATCH, PAYMENT_MEANS.`,
  })
  @Right('orders:change')
  orderExchange(
    @Ctx() context: Context,
    @Arg('id', () => ID, ORDER) id: string,
    @Arg('input', () => OrderExchangeInput, { description: 'What comes back, and what goes out instead.' })
    { lines, reason, means }: OrderExchangeInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const what = { lines: lines.map((line) => ({ ...line })), reason: reason ?? null, means: toMeans(means) };
    return change(context, { mutation: 'orderExchange', id, key }, { kind: 'exchange', ...what });
  }

  @Mutation(() => OrderChangePayload, {
    description:
      'Takes a return one step further for the shop. Refused: NOT_FOUND, INVALID_INPUT, RETURN_STATUS (the step is not next), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('orders:change')
  returnAdvance(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The return, `ret_…`.' }) id: string,
    @Arg('status', () => ReturnStatusEnum, { description: 'The step: one of its `nextStatuses`.' })
    status: ReturnStatus,
    @Arg('arrived', () => [ArrivedLineInput], {
      nullable: true,
      description: 'Units that arrived so far, by line. Null or absent: as counted before.',
    })
    arrived: ArrivedLineInput[] | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const lines = (arrived ?? []).map((line) => ({ ...line }));
      const act = { mutation: 'returnAdvance', key, input: { id, status, lines } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        order: await advanceReturn(tx, id, status, lines),
      }));
      const [order] = await readOrders(scope, [ids.order]);
      return { order: order ?? null };
    });
  }
}

const toMeans = ({ method, externalId, balanceMinor }: PaymentMeansInput): NamedMeans => ({
  method,
  externalId,
  balanceMinor: balanceMinor ?? null,
});

/** One act, once per key; the order is read again under what the viewer may see. */
function change(
  { scope, installation }: Context,
  { mutation, id, key }: { mutation: string; id: string; key: string | null },
  asked: OrderChange,
) {
  return answer(async () => {
    const act = { mutation, key, input: { id, asked } };
    const { ids } = await idempotently(scope, installation, act, async (tx) => ({
      order: await changeOrder(tx, id, asked),
    }));
    const [order] = await readOrders(scope, [ids.order]);
    return { order: order ?? null };
  });
}
