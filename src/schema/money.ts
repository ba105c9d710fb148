import { GraphQLCurrency, GraphQLSafeInt } from 'graphql-scalars';
import { Field, InputType, ObjectType } from 'type-graphql';

import { OfNobody } from './of-customer.ts';
import { Right } from './right.ts';

@ObjectType({
  description: 'An amount of money. Never a fraction: whole minor units of one currency.',
  simpleResolvers: true,
})
@Right('payments:read')
@OfNobody()
export class Money {
  @Field(() => GraphQLSafeInt, {
    description: 'Whole minor units, for example cents; how many make one unit follows from the currency (ISO 4217).',
  })
  amountMinor!: number;

  @Field(() => GraphQLCurrency, { description: 'ISO 4217 code, three capital letters.' })
  currency!: string;
}

@InputType({ description: 'An amount of money in whole minor units.' })
export class MoneyInput {
  @Field(() => GraphQLSafeInt, { description: 'Whole minor units, for example cents. At least 0.' })
  amountMinor!: number;

  @Field(() => String, { description: 'ISO 4217 code, three capital letters.' })
  currency!: string;
}
