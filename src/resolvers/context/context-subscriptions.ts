import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';

import type { PacketDelivery } from '../../live/packet-feed.ts';
import type { PacketSubscription, PacketWatch } from '../../live/subscriptions.ts';
import { ContextPacketPayload } from '../../schema/context/context-packet.ts';
import { Right } from '../../schema/right.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { isVisibleCustomerOfMany } from '../../services/context/is-visible-customer-of-many.ts';
import { customerOfConversation, customersAssignedTo } from '../../services/context/watched-customers.ts';
import { topic } from '../../services/events/fact.ts';
import type { Scope } from '../../services/scope.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';
import { packetShown } from './packet-shown.ts';

@Resolver()
export class ContextSubscriptions {
  @Subscription(() => ContextPacketPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'Context packets: first the whole state of every person watched, then a packet after each change, the newest wins. Name exactly one of ' +
      '`customerId`, `conversationId`, `assignedToMe`. A checkpoint (a cursor without a packet) follows 15 s of silence.',
  })
  @Right('context:read')
  contextPackets(
    @Root() payload: PacketDelivery,
    @Ctx() context: Context,
    @Arg('customerId', () => ID, { nullable: true, description: 'The person with this customer id, `cus_…`.' })
    _customerId?: string,
    @Arg('conversationId', () => ID, { nullable: true, description: 'The person of this conversation, `cnv_…`.' })
    _conversationId?: string,
    @Arg('assignedToMe', () => Boolean, {
      nullable: true,
      description:
        'True: every person with an open conversation assigned to the viewer’s agent, 100 at most; who leaves is named by `leftCustomerId`. Needs a viewer that is an agent.',
    })
    _assignedToMe?: boolean,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'Cursor of the last payload, or of `Query.cursor`: `causes` of the first packet then tell what was missed. Errors: BAD_USER_INPUT, CURSOR_EXPIRED.',
    })
    _after?: string,
  ) {
    const { packet } = payload;
    return packet ? { ...payload, packet: packetShown(context, packet) } : payload;
  }
}

/** Whose packets a `contextPackets` operation wants. */
export const contextPackets: PacketSubscription = {
  kind: 'packets',
  async watch(scope, { customerId, conversationId, assignedToMe }) {
    requireRight(scope.viewer, 'context:read');
    const named = [customerId, conversationId, assignedToMe || null].filter((argument) => argument != null);
    if (named.length !== 1)
      throw new InvalidRequest(
        'customerId',
        'Name exactly one of `customerId`, `conversationId` and `assignedToMe: true`.',
      );
    if (assignedToMe) return watchAssigned(scope);
    const person =
      customerId != null
        ? await visible(scope, String(customerId))
        : await customerOfConversation(scope, String(conversationId));
    if (!person)
      throw new InvalidRequest(
        customerId != null ? 'customerId' : 'conversationId',
        'Nothing with this id is visible to you.',
      );
    return { customerIds: [person], topics: [] };
  },
};

const visible = async (scope: Scope, customerId: string) =>
  (await isVisibleCustomerOfMany(scope, customerId)) ? customerId : null;

async function watchAssigned(scope: Scope): Promise<PacketWatch> {
  const { agentId } = scope.viewer;
  if (!agentId) throw new InvalidRequest('assignedToMe', 'Your key or token does not speak for an agent.');
  return { customerIds: await customersAssignedTo(scope, agentId), topics: [topic.assignee(agentId)] };
}
