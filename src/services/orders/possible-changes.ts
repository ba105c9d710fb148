import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { OrderChangeKind, OrderStatus } from '../../values/vocabulary.ts';
import { CHANGE_POLICY, type ChangePolicy } from './order-change.ts';

/** What the status of an order allows to change; whether a change itself is allowed is said when it is asked for. */
export function possibleChanges(
  order: {
    readonly status: OrderStatus;
    readonly fulfilmentStatus: FulfilmentStatus;
    readonly returnStatus: OrderReturnStatus;
    readonly itemsChangedAt: Date | null;
  },
  policy: ChangePolicy = CHANGE_POLICY,
): readonly OrderChangeKind[] {
  if (order.status === 'pending')
    return policy.locksAfterItems && order.itemsChangedAt ? [] : ['cancel', 'address', 'payment', 'items'];
  const isOpenForReturns = policy.oneReturn ? order.returnStatus === 'none' : order.returnStatus !== 'returned';
  return order.fulfilmentStatus === 'delivered' && isOpenForReturns ? ['return', 'exchange'] : [];
}
