import { Field, Int, ObjectType } from 'type-graphql';

import type { Channel, Presence } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, PresenceEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Something an agent is good at.' })
@Right('agents:read')
export class AgentSkill {
  @Field(() => String, { description: '`class:name`, for example `language:fi`, `channel:email`, `topic:returns`.' })
  skill!: string;

  @Field(() => Int, { description: '1 (knows of it) to 5 (expert).' })
  level!: number;
}

@ObjectType({ implements: Node, description: 'Somebody who answers customers.' })
@Right('agents:read')
export class Agent extends Node {
  @Field(() => String, { description: 'Name of the agent in the system that employs them. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for colleagues.' })
  name!: string;

  @Field(() => PresenceEnum, { description: 'Whether the agent takes work now.' })
  presence!: Presence;

  @Field(() => DateTime, { description: 'Since when.' })
  presenceChangedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Why the agent is away, for colleagues. Null: not away, or nothing was said.',
  })
  awayReason!: string | null;

  @Field(() => [ChannelEnum], { description: 'Channels of which the agent takes nothing, whatever the presence is.' })
  channelsOff!: Channel[];

  @Field(() => Int, {
    nullable: true,
    description:
      'The agent goes offline when nothing is heard for so many seconds. Null: the presence lasts until somebody changes it.',
  })
  heartbeatSeconds!: number | null;

  @Field(() => Int, { description: 'Open conversations at once, at most.' })
  capacity!: number;

  @Field(() => Int, {
    description: 'Open conversations assigned now. Never more than the capacity was when they were.',
  })
  load!: number;

  @Field(() => [AgentSkill], { description: 'What the agent is good at, by name of the skill.' })
  skills!: AgentSkill[];

  @Field(() => DateTime, { description: 'When the agent was recorded.' })
  createdAt!: Date;
}

export const AgentConnection = connectionOf(Agent, 'Agent', 'agents:read');
