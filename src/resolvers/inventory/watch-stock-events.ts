import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { stream, topic } from '../../services/events/fact.ts';

/** What a `stockEvents` operation watches: a variant, a location, both together, or all stock. */
export const stockEvents: EventSubscription = {
  kind: 'events',
  watch(scope, { variantId, locationId }) {
    requireRight(scope.viewer, 'stock:read');
    const [variant, location] = [variantId, locationId].map((id) => (id == null ? null : String(id)));
    const keys = () => {
      if (variant && location) return { streams: [stream.stock(variant, location)], topics: [] };
      if (variant) return { streams: [], topics: [topic.variant(variant)] };
      if (location) return { streams: [], topics: [topic.location(location)] };
      return { streams: [], topics: [topic.stock] };
    };
    return Promise.resolve({
      ...keys(),
      select: (event) => (event.type === 'stock.changed' ? { left: false } : null),
      isVisible: () => Promise.resolve(true),
    });
  },
};
