import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { PromiseKind, PromiseState } from '../../values/promises.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PromiseKindEnum, PromiseStateEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'What somebody promised a customer: what, and by when. It is watched: what is told of the order keeps it, or it becomes overdue.',
  simpleResolvers: true,
})
@Right('conversations:read')
@OfCustomer('customerId')
export class CustomerPromise extends Node {
  @Field(() => PromiseKindEnum, { description: 'What is promised: it says by which facts it is kept.' })
  kind!: PromiseKind;

  @Field(() => String, { description: 'What is promised, as the customer was told.' })
  text!: string;

  @Field(() => DateTime, { description: 'By when.' })
  dueAt!: Date;

  @Field(() => PromiseStateEnum, { description: 'How it stands.' })
  state!: PromiseState;

  @Field(() => DateTime, { description: 'When it was made, by the server’s clock.' })
  madeAt!: Date;

  @Field(() => ID, { description: 'Who made it: a principal.' })
  @Right('agents:read')
  madeBy!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was kept or taken back. Null: it is open or overdue.',
  })
  settledAt!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Who settled it: a principal. Null: nobody yet, or what was told of the order kept it.',
  })
  @Right('agents:read')
  settledBy!: string | null;

  @Field(() => String, { nullable: true, description: 'What who settled it said. Null: nothing.' })
  @Right('notes:read')
  note!: string | null;
}
export const CustomerPromiseConnection = connectionOf(CustomerPromise, 'CustomerPromise', 'conversations:read');

@InputType({ description: 'A promise to a customer.' })
export class PromiseInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The order that it is about, `ord_…`. Null or absent: none; then name the conversation.',
  })
  orderId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The conversation that it was made in, `cnv_…`. Null or absent: none; then name the order.',
  })
  conversationId?: string | null;

  @Field(() => PromiseKindEnum, { description: 'What is promised. All but `OTHER` ask for an order.' })
  kind!: PromiseKind;

  @Field(() => String, { description: 'What is promised, as the customer was told. 1 to 1,000 characters.' })
  text!: string;

  @Field(() => DateTime, { description: 'By when. Ahead of now, 366 days at most.' })
  dueAt!: Date;
}

@ObjectType({ description: 'Answer of `promiseMake`, `promiseKeep` and `promiseWithdraw`.' })
@Right('conversations:write')
export class PromisePayload {
  @Field(() => CustomerPromise, {
    nullable: true,
    description: 'The promise as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  promise!: CustomerPromise | null;

  @Field(() => [UserError], { description: 'Why it was refused: then nothing changed. Empty: it was done.' })
  userErrors!: UserError[];
}
