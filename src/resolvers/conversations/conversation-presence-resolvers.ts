import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import { Agent } from '../../schema/conversations/agent.ts';
import {
  ConversationPresence,
  ConversationPresenceSetPayload,
} from '../../schema/conversations/conversation-presence.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import { InvolvementStateEnum } from '../../schema/vocabulary.ts';
import { setConversationPresence, type Involvement } from '../../services/conversations/conversation-presence.ts';
import type { Agent as AgentRow, Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import type { InvolvementState } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { visible } from './visible.ts';

@Resolver()
export class ConversationPresenceMutations {
  @Mutation(() => ConversationPresenceSetPayload, {
    description:
      'Says that you look at a conversation (counts for 30 s), type in it (6 s), or left; say it again to stay. A change is told by `conversationEvents`. Needs `messages:send`, a customer `chat:write`. Refused: NOT_FOUND.',
  })
  @Right('conversations:read')
  conversationPresenceSet(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, { description: 'The conversation, `cnv_…`.' }) id: string,
    @Arg('state', () => InvolvementStateEnum, { description: 'What you do now.' }) state: InvolvementState,
  ) {
    return answer(async () => {
      const conversationId = await setConversationPresence(scope, id, state);
      return { conversation: await visible(scope, 'conversations:read', conversationId, conversationsByIds) };
    });
  }
}

@Resolver(() => Conversation)
export class ConversationPresenceFields {
  @FieldResolver(() => [ConversationPresence], {
    description:
      'Who looks at it and types in it now, the longest first. Customers are told of staff who type, not of who looks.',
  })
  @Right('conversations:read')
  presence(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<readonly Involvement[]> {
    return loaders.presenceOfConversation.load(id);
  }
}

@Resolver(() => ConversationPresence)
export class ConversationPresenceAgentFields {
  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'The agent. Null: it is none, or a person whose key speaks for no agent.',
  })
  @Right('agents:read')
  async agent(@Root() { partyKind, partyId }: Involvement, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return partyKind === 'agent' ? loaders.agent.load(partyId) : null;
  }
}
