import { GraphQLCurrency, GraphQLSafeInt } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

import { Right } from './right.ts';

@ObjectType({
  description: 'An amount of money. Never a fraction: whole minor units of one currency.',
  simpleResolvers: true,
})
@Right('payments:read')
export class Money {
  @Field(() => GraphQLSafeInt, {
    description: 'Whole minor units, for example cents; how many make one unit follows from the currency (ISO 4217).',
  })
  amountMinor!: number;

  @Field(() => GraphQLCurrency, { description: 'ISO 4217 code, three capital letters.' })
  currency!: string;
}
