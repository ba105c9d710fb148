import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { Channel, TaskState } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, TaskStateEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'What makes a conversation wait for an agent: it is offered, is worked on, and ends. A conversation that asks anew has a new one.',
})
@Right('routing:read')
export class RoutingTask extends Node {
  @Field(() => TaskStateEnum, { description: 'How it stands.' })
  state!: TaskState;

  @Field(() => ChannelEnum, { description: 'Where the customer waits, as it was when the conversation asked last.' })
  channel!: Channel;

  @Field(() => String, {
    nullable: true,
    description: 'Queue of the policy that it is in, or was in last. Null: nothing was decided yet.',
  })
  queue!: string | null;

  @Field(() => Boolean, { description: 'True: a colleague handed it over.' })
  isTransfer!: boolean;

  @Field(() => DateTime, {
    description: 'Since when it waits, or waited; kept when it comes back from an agent who did not take it.',
  })
  waitingSince!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when the agent has it, or was asked. Null: nobody.',
  })
  agentSince!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When something about it changes by time alone: the policy’s next step, the end of an offer, or of wrapping up. Null: never.',
  })
  dueAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed or canceled. Null: it was not.' })
  endedAt!: Date | null;
}

export const RoutingTaskConnection = connectionOf(RoutingTask, 'RoutingTask', 'routing:read');

@InputType({ description: 'Which waiting tasks a list is about: those that meet everything that is given.' })
export class RoutingTaskWaitingFilter {
  @Field(() => String, { nullable: true, description: 'In this queue of the policy, by name. Null or absent: any.' })
  queue?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Whose conversation was in this inbox, `inb_…`, when it asked last; FORBIDDEN without the right `conversations:read`. Null or absent: any.',
  })
  inboxId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Which this team, `tea_…`, was given; FORBIDDEN without the right `agents:read`. Null or absent: any or none.',
  })
  teamId?: string | null;
}

@InputType({ description: 'Which tasks a list is about: those that meet everything that is given.' })
export class RoutingTaskFilter extends RoutingTaskWaitingFilter {
  @Field(() => TaskStateEnum, { nullable: true, description: 'In this state. Null or absent: any.' })
  state?: TaskState | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Which this agent, `agt_…`, is asked to take, has, or had last; FORBIDDEN without the right `agents:read`. Null or absent: anybody or nobody.',
  })
  agentId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Of this customer, `cus_…`, all members of the person; FORBIDDEN without the right `customers:read`. Null or absent: any.',
  })
  customerId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Of this conversation, `cnv_…`; FORBIDDEN without the right `conversations:read`. Null or absent: any.',
  })
  conversationId?: string | null;
}
