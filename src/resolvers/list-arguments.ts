import { ArgsType, Field, Int } from 'type-graphql';

/** The arguments of every list. */
@ArgsType()
export class ListArguments {
  @Field(() => Int, { nullable: true, description: 'Rows wanted, 1 to 100. Null or absent: 20.' })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: '`endCursor` of the page before: go on behind it. Null or absent: from the top.',
  })
  after?: string | null;
}
