import { Field, InputType, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Agent } from './agent.ts';

@InputType({ description: 'Something an agent is good at.' })
export class AgentSkillInput {
  @Field(() => String, {
    description:
      '`class:name`, for example `language:fi`, `channel:email`, `topic:returns`. Each one once. A class of `SkillClass` in small letters; a name that is new comes onto the map of `skills`.',
  })
  skill!: string;

  @Field(() => Int, { description: '1 (knows of it) to 5 (expert).' })
  level!: number;
}

@InputType({ description: 'An agent as the system that employs them has it.' })
export class AgentUpsertInput {
  @Field(() => String, { description: 'The system’s own id: what a repeat is known by. 1 to 200 characters.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for colleagues. 1 to 200 characters.' })
  name!: string;

  @Field(() => Int, { description: 'Open conversations at once, at most. 0 to 1,000.' })
  capacity!: number;

  @Field(() => [AgentSkillInput], { description: 'All skills: one that is not named is taken away. 200 at most.' })
  skills!: AgentSkillInput[];
}

const REFUSED = 'Why it was refused. Empty: it was done.';

@ObjectType({ description: 'Answer of `agentUpsert`.' })
@Right('agents:write')
export class AgentUpsertPayload {
  @Field(() => Agent, {
    nullable: true,
    description: 'The agent as they are now. Null: refused, or you may not read agents.',
  })
  agent!: Agent | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `agentsUpsert`.' })
@Right('agents:write')
export class AgentsUpsertPayload {
  @Field(() => [Agent], {
    nullable: true,
    description: 'The agents as they are now, in the order of the input. Null: refused, or you may not read agents.',
  })
  agents!: Agent[] | null;

  @Field(() => [UserError], { description: `${REFUSED} When one is refused none is stored.` })
  userErrors!: UserError[];
}
