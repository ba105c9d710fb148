import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ContextAgent } from './context-conversation.ts';

@ObjectType({ description: 'Who answers an open conversation, and why.', simpleResolvers: true })
@Right('conversations:read')
export class ContextRouting {
  @Field(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  conversationId!: string;

  @Field(() => String, { description: 'Reference of the conversation.' })
  reference!: string;

  @Field(() => Boolean, { description: 'True while nobody is assigned.' })
  waiting!: boolean;

  @Field(() => ContextAgent, { nullable: true, description: 'Who answers now. Null while it waits.' })
  assignee!: ContextAgent | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last routed. Null: never.' })
  decidedAt!: MomentText | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why this agent, in a sentence. Null: never routed. Asks the right `routing:read`.',
  })
  @Right('routing:read')
  explanation!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Place in the queue, from 1. Null: it does not wait for an agent, or nothing was estimated yet.',
  })
  queuePosition!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Seconds that it will presumably go on waiting, as of when it was told last. Null: nobody can say, or it does not wait.',
  })
  estimatedWaitSeconds!: number | null;
}
