import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';

import { Agent } from '../../schema/conversations/agent.ts';
import { Party } from '../../schema/conversations/control.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import {
  ConversationConsultInput,
  ConversationParticipant,
  ConversationParticipantPayload,
} from '../../schema/conversations/participant.ts';
import { JoinModeEnum } from '../../schema/vocabulary.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { leaveConversation } from '../../services/conversations/participants/answer-question.ts';
import { joinConversation } from '../../services/conversations/participants/join-conversation.ts';
import type { Participant } from '../../services/conversations/participants/participant.ts';
import { participantsByIds } from '../../services/conversations/participants/read-participants.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import type { Party as PartyRow } from '../../services/conversations/party.ts';
import { answerConsultation } from '../../services/routing/consultations/answer-consultation.ts';
import { consultColleague } from '../../services/routing/consultations/consult-colleague.ts';
import type { Scope } from '../../services/scope.ts';
import type { JoinMode } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { visible } from './visible.ts';

const CONVERSATION_ID = { description: 'The conversation, `cnv_…`.' };
const PARTICIPANT_ID = { description: 'Taking part, `prt_…`.' };

@Resolver()
export class ParticipantMutations {
  @Mutation(() => ConversationParticipantPayload, {
    description:
      'Joins an open conversation: to listen, to coach, or to speak. For supervisors; control stays where it is, and `conversationControlTake` takes over. Another mode changes how you take part. Refused: NOT_FOUND, NOT_ALLOWED, CONFLICT (you have control), CONVERSATION_RESOLVED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:route')
  conversationJoin(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('mode', () => JoinModeEnum, { description: 'How.' }) mode: JoinMode,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationJoin', key, input: { id, mode } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        participantId: await joinConversation(tx, id, mode),
      }));
      return shown(scope, ids.participantId);
    });
  }

  @Mutation(() => ConversationParticipantPayload, {
    description:
      'Asks a colleague for advice on an open conversation, or brings an expert in: by name, or whoever of a team, or with a skill, is at work, has room for it and fits best. The customer hears nothing of it, control stays where it is; whoever is asked sees the customer’s packet, and gives places with the answer. For people. Refused: NOT_FOUND, INVALID_INPUT, NOT_ALLOWED, CONFLICT (the agent has the conversation or was asked), NO_FREE_PLACE, CONVERSATION_RESOLVED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:route')
  conversationConsult(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => ConversationConsultInput, { description: 'Whom and what.' }) input: ConversationConsultInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationConsult', key, input: { id, ...input } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        participantId: await consultColleague(tx, id, input),
      }));
      return shown(scope, ids.participantId);
    });
  }

  @Mutation(() => ConversationParticipantPayload, {
    description:
      'Answers a colleague who asked you: you come, and give as many places as the policy says (`capacity.consultation`) for as long as you take part; or you do not. A repeat is answered as done. Refused: NOT_FOUND (nothing was asked of you), CONFLICT (it is over), NO_FREE_PLACE.',
  })
  @Right('conversations:route')
  conversationConsultationAnswer(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, PARTICIPANT_ID) id: string,
    @Arg('accept', () => Boolean, { description: 'True: you come.' }) accept: boolean,
  ) {
    return answer(async () => shown(scope, await answerConsultation(scope, id, accept)));
  }

  @Mutation(() => ConversationParticipantPayload, {
    description:
      'Ends taking part, yours or that of somebody you asked; supervisors and whoever has the conversation, anybody’s. It also ends when the conversation is resolved, when who takes part gets it, goes offline, or does not answer in time. Done before: answered as done. Refused: NOT_FOUND, NOT_ALLOWED.',
  })
  @Right('conversations:route')
  conversationLeave(@Ctx() { scope }: Context, @Arg('id', () => ID, PARTICIPANT_ID) id: string) {
    return answer(async () => shown(scope, await leaveConversation(scope, id)));
  }
}

async function shown(scope: Scope, id: string) {
  const [participant] = scope.viewer.rights.has('notes:read') ? await participantsByIds(scope, [id]) : [];
  const conversation =
    participant && (await visible(scope, 'conversations:read', participant.conversationId, conversationsByIds));
  return { participant: participant ?? null, conversation: conversation ?? null };
}

@Resolver(() => ConversationParticipant)
export class ParticipantFields {
  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'Who takes part. Null: somebody who leads and is no agent.',
  })
  @Right('agents:read')
  agent(@Root() { partyId }: Participant, @Ctx() { loaders }: Context) {
    return loaders.agent.load(partyId);
  }

  @FieldResolver(() => Party, { description: 'Who asked, or joined.' })
  @Right('conversations:read')
  by(@Root() { byKind, byId }: Participant): PartyRow {
    return { kind: byKind, id: byId };
  }
}

@Resolver(() => Conversation)
export class ConversationParticipantFields {
  @FieldResolver(() => [ConversationParticipant], {
    description:
      'Who takes part beside the party in control, or is asked to, the first first. Empty: nobody. The customer never sees it.',
  })
  @Right('notes:read')
  participants(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<readonly Participant[]> {
    return loaders.participantsOfConversation.load(id);
  }
}
