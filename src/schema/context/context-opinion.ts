import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type { ActivityKind } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ActivityKindEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'A review or an answer to a survey. What does not belong to its kind is null.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextOpinion {
  @Field(() => ID, { description: 'Id of the activity, `act_…`.' })
  id!: string;

  @Field(() => ActivityKindEnum, { description: 'REVIEW or SURVEY_ANSWER.' })
  kind!: ActivityKind;

  @Field(() => DateTime, { description: 'When it was written, by the source’s clock.' })
  occurredAt!: MomentText;

  @Field(() => String, { nullable: true, description: 'What was reviewed. Null: the shop, or no review.' })
  sku!: string | null;

  @Field(() => Int, { nullable: true, description: 'Stars, 1 to 5. Null: no review.' })
  rating!: number | null;

  @Field(() => String, { nullable: true, description: 'Headline of the review. Null: none.' })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'Text of the review. Null: none.' })
  text!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody can read the review. Null: no review.' })
  isPublic!: boolean | null;

  @Field(() => String, { nullable: true, description: 'Name of the survey. Null: no survey answer.' })
  survey!: string | null;

  @Field(() => String, { nullable: true, description: 'Question of the survey. Null: no survey answer.' })
  question!: string | null;

  @Field(() => Int, { nullable: true, description: 'Score on the question’s scale. Null: none.' })
  score!: number | null;

  @Field(() => String, { nullable: true, description: 'Answer in words. Null: none.' })
  answer!: string | null;

  @Field(() => ID, { nullable: true, description: 'Conversation that the survey asked about, `cnv_…`. Null: none.' })
  conversationId!: string | null;
}
