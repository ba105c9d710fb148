import { Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Agent } from '../../schema/conversations/agent.ts';
import { Control, Handoff, HandoffConnection, Party } from '../../schema/conversations/control.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Team } from '../../schema/conversations/team.ts';
import { Location } from '../../schema/inventory/catalogue.ts';
import { Right } from '../../schema/right.ts';
import type { Agent as AgentRow, Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { Party as PartyRow } from '../../services/conversations/party.ts';
import type { Handoff as HandoffRow } from '../../services/conversations/read-handoffs.ts';
import type { Team as TeamRow } from '../../services/conversations/read-teams.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

const AGENT = {
  nullable: true,
  description: 'The agent. Null: it is none, or a person whose key speaks for no agent.',
};
const TEAM = { nullable: true, description: 'The team. Null: it is none.' };
const LOCATION = { nullable: true, description: 'The store. Null: it is none.' };
const BOT = { nullable: true, description: 'Principal of the bot: the id of its key. Null: it is none.' };

const agentOf = async ({ kind, id }: PartyRow, { loaders }: Context): Promise<AgentRow | null> =>
  kind === 'agent' ? loaders.agent.load(id) : null;
const teamOf = async ({ kind, id }: PartyRow, { loaders }: Context): Promise<TeamRow | null> =>
  kind === 'team' ? loaders.team.load(id) : null;
const locationOf = async ({ kind, id }: PartyRow, { loaders }: Context) =>
  kind === 'store' ? loaders.location.load(id) : null;
const botOf = ({ kind, id }: PartyRow): string | null => (kind === 'bot' ? id : null);

@Resolver(() => Party)
export class PartyFields {
  @FieldResolver(() => Agent, AGENT)
  @Right('agents:read')
  agent(@Root() party: PartyRow, @Ctx() context: Context) {
    return agentOf(party, context);
  }

  @FieldResolver(() => Team, TEAM)
  @Right('agents:read')
  team(@Root() party: PartyRow, @Ctx() context: Context) {
    return teamOf(party, context);
  }

  @FieldResolver(() => Location, LOCATION)
  @Right('catalogue:read')
  location(@Root() party: PartyRow, @Ctx() context: Context) {
    return locationOf(party, context);
  }

  @FieldResolver(() => ID, BOT)
  @Right('conversations:route')
  bot(@Root() party: PartyRow) {
    return botOf(party);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The skill that was asked for, `class:name`. Null: it is none.',
  })
  @Right('routing:read')
  skill(@Root() { kind, id }: PartyRow) {
    return kind === 'skill' ? id : null;
  }
}

@Resolver(() => Control)
export class ControlFields {
  @FieldResolver(() => Agent, AGENT)
  @Right('agents:read')
  agent(@Root() control: PartyRow, @Ctx() context: Context) {
    return agentOf(control, context);
  }

  @FieldResolver(() => Team, TEAM)
  @Right('agents:read')
  team(@Root() control: PartyRow, @Ctx() context: Context) {
    return teamOf(control, context);
  }

  @FieldResolver(() => Location, LOCATION)
  @Right('catalogue:read')
  location(@Root() control: PartyRow, @Ctx() context: Context) {
    return locationOf(control, context);
  }

  @FieldResolver(() => ID, BOT)
  @Right('conversations:route')
  bot(@Root() control: PartyRow) {
    return botOf(control);
  }
}

@Resolver(() => Handoff)
export class HandoffFields {
  @FieldResolver(() => Party, { nullable: true, description: 'Who held control before. Null: nobody.' })
  @Right('conversations:read')
  from(@Root() { fromKind, fromId }: HandoffRow): PartyRow | null {
    return fromKind && { kind: fromKind, id: fromId! };
  }

  @FieldResolver(() => Party, { description: 'Who got it.' })
  @Right('conversations:read')
  to(@Root() { toKind, toId }: HandoffRow): PartyRow {
    return { kind: toKind, id: toId };
  }

  @FieldResolver(() => Party, { description: 'Who handed it over: the holder, or somebody who decided so.' })
  @Right('conversations:read')
  by(@Root() { byKind, byId }: HandoffRow): PartyRow {
    return { kind: byKind, id: byId };
  }
}

@Resolver(() => Conversation)
export class ConversationControlFields {
  @FieldResolver(() => Control, {
    nullable: true,
    description: 'Who holds control: the one party that answers. Null: nobody does, or it is resolved.',
  })
  @Right('conversations:read')
  control(@Root() { controlKind, controlId, controlSince }: ConversationRow) {
    return controlKind && { kind: controlKind, id: controlId, since: controlSince };
  }

  @FieldResolver(() => HandoffConnection, { description: 'Who gave it to whom, the newest first.' })
  @Right('conversations:read')
  async handoffs(
    @Root() { id }: ConversationRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<HandoffRow>> {
    return toConnection(await loaders.handoffsOfConversation.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => Agent)
export class AgentTeamFields {
  @FieldResolver(() => [Team], { description: 'Teams of the agent, by name. Empty: none.' })
  @Right('agents:read')
  teams(@Root() { id }: AgentRow, @Ctx() { loaders }: Context): Promise<readonly TeamRow[]> {
    return loaders.teamsOfAgent.load(id);
  }
}

@Resolver(() => Team)
export class TeamFields {
  @FieldResolver(() => [Agent], { description: 'Who belongs to it, by name, 200 at most. Empty: nobody.' })
  @Right('agents:read')
  members(@Root() { id }: TeamRow, @Ctx() { loaders }: Context): Promise<readonly AgentRow[]> {
    return loaders.membersOfTeam.load(id);
  }
}
