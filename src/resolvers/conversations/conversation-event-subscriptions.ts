import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { ConversationEvent, ConversationEventPayload } from '../../schema/conversations/conversation-event.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Message } from '../../schema/conversations/message.ts';
import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { ChannelEnum, ReopenReasonEnum } from '../../schema/vocabulary.ts';
import type {
  Conversation as ConversationRow,
  Message as MessageRow,
} from '../../services/conversations/conversation.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';

@Resolver()
export class ConversationEventSubscriptions {
  @Subscription(() => ConversationEventPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'What happens in conversations, each event once and in order: of one conversation, of one inbox, channel or assignee, or of all that you may see. ' +
      'Begins with a checkpoint (a cursor without an event); another one follows 15 s of silence. Notes come only with the right `notes:read`, what routing decides and offers with `conversations:route`.',
  })
  @Right('conversations:read')
  conversationEvents(
    @Root() payload: ConversationEventPayload,
    @Arg('conversationId', () => ID, { nullable: true, description: 'Only this conversation, `cnv_…`.' })
    _conversationId?: string,
    @Arg('inboxId', () => ID, { nullable: true, description: 'Only conversations in this inbox, `inb_…`.' })
    _inboxId?: string,
    @Arg('channel', () => ChannelEnum, { nullable: true, description: 'Only conversations on this channel.' })
    _channel?: string,
    @Arg('assigneeId', () => ID, { nullable: true, description: 'Only conversations assigned to this agent, `agt_…`.' })
    _assigneeId?: string,
    @Arg('assignedToMe', () => Boolean, {
      nullable: true,
      description: 'True: only conversations assigned to the viewer’s agent. Needs a viewer that is an agent.',
    })
    _assignedToMe?: boolean,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): ConversationEventPayload {
    return payload;
  }
}

@Resolver(() => ConversationEvent)
export class ConversationEventFields {
  @FieldResolver(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  conversationId(@Root() event: ConversationEvent) {
    return event.details['conversationId'];
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'Id of the message or note, `msg_…`. Null: the event is of none.',
  })
  messageId(@Root() event: ConversationEvent) {
    return event.details['messageId'] ?? null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'Id of the agent assigned after the event, `agt_…`. Null: nobody.',
  })
  assigneeId(@Root() event: ConversationEvent) {
    return event.details['assigneeId'] ?? null;
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description:
      'CONVERSATION_UPDATED: the fields of `Conversation` that changed, by name. Null: an event of another type.',
  })
  @Right('triage:read')
  changedFields(@Root() event: ConversationEvent) {
    return event.details['changed'] ?? null;
  }

  @FieldResolver(() => ReopenReasonEnum, {
    nullable: true,
    description: 'CONVERSATION_REOPENED: why. Null: an event of another type, or recorded before reasons were.',
  })
  reopenReason(@Root() event: ConversationEvent) {
    return event.type === 'conversation.reopened' ? (event.details['reason'] ?? null) : null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'CONVERSATION_ORDER_LINKED, CONVERSATION_ORDER_UNLINKED: id of the order, `ord_…`. Null: an event of another type.',
  })
  @Right('orders:read')
  orderId(@Root() event: ConversationEvent) {
    return event.details['orderId'] ?? null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'CONVERSATION_MERGED and CONVERSATION_SPLIT: the other of the two conversations, `cnv_…`; CONVERSATION_OPENED: the one it was split off. Null: none.',
  })
  otherConversationId(@Root() event: ConversationEvent) {
    return event.details['otherConversationId'] ?? null;
  }

  @FieldResolver(() => Conversation, {
    nullable: true,
    description: 'The conversation as it stands at delivery. Null: it is not visible to you any more.',
  })
  conversation(@Root() event: ConversationEvent, @Ctx() { loaders }: Context): Promise<ConversationRow | null> {
    return loaders.conversation.load(String(event.details['conversationId']));
  }

  @FieldResolver(() => Message, {
    nullable: true,
    description: 'The message or note of the event, as it stands at delivery. Null: the event is of none.',
  })
  async message(@Root() event: ConversationEvent, @Ctx() { loaders }: Context): Promise<MessageRow | null> {
    const id = event.details['messageId'];
    return typeof id === 'string' ? loaders.message.load(id) : null;
  }
}
