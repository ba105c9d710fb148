import DataLoader from 'dataloader';

import { presenceOfConversations } from '../../services/conversations/conversation-presence.ts';
import { placesOfReply } from '../../services/conversations/places-of-reply.ts';
import type { ControlOffer } from '../../services/conversations/control-offer.ts';
import { controlOffersByIds, openOffersOfConversations } from '../../services/conversations/read-control-offers.ts';
import { participantsOfConversations } from '../../services/conversations/participants/read-participants.ts';
import { handoffsByIds, handoffsOfConversations, type Handoff } from '../../services/conversations/read-handoffs.ts';
import { membersOfTeams, teamsByIds, teamsOfAgents, type Team } from '../../services/conversations/read-teams.ts';
import type { Scope } from '../../services/scope.ts';
import type { AgentId, ConversationId, TeamId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';
import { makePagedLoader } from '../paged-loader.ts';

/** Loaders of who holds conversations and where they can go on. */
export const makeControlLoaders = (scope: Scope) => ({
  team: new DataLoader<string, Team | null>((ids) => teamsByIds(scope, ids)),
  teamsOfAgent: loadManyBy(
    (ids: readonly AgentId[]) => teamsOfAgents(scope, ids),
    ({ agentId }) => agentId,
  ),
  membersOfTeam: loadManyBy(
    (ids: readonly TeamId[]) => membersOfTeams(scope, ids),
    ({ teamId }) => teamId,
  ),
  placesOfReply: loadManyBy(
    (ids: readonly ConversationId[]) => placesOfReply(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  presenceOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => presenceOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  controlOffer: new DataLoader<string, ControlOffer | null>((ids) => controlOffersByIds(scope, ids)),
  openOfferOfConversation: loadOneBy(
    (ids: readonly ConversationId[]) => openOffersOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  participantsOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => participantsOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  handoff: new DataLoader<string, Handoff | null>((ids) => handoffsByIds(scope, ids)),
  handoffsOfConversation: makePagedLoader((ids: readonly ConversationId[], request) =>
    handoffsOfConversations(scope, ids, request),
  ),
});
