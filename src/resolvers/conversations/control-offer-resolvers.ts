import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import {
  ControlOffer,
  ControlOfferConnection,
  ControlOfferPayload,
  ConversationControlOfferInput,
} from '../../schema/conversations/control-offer.ts';
import { Party, PartyInput } from '../../schema/conversations/control.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import {
  acceptControlOffer,
  declineControlOffer,
  withdrawControlOffer,
} from '../../services/conversations/answer-control-offer.ts';
import type { ControlOffer as OfferRow } from '../../services/conversations/control-offer.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { offerControl } from '../../services/conversations/offer-control.ts';
import type { Party as PartyRow } from '../../services/conversations/party.ts';
import { controlOffersByIds, listMyControlOffers } from '../../services/conversations/read-control-offers.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import type { Scope } from '../../services/scope.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';
import { EXPECTED_HOLDER, toExpectedHolder } from './expected-holder.ts';
import { visible } from './visible.ts';

const OFFER_ID = { description: 'The offer, `cof_…`.' };

registerNode({
  kind: 'controlOffer',
  type: 'ControlOffer',
  load: async ({ scope, loaders }, id) =>
    scope.viewer.rights.has('conversations:route') && scope.viewer.rights.has('conversations:read')
      ? loaders.controlOffer.load(id)
      : null,
});

@Resolver()
export class ControlOfferResolvers {
  @Query(() => ControlOfferConnection, {
    description: 'Offers of control that wait for your answer, or for that of a team of yours, the newest first.',
  })
  @Right('conversations:route')
  async controlOffers(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<OfferRow>> {
    return toConnection(await listMyControlOffers(scope, readPageRequest(first, after)));
  }

  @Mutation(() => ControlOfferPayload, {
    description:
      'Offers control of an open conversation to another party, with a summary: whoever holds it goes on until it is accepted. Told as CONVERSATION_CONTROL_OFFERED. Refused: NOT_FOUND, INVALID_INPUT, CONVERSATION_RESOLVED, CONFLICT (it is there or offered already, or another party holds it than you expect), CONTROL_HELD (a bot, of what another party holds), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:route')
  conversationControlOffer(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The conversation, `cnv_…`.' }) id: string,
    @Arg('input', () => ConversationControlOfferInput, { description: 'To whom, and what they have to know.' })
    input: ConversationControlOfferInput,
    @Arg('expectedHolder', () => PartyInput, EXPECTED_HOLDER) expected: PartyInput | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationControlOffer', key, input: { id, ...input, expected: expected ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await offerControl(tx, id, { ...input, expectedHolder: toExpectedHolder(expected) }),
      }));
      return shown(scope, ids.id);
    });
  }

  @Mutation(() => ControlOfferPayload, {
    description:
      'Accepts what was offered to you, or to a team of yours: you get control, an agent the assignment with it, and the summary stands in the handoff. Who leads may accept for an agent or a bot. Refused: NOT_FOUND, NOT_ALLOWED (it was offered to somebody else), CONFLICT (it is over, or somebody else holds control since), NO_FREE_PLACE, CONVERSATION_RESOLVED, CONVERSATION_MERGED.',
  })
  @Right('conversations:route')
  controlOfferAccept(@Ctx() { scope }: Context, @Arg('id', () => ID, OFFER_ID) id: string) {
    return answer(async () => shown(scope, await acceptControlOffer(scope, id)));
  }

  @Mutation(() => ControlOfferPayload, {
    description:
      'Does not take what was offered to you, or to a team of yours; whoever holds it goes on. Who leads may decline for an agent or a bot. Refused: NOT_FOUND, NOT_ALLOWED (it was offered to somebody else), CONFLICT (it is over), CONVERSATION_MERGED.',
  })
  @Right('conversations:route')
  controlOfferDecline(@Ctx() { scope }: Context, @Arg('id', () => ID, OFFER_ID) id: string) {
    return answer(async () => shown(scope, await declineControlOffer(scope, id)));
  }

  @Mutation(() => ControlOfferPayload, {
    description:
      'Takes an offer back before it is answered; a bot only its own. Refused: NOT_FOUND, CONTROL_HELD (a bot, of another party’s offer), CONFLICT (it is over), CONVERSATION_MERGED.',
  })
  @Right('conversations:route')
  controlOfferWithdraw(@Ctx() { scope }: Context, @Arg('id', () => ID, OFFER_ID) id: string) {
    return answer(async () => shown(scope, await withdrawControlOffer(scope, id)));
  }
}

async function shown(scope: Scope, offerId: string) {
  const controlOffer = await visible(scope, 'conversations:read', offerId, controlOffersByIds);
  const conversation =
    controlOffer && (await visible(scope, 'conversations:read', controlOffer.conversationId, conversationsByIds));
  return { controlOffer, conversation };
}

@Resolver(() => ControlOffer)
export class ControlOfferFields {
  @FieldResolver(() => Conversation, { description: 'Of which conversation. Never null.' })
  @Right('conversations:read')
  conversation(@Root() { conversationId }: OfferRow, @Ctx() { loaders }: Context): Promise<ConversationRow | null> {
    return loaders.conversation.load(conversationId);
  }

  @FieldResolver(() => Party, { nullable: true, description: 'Who held control when it was made. Null: nobody.' })
  @Right('conversations:read')
  from(@Root() { fromKind, fromId }: OfferRow): PartyRow | null {
    return fromKind && { kind: fromKind, id: fromId! };
  }

  @FieldResolver(() => Party, { description: 'To whom it was made.' })
  @Right('conversations:read')
  to(@Root() { toKind, toId }: OfferRow): PartyRow {
    return { kind: toKind, id: toId };
  }

  @FieldResolver(() => Party, { description: 'Who made it.' })
  @Right('conversations:read')
  by(@Root() { byKind, byId }: OfferRow): PartyRow {
    return { kind: byKind, id: byId };
  }
}

@Resolver(() => Conversation)
export class ConversationOfferFields {
  @FieldResolver(() => ControlOffer, {
    nullable: true,
    description: 'The offer of control that waits for an answer. Null: none does.',
  })
  @Right('conversations:route')
  controlOffer(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<OfferRow | null> {
    return loaders.openOfferOfConversation.load(id);
  }
}
