import { Field, Float, ObjectType } from 'type-graphql';

import type { CustomerSearchMatch } from '../../values/customer-search.ts';
import { PageInfo } from '../connection.ts';
import { Customer } from '../customers/customer.ts';
import { enumOf } from '../enum-of.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';

const CustomerSearchMatchEnum = enumOf<CustomerSearchMatch>('CustomerSearchMatch', 'By what a search found a person.', {
  name: 'By the name: its words in any order, begun or misspelt.',
  identity: 'By an identity: an e-mail address, a phone number in any writing, an id; whole or its beginning.',
  order_number: 'By the number of an order, whole or its beginning. Asks `orders:read`.',
  conversation_reference: 'By the reference of a conversation. Asks `conversations:read`.',
});

@ObjectType({ description: 'One person that a search found.' })
@Right('customers:read')
@OfNobody()
export class CustomerSearchEdge {
  @Field(() => String, { description: 'Place in this search. Opaque; give it as `after` to go on behind it.' })
  cursor!: string;

  @Field(() => Customer, { description: 'The person.' })
  node!: Customer;

  @Field(() => CustomerSearchMatchEnum, { description: 'By what the person was found best.' })
  matchedOn!: CustomerSearchMatch;

  @Field(() => Float, {
    description:
      'How well, 0 to 1: a whole identity or number 1, a whole name 0.9, beginnings less, guesses under 0.5.',
  })
  score!: number;
}

@ObjectType({ description: 'A page of what a search found, 20 unless asked otherwise, 100 at most.' })
@Right('customers:read')
export class CustomerSearchConnection {
  @Field(() => [CustomerSearchEdge], { description: 'Persons with how they were found, the best first.' })
  edges!: CustomerSearchEdge[];

  @Field(() => [Customer], { description: 'The persons alone, in the same order as `edges`.' })
  nodes!: Customer[];

  @Field(() => PageInfo, { description: 'Whether more follow, and from where.' })
  pageInfo!: PageInfo;
}
