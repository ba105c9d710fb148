import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Agent } from '../../schema/conversations/agent.ts';
import { Conversation, ConversationConnection, Leg } from '../../schema/conversations/conversation.ts';
import { Inbox } from '../../schema/conversations/inbox.ts';
import { Message, MessageConnection, NoteConnection } from '../../schema/conversations/message.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Right } from '../../schema/right.ts';
import type {
  Agent as AgentRow,
  Conversation as ConversationRow,
  Inbox as InboxRow,
  Leg as LegRow,
  Message as MessageRow,
} from '../../services/conversations/conversation.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Conversation)
export class ConversationFields {
  @FieldResolver(() => Customer, {
    description: 'Whose issue it is: the person that the customer is now. Never null.',
  })
  @Right('customers:read')
  customer(@Root() conversation: ConversationRow, @Ctx() { loaders }: Context): Promise<CustomerRow | null> {
    return loaders.customer.load(conversation.customerId);
  }

  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'Who answers now, or who resolved it. Null: it waits for somebody.',
  })
  @Right('agents:read')
  async assignee(@Root() conversation: ConversationRow, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return conversation.assigneeId && loaders.agent.load(conversation.assigneeId);
  }

  @FieldResolver(() => Conversation, {
    nullable: true,
    description:
      'The conversation that this one was merged into: it has the messages, and every act goes there. Null: it was not merged.',
  })
  @Right('conversations:read')
  async mergedInto(
    @Root() { mergedIntoId }: ConversationRow,
    @Ctx() { loaders }: Context,
  ): Promise<ConversationRow | null> {
    return mergedIntoId && loaders.conversation.load(mergedIntoId);
  }

  @FieldResolver(() => Inbox, { description: 'Inbox of the newest leg.' })
  @Right('conversations:read')
  inbox(@Root() conversation: ConversationRow, @Ctx() { loaders }: Context): Promise<InboxRow | null> {
    return loaders.inbox.load(conversation.inboxId);
  }

  @FieldResolver(() => [Leg], {
    description:
      'Where it took place, 20 at most: first the leg that the conversation turned to last (the customer wrote there, or it was switched there), to which a reply goes.',
  })
  @Right('conversations:read')
  legs(@Root() conversation: ConversationRow, @Ctx() { loaders }: Context): Promise<LegRow[]> {
    return loaders.legsOfConversation.load(conversation.id);
  }

  @FieldResolver(() => MessageConnection, { description: 'Messages in both directions, newest first, without notes.' })
  @Right('conversations:read')
  async messages(
    @Root() { id }: ConversationRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<MessageRow>> {
    return toConnection(await loaders.messagesOfConversation.load({ id, request: readPageRequest(first, after) }));
  }

  @FieldResolver(() => NoteConnection, { description: 'Internal notes, newest first.' })
  @Right('notes:read')
  async notes(
    @Root() { id }: ConversationRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<MessageRow>> {
    return toConnection(await loaders.notesOfConversation.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => Message)
export class MessageFields {
  @FieldResolver(() => Conversation, { description: 'The conversation it stands in. Never null.' })
  @Right('conversations:read')
  conversation(@Root() message: MessageRow, @Ctx() { loaders }: Context): Promise<ConversationRow | null> {
    return loaders.conversation.load(message.conversationId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'All of the mail that `text` was taken from: with the quoted mail and the signature, up to 100,000 characters. Null: `text` is all there is.',
  })
  @Right('conversations:read')
  fullText(@Root() message: MessageRow, @Ctx() { loaders }: Context): Promise<string | null> {
    return loaders.fullTextOfMessage.load(message.id);
  }

  @FieldResolver(() => Inbox, { nullable: true, description: 'The inbox it came to or went from. Null: none.' })
  @Right('conversations:read')
  async inbox(@Root() message: MessageRow, @Ctx() { loaders }: Context): Promise<InboxRow | null> {
    return message.inboxId && loaders.inbox.load(message.inboxId);
  }
}

@Resolver(() => Leg)
export class LegFields {
  @FieldResolver(() => Inbox, { description: 'Our side of the endpoint.' })
  @Right('conversations:read')
  inbox(@Root() leg: LegRow, @Ctx() { loaders }: Context): Promise<InboxRow | null> {
    return loaders.inbox.load(leg.inboxId);
  }
}

@Resolver(() => Customer)
export class CustomerConversationFields {
  @FieldResolver(() => ConversationConnection, {
    description: 'Conversations under all of the person’s customer ids, the one with the newest message first.',
  })
  @Right('conversations:read')
  async conversations(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<ConversationRow>> {
    return toConnection(await loaders.conversationsOfPerson.load({ id, request: readPageRequest(first, after) }));
  }
}
