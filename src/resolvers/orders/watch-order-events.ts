import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { watchedPersonStreams } from '../../services/conversations/visible-conversations.ts';
import { stream, topic } from '../../services/events/fact.ts';
import { isVisibleOrder, isVisibleOrderEvent } from '../../services/orders/order-reach.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';

const OF_ORDERS = /^(order|shipment|tracking|return)\./;

/** What an `orderEvents` operation watches: one order, or all that the viewer may see. */
export const orderEvents: EventSubscription = {
  kind: 'events',
  async watch(scope, { orderId }) {
    const reach = requireRight(scope.viewer, 'orders:read');
    const { partnerId, customerId } = scope.viewer;
    if (orderId != null && !(await isVisibleOrder(scope, String(orderId))))
      throw new InvalidRequest('orderId', 'Nothing with this id is visible to you.');
    const watched = () => {
      if (orderId != null) return { streams: [stream.order(String(orderId))], topics: [] };
      if (reach === 'all') return { streams: [], topics: [topic.orders] };
      return { streams: [], topics: partnerId ? [topic.partner(partnerId)] : [] };
    };
    const keys =
      customerId && reach === 'own' && orderId == null
        ? { streams: await watchedPersonStreams(scope), topics: [] }
        : watched();
    return {
      ...keys,
      select: (event) => (OF_ORDERS.test(event.type) ? { left: false } : null),
      isVisible: (current, event) =>
        reach === 'all' ? Promise.resolve(true) : isVisibleOrderEvent(current, event.details),
    };
  },
};
