import type { Subscriptions } from '../live/subscriptions.ts';
import { contextPackets } from './context/context-subscriptions.ts';
import { conversationEvents } from './conversations/watch-conversation-events.ts';
import { channelOverview } from './figures/channel-overview-resolvers.ts';
import { stockEvents } from './inventory/watch-stock-events.ts';
import { orderEvents } from './orders/watch-order-events.ts';
import { webhookEvents } from './partners/watch-webhook-events.ts';
import { routingDecisions } from './routing/watch-routing-decisions.ts';

/** What each field of `Subscription` watches. A field without a line here cannot be subscribed to; a test compares. */
export const SUBSCRIPTIONS: Subscriptions = {
  stockEvents,
  conversationEvents,
  orderEvents,
  routingDecisions,
  webhookEvents,
  contextPackets,
  channelOverview,
};
