import { ObjectType, Field } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Agent } from './agent.ts';

const AGENT = {
  nullable: true,
  description: 'The agent as it is now. Null: refused, see `userErrors`; or not visible to you.',
};
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@ObjectType({ description: 'Answer of `agentPresenceSet`.' })
@Right('presence:write')
export class AgentPresenceSetPayload {
  @Field(() => Agent, AGENT)
  agent!: Agent | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `agentHeartbeat`.' })
@Right('presence:write')
export class AgentHeartbeatPayload {
  @Field(() => Agent, AGENT)
  agent!: Agent | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
