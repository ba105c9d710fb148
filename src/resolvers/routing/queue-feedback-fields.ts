import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { ConversationEvent } from '../../schema/conversations/conversation-event.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { QueueFeedback } from '../../schema/routing/queue-feedback.ts';
import { Right } from '../../schema/right.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { Context } from '../context.ts';

@Resolver(() => Conversation)
export class ConversationQueueFields {
  @FieldResolver(() => QueueFeedback, {
    nullable: true,
    description:
      'Where it stands while it waits for an agent; event CONVERSATION_QUEUE_MOVED when that changed worth telling. Null: it does not wait, or nothing was estimated yet.',
  })
  @Right('conversations:read')
  queueFeedback(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<QueueFeedback | null> {
    return loaders.queueFeedbackOfConversation.load(id);
  }
}

@Resolver(() => ConversationEvent)
export class ConversationEventQueueFields {
  @FieldResolver(() => QueueFeedback, {
    nullable: true,
    description: 'CONVERSATION_QUEUE_MOVED: where it stood then. Null: an event of another type.',
  })
  @Right('conversations:read')
  queueFeedback(@Root() { type, details, recordedAt }: ConversationEvent): QueueFeedback | null {
    if (type !== 'conversation.queue_moved') return null;
    const { position, estimatedWaitSeconds } = details as Pick<QueueFeedback, 'position' | 'estimatedWaitSeconds'>;
    return { position, estimatedWaitSeconds, asOf: recordedAt };
  }
}
