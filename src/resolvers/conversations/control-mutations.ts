import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import {
  ConversationHandOffInput,
  ConversationHandOffPayload,
  ConversationHoldPayload,
  PartyInput,
} from '../../schema/conversations/control.ts';
import { TeamConnection, TeamUpsertInput, TeamUpsertPayload } from '../../schema/conversations/team.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { assignConversation, unassignConversation } from '../../services/conversations/assign-conversation.ts';
import { conversationsByIds } from '../../services/conversations/read-conversations.ts';
import { handoffsByIds } from '../../services/conversations/read-handoffs.ts';
import { listTeams, teamsByIds, type Team } from '../../services/conversations/read-teams.ts';
import { releaseControl, takeControl } from '../../services/conversations/take-control.ts';
import { upsertTeam } from '../../services/conversations/upsert-team.ts';
import { transferConversation } from '../../services/routing/transfer-conversation.ts';
import type { Scope } from '../../services/scope.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';
import { EXPECTED_HOLDER, toExpectedHolder } from './expected-holder.ts';
import { visible } from './visible.ts';

const CONVERSATION_ID = { description: 'The conversation, `cnv_…`.' };
const EXPECTED_ASSIGNEE = {
  nullable: true,
  description:
    'Who you believe is assigned, `agt_…`, null: nobody; refused (CONFLICT) when it is another one by now. Absent: whoever it is.',
};

registerNode({
  kind: 'team',
  type: 'Team',
  load: async ({ scope, loaders }, id) => (scope.viewer.rights.has('agents:read') ? loaders.team.load(id) : null),
});

@Resolver()
export class TeamQueries {
  @Query(() => TeamConnection, { description: 'Teams, the one recorded last first.' })
  @Right('agents:read')
  async teams(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Team>> {
    return toConnection(await listTeams(scope, readPageRequest(first, after)));
  }
}

@Resolver()
export class ControlMutations {
  @Mutation(() => TeamUpsertPayload, {
    description:
      'Records a team, or brings the one with this external id up to date. Refused: INVALID_INPUT, NOT_FOUND (a member), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('agents:write')
  teamUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => TeamUpsertInput, { description: 'The team.' }) input: TeamUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'teamUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        teamId: await upsertTeam(tx, input),
      }));
      return { team: await visible(scope, 'agents:read', ids.teamId, teamsByIds) };
    });
  }

  @Mutation(() => ConversationHoldPayload, {
    description:
      'Assigns an open conversation to an agent, who gets control with it. For people; a bot routes or hands off. Refused: NOT_FOUND, CONVERSATION_RESOLVED, CONFLICT, NO_FREE_PLACE (the agent is neither online nor takes transfers, or has no free place), NOT_ALLOWED.',
  })
  @Right('conversations:route')
  conversationAssign(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('agentId', () => ID, { description: 'The agent, `agt_…`. The one assigned already changes nothing.' })
    agentId: string,
    @Arg('expectedAssigneeId', () => ID, EXPECTED_ASSIGNEE) expectedAssigneeId?: string | null,
    @Arg('force', () => Boolean, {
      nullable: true,
      description: 'True: also without a free place; supervisors only. Null or absent: false.',
    })
    force?: boolean | null,
  ) {
    const assignment = { agentId, expectedAssigneeId, isForced: force ?? false };
    return holding(scope, () => assignConversation(scope, id, assignment));
  }

  @Mutation(() => ConversationHoldPayload, {
    description:
      'Takes an open conversation from its agent, who gets the place back: it waits for somebody again. For people. Refused: NOT_FOUND, CONVERSATION_RESOLVED, CONFLICT (also when nobody is assigned), NOT_ALLOWED.',
  })
  @Right('conversations:route')
  conversationUnassign(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('expectedAssigneeId', () => ID, EXPECTED_ASSIGNEE) expectedAssigneeId?: string | null,
  ) {
    return holding(scope, () => unassignConversation(scope, id, expectedAssigneeId));
  }

  @Mutation(() => ConversationHoldPayload, {
    description:
      'Takes control of an open conversation for you. People may take it from anybody, a bot only when nobody holds it. An agent is assigned with it when nobody is and a place is free. Refused: NOT_FOUND, CONVERSATION_RESOLVED, CONFLICT, CONTROL_HELD.',
  })
  @Right('conversations:route')
  conversationControlTake(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('expectedHolder', () => PartyInput, EXPECTED_HOLDER)
    expected: PartyInput | null,
  ) {
    return holding(scope, () => takeControl(scope, id, toExpectedHolder(expected)));
  }

  @Mutation(() => ConversationHoldPayload, {
    description:
      'Lets control of an open conversation go: nobody holds it then, a bot may answer again; who is assigned stays assigned. A bot lets go of its own only. Refused: NOT_FOUND, CONVERSATION_RESOLVED, CONFLICT (nobody holds it, or another party than you expect), CONTROL_HELD.',
  })
  @Right('conversations:route')
  conversationControlRelease(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('expectedHolder', () => PartyInput, EXPECTED_HOLDER) expected: PartyInput | null,
  ) {
    return holding(scope, () => releaseControl(scope, id, toExpectedHolder(expected)));
  }

  @Mutation(() => ConversationHandOffPayload, {
    description:
      'Hands an open conversation to an agent, a team, a bot, a store, or whoever has a skill, with a summary. Control and assignment move in one step; whoever watches the new agent’s packets gets the customer’s packet. Who comes for a skill, or of a team where the inbox asks for agents by itself, is decided by routing. A bot hands over what it holds or nobody does. Refused: NOT_FOUND (also a skill that no agent has), INVALID_INPUT, CONVERSATION_RESOLVED, CONFLICT (it is there already, or another party holds it than you expect), CONTROL_HELD, NO_FREE_PLACE (the agent is not there, not on this channel, or full), NOT_ALLOWED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:route')
  conversationHandOff(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, CONVERSATION_ID) id: string,
    @Arg('input', () => ConversationHandOffInput, { description: 'To whom, and what they have to know.' })
    input: ConversationHandOffInput,
    @Arg('expectedHolder', () => PartyInput, EXPECTED_HOLDER) expected: PartyInput | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const expectedHolder = toExpectedHolder(expected);
      const act = { mutation: 'conversationHandOff', key, input: { id, ...input, ...(expected ? { expected } : {}) } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => {
        const handOver = { ...input, isForced: input.force ?? false, expectedHolder };
        const { handoffId, decisionId } = await transferConversation(tx, id, handOver);
        return { handoffId, decisionId };
      });
      return {
        decisionId: ids.decisionId,
        handoff: await visible(scope, 'conversations:read', ids.handoffId, handoffsByIds),
        conversation: await visible(scope, 'conversations:read', id, conversationsByIds),
      };
    });
  }
}

const holding = (scope: Scope, act: () => Promise<string>) =>
  answer(async () => ({ conversation: await visible(scope, 'conversations:read', await act(), conversationsByIds) }));
