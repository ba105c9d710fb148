import type { Subscriptions } from '../live/subscriptions.ts';
import { contextPackets } from './context/context-subscriptions.ts';

/** What each field of `Subscription` watches. A field without a line here fails the build. */
export const SUBSCRIPTIONS: Subscriptions = {
  contextPackets,
};
