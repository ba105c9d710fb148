import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { AgentConnection } from '../../schema/conversations/agent.ts';
import { Conversation, ConversationConnection, ConversationFilter } from '../../schema/conversations/conversation.ts';
import { InboxConnection } from '../../schema/conversations/inbox.ts';
import { Right } from '../../schema/right.ts';
import type { Agent, Conversation as ConversationRow, Inbox } from '../../services/conversations/conversation.ts';
import { listAgents } from '../../services/conversations/read-agents.ts';
import { listConversations } from '../../services/conversations/read-conversations.ts';
import { listInboxes } from '../../services/conversations/read-inboxes.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerConversationNodes } from './conversation-nodes.ts';

registerConversationNodes();

@Resolver()
export class ConversationQueries {
  @Query(() => Conversation, {
    nullable: true,
    description: 'A conversation by its id. Null: there is none, or it is not visible to you.',
  })
  @Right('conversations:read')
  conversation(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID, { description: 'Id of the conversation, `cnv_…`.' }) id: string,
  ): Promise<ConversationRow | null> {
    return loaders.conversation.load(id);
  }

  @Query(() => ConversationConnection, {
    description: 'Conversations that you may see, the one with the newest message first.',
  })
  @Right('conversations:read')
  async conversations(
    @Ctx() { scope }: Context,
    @Arg('filter', () => ConversationFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: ConversationFilter | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<ConversationRow>> {
    return toConnection(await listConversations(scope, filter ?? {}, readPageRequest(first, after)));
  }

  @Query(() => InboxConnection, { description: 'Our inboxes, the one recorded last first.' })
  @Right('conversations:read')
  async inboxes(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Inbox>> {
    return toConnection(await listInboxes(scope, readPageRequest(first, after)));
  }

  @Query(() => AgentConnection, { description: 'Agents, the one recorded last first.' })
  @Right('agents:read')
  async agents(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Agent>> {
    return toConnection(await listAgents(scope, readPageRequest(first, after)));
  }
}
