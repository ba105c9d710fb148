import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import {
  ConversationLinkOrderPayload,
  ConversationMergePayload,
  ConversationSnoozePayload,
  ConversationSplitPayload,
  ConversationUnlinkOrderPayload,
  ConversationUpdateInput,
  ConversationUpdatePayload,
} from '../../schema/conversations/conversation-payloads.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { mergeConversation } from '../../services/conversations/merge-conversation.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import { snoozeConversation } from '../../services/conversations/snooze-conversation.ts';
import { splitConversation } from '../../services/conversations/split-conversation.ts';
import { updateConversation } from '../../services/conversations/update-conversation.ts';
import { linkOrder, unlinkOrder } from '../../services/orders/link-order.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { EXPECTED_VERSION } from '../expected-version.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
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

  @Mutation(() => ConversationMergePayload, {
    description:
      'Merges a conversation into another one of the same person, which gets its messages, notes, legs and linked orders, its tags and the higher priority. The merged one stays as a resolved DUPLICATE whose `mergedInto` names the survivor; its reference and the source’s thread lead there, its agent gets the place back. Refused: NOT_FOUND, INVALID_INPUT, OTHER_PERSON, CONVERSATION_RESOLVED (`intoId` is resolved and `id` is not), CONVERSATION_MERGED, CONFLICT (as `VersionConflictError`).',
  })
  @Right('conversations:write')
  conversationMerge(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, { description: 'The conversation that is merged away, `cnv_…`.' }) id: string,
    @Arg('intoId', () => ID, { description: 'The survivor, `cnv_…`.' }) intoId: string,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description: `Of the conversation that is merged away. ${EXPECTED_VERSION.description}`,
    })
    expectedVersion: number | null,
  ) {
    return answer(async () => {
      const survivor = await mergeConversation(scope, id, intoId, expectedVersion);
      return { conversation: await visible(scope, 'conversations:read', survivor, conversationsByIds) };
    });
  }

  @Mutation(() => ConversationSplitPayload, {
    description:
      'Makes messages and notes of a conversation one of their own: open, unassigned, with a reference of its own, replying where its messages came from. The source’s thread and the linked orders stay behind, and at least one message does. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_MERGED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:write')
  conversationSplit(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('messageIds', () => [ID], {
      description: 'The messages and notes that go, `msg_…`, 1 to 100; notes ask the right `notes:read`.',
    })
    messageIds: string[],
    @Arg('subject', () => String, {
      nullable: true,
      description: 'Subject of the new conversation, 500 characters at most. Null or absent: that of the old one.',
    })
    subject: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationSplit', key, input: { id, messageIds, subject } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        conversationId: await splitConversation(tx, id, { messageIds, subject }),
      }));
      return { conversation: await visible(scope, 'conversations:read', ids.conversationId, conversationsByIds) };
    });
  }
}
