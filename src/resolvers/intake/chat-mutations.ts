import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';

import { ChatMessageSendInput, ChatMessageSendPayload } from '../../schema/intake/chat-message-send.ts';
import { Right } from '../../schema/right.ts';
import { messagesByIds } from '../../services/conversations/read-messages.ts';
import { sendChatMessage } from '../../services/intake/send-chat-message.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { visible } from '../conversations/visible.ts';

@Resolver()
export class ChatMutations {
  @Mutation(() => ChatMessageSendPayload, {
    description:
      'Writes in the live chat of the session, as the customer that the token speaks for: for browsers with a token of `visitorSessionStart` that named a live-chat inbox. Costs 60 points. Safe to repeat by `clientMessageId` alone. Refused: INVALID_INPUT, NOT_ALLOWED (the session names no live chat), NOT_FOUND and ATTACHMENT_NOT_READY (of an attachment), EXTERNAL_ID_REUSED.',
  })
  @Extensions({ pricePerItem: { argument: 'input', points: 49 } })
  @Right('chat:write')
  chatMessageSend(
    @Ctx() { scope }: Context,
    @Arg('input', () => ChatMessageSendInput, { description: 'The message.' }) input: ChatMessageSendInput,
  ) {
    return answer(async () => {
      const { messageId, isRedelivery } = await sendChatMessage(scope, input);
      return { message: await visible(scope, 'conversations:read', messageId, messagesByIds), isRedelivery };
    });
  }
}
