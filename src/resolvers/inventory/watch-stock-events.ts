import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { stream, topic } from '../../services/events/fact.ts';
import { isVisibleLocation, readOwnStores } from '../../services/inventory/locations-within-reach.ts';

/** What a `stockEvents` operation watches: a variant, a location, both together, or all stock; of that a partner its own stores, as they are then. */
export const stockEvents: EventSubscription = {
  kind: 'events',
  async watch(scope, { variantId, locationId }) {
    const isOwn = requireRight(scope.viewer, 'stock:read') === 'own';
    const [variant, location] = [variantId, locationId].map((id) => (id == null ? null : String(id)));
    const keys = async () => {
      if (variant && location) return { streams: [stream.stock(variant, location)], topics: [] };
      if (variant) return { streams: [], topics: [topic.variant(variant)] };
      if (location) return { streams: [], topics: [topic.location(location)] };
      if (isOwn) return { streams: [], topics: (await readOwnStores(scope)).map((id) => topic.location(id)) };
      return { streams: [], topics: [topic.stock] };
    };
    return {
      ...(await keys()),
      select: (event) => (event.type === 'stock.changed' ? { left: false } : null),
      isVisible: (current, { details }) =>
        isOwn ? isVisibleLocation(current, 'stock:read', String(details['locationId'])) : Promise.resolve(true),
    };
  },
};
