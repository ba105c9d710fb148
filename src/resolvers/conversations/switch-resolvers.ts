import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import {
  ConversationSwitchChannelInput,
  ConversationSwitchChannelPayload,
  ReplyChannel,
} from '../../schema/conversations/channel-switch.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Inbox } from '../../schema/conversations/inbox.ts';
import { SWITCH_ADVICE, SwitchAdvice } from '../../schema/conversations/switch-advice.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import type { Conversation as ConversationRow, Inbox as InboxRow } from '../../services/conversations/conversation.ts';
import type { ReplyPlace } from '../../services/conversations/places-of-reply.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import { switchChannel } from '../../services/conversations/switch-channel.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { visible } from './visible.ts';

@Resolver()
export class SwitchMutations {
  @Mutation(() => ConversationSwitchChannelPayload, {
    description:
      'Goes on over another channel of the person: replies go there from now on, and the customer is told so where they wrote last. In public they are told only that there is a private message. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_RESOLVED, NO_ENDPOINT (says what is missing), CONFLICT (it is there already), CONTROL_HELD, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('messages:send')
  conversationSwitchChannel(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The conversation, `cnv_…`.' }) id: string,
    @Arg('input', () => ConversationSwitchChannelInput, { description: 'Where to, and why.' })
    input: ConversationSwitchChannelInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationSwitchChannel', key, input: { id, ...input } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        conversationId: await switchChannel(tx, id, input),
      }));
      return { conversation: await visible(scope, 'conversations:read', ids.conversationId, conversationsByIds) };
    });
  }
}

@Resolver(() => Conversation)
export class ConversationReplyFields {
  @FieldResolver(() => SwitchAdvice, { nullable: true, description: SWITCH_ADVICE })
  @Right('triage:read')
  switchAdvice(@Root() { sensitiveKinds }: ConversationRow): SwitchAdvice | null {
    return sensitiveKinds && { reason: 'privacy', sensitive: sensitiveKinds };
  }

  @FieldResolver(() => [ReplyChannel], {
    description:
      'Channels on which the person can be reached here, each once: the preferred one first, then what the person used last. Needs an inbox of ours of this brand and market, and an endpoint or an identity of the person.',
  })
  @Right('conversations:read')
  async replyChannels(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context) {
    const places = await loaders.placesOfReply.load(id);
    const first = new Map<string, ReplyPlace>();
    for (const place of places) if (!first.has(place.channel)) first.set(place.channel, place);
    return [...first.values()].map((place) => ({ ...place, isKnown: place.endpointId !== null }));
  }
}

@Resolver(() => ReplyChannel)
export class ReplyChannelFields {
  @FieldResolver(() => Inbox, { description: 'Our inbox that would be used.' })
  @Right('conversations:read')
  inbox(@Root() { inboxId }: ReplyPlace, @Ctx() { loaders }: Context): Promise<InboxRow | null> {
    return loaders.inbox.load(inboxId);
  }
}
