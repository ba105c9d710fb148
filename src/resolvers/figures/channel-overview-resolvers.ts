import { Arg, Ctx, Query, Resolver, Root, Subscription } from 'type-graphql';

import type { StateSubscription } from '../../live/subscriptions.ts';
import { ChannelOverview, ChannelOverviewPayload } from '../../schema/figures/channel-overview.ts';
import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { topic } from '../../services/events/fact.ts';
import { readChannelOverview } from '../../services/figures/channel-overview.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';

@Resolver()
export class ChannelOverviewResolvers {
  @Query(() => ChannelOverview, {
    name: 'channelOverview',
    description:
      'Live figures of all channels: open, waiting, answered; orders on their way; sources that fell silent.',
  })
  @Right('figures:read')
  channelOverviewNow(@Ctx() { scope }: Context) {
    return readChannelOverview(scope);
  }

  @Subscription(() => ChannelOverviewPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'The same figures as they change: first as they are, then anew after changes, once a second at most, the newest wins. ' +
      'A checkpoint (a cursor without figures) follows 15 s of silence.',
  })
  @Right('figures:read')
  channelOverview(
    @Root() payload: ChannelOverviewPayload,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): ChannelOverviewPayload {
    return payload;
  }
}

/** What the figures are counted from. */
export const channelOverview: StateSubscription = {
  kind: 'state',
  field: 'overview',
  atMostEveryMs: 1_000,
  watch(scope) {
    requireRight(scope.viewer, 'figures:read');
    return Promise.resolve({ topics: [topic.conversations, topic.orders] });
  },
  read: (scope) => readChannelOverview(scope),
};
