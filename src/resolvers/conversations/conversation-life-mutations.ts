import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import {
  ConversationLinkOrderPayload,
  ConversationSnoozePayload,
  ConversationUnlinkOrderPayload,
  ConversationUpdateInput,
  ConversationUpdatePayload,
} from '../../schema/conversations/conversation-payloads.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import { snoozeConversation } from '../../services/conversations/snooze-conversation.ts';
import { updateConversation } from '../../services/conversations/update-conversation.ts';
import { linkOrder, unlinkOrder } from '../../services/orders/link-order.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { EXPECTED_VERSION } from '../expected-version.ts';
import { visible } from './visible.ts';

const CONVERSATION_ID = { description: 'The conversation, `cnv_…`.' };

@Resolver()
export class ConversationLifeMutations {
  @Mutation(() => ConversationUpdatePayload, {
    description:
      'Changes how a conversation is described, in any of its states; what stands there already is no change and no event. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_MERGED, CONFLICT (as `VersionConflictError`).',
  })
  @Right('conversations:write')
  conversationUpdate(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => ConversationUpdateInput, { description: 'What to change.' }) input: ConversationUpdateInput,
    @Arg('expectedVersion', () => Int, EXPECTED_VERSION) expectedVersion: number | null,
  ) {
    return answer(async () => {
      const updated = await updateConversation(scope, id, input, expectedVersion);
      return { conversation: await visible(scope, 'conversations:read', updated, conversationsByIds) };
    });
  }

  @Mutation(() => ConversationSnoozePayload, {
    description:
      'Lets a conversation sleep. It wakes at the moment, by the customer’s next message, or by `conversationReopen`; until then it stays with its agent, whose place it keeps. Snoozing again moves the moment. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_RESOLVED, CONVERSATION_MERGED.',
  })
  @Right('conversations:write')
  conversationSnooze(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('until', () => DateTime, {
      description: 'When it wakes by itself, to the second: ahead of now by 366 days at most.',
    })
    until: Date,
  ) {
    return answer(async () => {
      const snoozed = await snoozeConversation(scope, id, until);
      return { conversation: await visible(scope, 'conversations:read', snoozed, conversationsByIds) };
    });
  }

  @Mutation(() => ConversationLinkOrderPayload, {
    description:
      'Says that a conversation is about an order of the same person. A link that stands already changes nothing. Asks the right `orders:read` too. Refused: NOT_FOUND, OTHER_PERSON, CONVERSATION_MERGED.',
  })
  @Right('conversations:write')
  conversationLinkOrder(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('orderId', () => ID, { description: 'The order, `ord_…`.' }) orderId: string,
  ) {
    return answer(async () => {
      const linked = await linkOrder(scope, id, orderId);
      return { conversation: await visible(scope, 'conversations:read', linked, conversationsByIds) };
    });
  }

  @Mutation(() => ConversationUnlinkOrderPayload, {
    description:
      'Takes the link to an order away, whoever made it. None there changes nothing. Asks the right `orders:read` too. Refused: NOT_FOUND, CONVERSATION_MERGED.',
  })
  @Right('conversations:write')
  conversationUnlinkOrder(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('orderId', () => ID, { description: 'The order, `ord_…`.' }) orderId: string,
  ) {
    return answer(async () => {
      const unlinked = await unlinkOrder(scope, id, orderId);
      return { conversation: await visible(scope, 'conversations:read', unlinked, conversationsByIds) };
    });
  }
}
