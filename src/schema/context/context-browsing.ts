import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type { ActivityKind, Channel } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ActivityKindEnum, ChannelEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'A page, a search or a product that the person looked at. What does not belong to its kind is null.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextBrowsing {
  @Field(() => ID, { description: 'Id of the activity, `act_…`.' })
  id!: string;

  @Field(() => ActivityKindEnum, { description: 'VISIT, SEARCH or PRODUCT_VIEW.' })
  kind!: ActivityKind;

  @Field(() => ChannelEnum, { nullable: true, description: 'Where. Null: the web shop.' })
  channel!: Channel | null;

  @Field(() => DateTime, { description: 'When, by the source’s clock.' })
  occurredAt!: MomentText;

  @Field(() => String, { nullable: true, description: 'Address of the page, without query. Null: not told.' })
  url!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the variant, or of the page. Null: not known.',
  })
  title!: string | null;

  @Field(() => String, { nullable: true, description: 'What was searched for. Null: no search.' })
  query!: string | null;

  @Field(() => Int, { nullable: true, description: 'Hits of the search. Null: not told, or no search.' })
  hitCount!: number | null;

  @Field(() => String, { nullable: true, description: 'Stock keeping unit. Null: no product view.' })
  sku!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: no product view, or the catalogue does not know the SKU.',
  })
  variantId!: string | null;
}
