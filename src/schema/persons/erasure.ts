import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { IdentityKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { IdentityKindEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Rows of one table that were removed, or rid of a person.', simpleResolvers: true })
@Right('erasures:read')
export class ErasedRows {
  @Field(() => String, { description: 'Name of the table in the database, for example `messages`.' })
  table!: string;

  @Field(() => Int, { description: 'How many rows: 1 or more.' })
  rows!: number;
}

@ObjectType({
  implements: Node,
  description:
    'The certificate of an erasure: that a person was erased, when, and how many rows of what. Nothing of the person. docs/erasure.md says what an erasure reaches.',
  simpleResolvers: true,
})
@Right('erasures:read')
export class Erasure extends Node {
  @Field(() => [ID], {
    description:
      'Ids of all customers that were the person, `cus_…`, the person’s own first. Nothing is behind them any more.',
  })
  customerIds!: string[];

  @Field(() => ID, { description: 'Who asked for it: a principal.' })
  requestedBy!: string;

  @Field(() => DateTime, { description: 'When the person was erased: from then on nobody saw anything of them.' })
  erasedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was complete: what transactions left behind that were under way at the time is removed as well. Null: one of them is still under way.',
  })
  completedAt!: Date | null;

  @Field(() => Int, {
    description:
      'Identifiers under which nothing is taken in for now, kept as keyed hashes: identities and tracking numbers.',
  })
  suppressedCount!: number;

  @Field(() => Int, { description: 'How often something came under one of them, and was not kept.' })
  refusedCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'When that was last. Null: never.' })
  lastRefusedAt!: Date | null;
}
export const ErasureConnection = connectionOf(Erasure, 'Erasure', 'erasures:read');

@ObjectType({ description: 'Answer of `erasureRequest`.' })
@Right('erasures:write')
export class ErasureRequestPayload {
  @Field(() => Erasure, {
    nullable: true,
    description: 'The certificate. Null: refused, see `userErrors`, or you may not read it.',
  })
  erasure!: Erasure | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@InputType({ description: 'An identity of somebody who was erased and came back by themselves.' })
export class SuppressionLiftInput {
  @Field(() => IdentityKindEnum, { description: 'What it is.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'The identity, in any writing: it is compared as identities are.' })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'ISO 3166-1 alpha-2 country in which a national phone number is read. Null or absent: it has its country.',
  })
  market?: string | null;
}

@ObjectType({ description: 'Answer of `suppressionLift`.' })
@Right('erasures:write')
export class SuppressionLiftPayload {
  @Field(() => Boolean, {
    nullable: true,
    description: 'True: what comes under the identity from now on is taken in. Null: refused, see `userErrors`.',
  })
  lifted!: boolean | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
