import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { stream, topic } from '../../services/events/fact.ts';
import { webhookEndpointById } from '../../services/partners/read-webhook-endpoints.ts';

/** What a `webhookEvents` operation watches: all endpoints, or those of the viewer's key and of its partner. */
export const webhookEvents: EventSubscription = {
  kind: 'events',
  watch({ viewer }) {
    const reach = requireRight(viewer, 'webhooks:write');
    const owners = viewer.partnerId ? [viewer.principal, viewer.partnerId] : [viewer.principal];
    return Promise.resolve({
      streams: reach === 'all' ? [stream.webhooks] : [],
      topics: reach === 'all' ? [] : owners.map((id) => topic.webhooksOf(id)),
      select: ({ type }) => (type.startsWith('webhook.') ? { left: false } : null),
      isVisible: async (current, { details }) =>
        (await webhookEndpointById(current, String(details['webhookEndpointId']))) !== null,
    });
  },
};
