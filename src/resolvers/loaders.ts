import type { Scope } from '../services/scope.ts';
import { makeActivityLoaders } from './activity/activity-loaders.ts';
import { makeControlLoaders } from './conversations/control-loaders.ts';
import { makeContextLoaders } from './context/context-loaders.ts';
import { makeConversationLoaders } from './conversations/conversation-loaders.ts';
import { makeCustomerLoaders } from './customers/customer-loaders.ts';
import { makeInventoryLoaders } from './inventory/inventory-loaders.ts';
import { makeOrderLoaders } from './orders/order-loaders.ts';
import { makePrivacyLoaders } from './privacy/privacy-loaders.ts';
import { makePartnerLoaders } from './partners/partner-loaders.ts';
import { makeSegmentLoaders } from './segments/segment-loaders.ts';
import { makeRoutingLoaders } from './routing/routing-loaders.ts';

/** Loaders batch the look-ups of one request (or one event of a stream). Never kept longer: their cache knows no rights but this viewer's. */
export function makeLoaders(scope: Scope) {
  return {
    ...makeCustomerLoaders(scope),
    ...makePrivacyLoaders(scope),
    ...makeInventoryLoaders(scope),
    ...makeActivityLoaders(scope),
    ...makeConversationLoaders(scope),
    ...makeControlLoaders(scope),
    ...makeOrderLoaders(scope),
    ...makePartnerLoaders(scope),
    ...makeRoutingLoaders(scope),
    ...makeSegmentLoaders(scope),
    ...makeContextLoaders(scope),
  };
}
export type Loaders = ReturnType<typeof makeLoaders>;
