import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import { ServiceClock } from '../../schema/routing/service-clock.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { ClockReading } from '../../services/routing/clocks/read-clocks.ts';
import type { Context } from '../context.ts';

@Resolver(() => Conversation)
export class ConversationClockFields {
  @FieldResolver(() => [ServiceClock], {
    description:
      'How long the customer has waited of what the service level promises, counted at this moment: first response, then the newest next response, then resolution. Empty: no target holds for it, or its messages were history when they came in.',
  })
  @Right('triage:read')
  serviceClocks(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<readonly ClockReading[]> {
    return loaders.serviceClocksOfConversation.load(id);
  }
}
