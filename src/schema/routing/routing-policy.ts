import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { PolicyState } from '../../values/routing-policies.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Node } from '../node.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

const PolicyStateEnum = enumOf<PolicyState>('RoutingPolicyState', 'Where a version of the routing policy stands now.', {
  draft: 'It was never activated.',
  scheduled: 'It begins to hold at a time that lies ahead.',
  active: 'It holds for everybody who is in no trial.',
  trial: 'It holds for some, beside the one that is active.',
  retired: 'It held once.',
});

const SEGMENT =
  'JSON: a list of conditions on signals, all of which must hold, as in a policy: `[{"signal": "market", "is": ["fi"]}]`.';
const CONTROL = 'How many percent of the segment’s persons go on as before, to compare with; always the same persons.';

@ObjectType({
  description: 'When a version of the routing policy began or begins to hold, and for whom.',
  simpleResolvers: true,
})
@Right('policies:read')
@OfNobody()
export class RoutingPolicyActivation {
  @Field(() => DateTime, { description: 'From when on it holds.' })
  beginsAt!: Date;

  @Field(() => String, { nullable: true, description: `For whom. ${SEGMENT} Null: for all.` })
  segment!: string | null;

  @Field(() => Int, { nullable: true, description: `${CONTROL} Null: it is for all.` })
  controlPercent!: number | null;

  @Field(() => Boolean, { description: 'True: it came back, because the version after it was rolled back.' })
  isRollBack!: boolean;

  @Field(() => String, { nullable: true, description: 'Why. Null: nobody said.' })
  note!: string | null;

  @Field(() => DateTime, { description: 'When it was decided.' })
  madeAt!: Date;

  @Field(() => String, { description: 'The principal that decided it.' })
  madeBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back before it began. Null: it was not.' })
  cancelledAt!: Date | null;
}

@ObjectType({
  implements: Node,
  description: 'A version of the routing policy: who gets which interaction, and how soon customers are to be served.',
})
@Right('policies:read')
export class RoutingPolicy extends Node {
  @Field(() => Int, { description: 'Counts up by one. A version never changes. 1 is the one that Punos brings.' })
  version!: number;

  @Field(() => String, { description: 'What its document calls it.' })
  name!: string;

  @Field(() => String, {
    description: 'JSON as it was written, of the form that `docs/routing-policy.schema.json` publishes.',
  })
  document!: string;

  @Field(() => String, { nullable: true, description: 'Why it was written. Null: nobody said.' })
  note!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was written. Null: it came with Punos.' })
  createdAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The principal that wrote it. Null: it came with Punos.' })
  createdBy!: string | null;

  @Field(() => PolicyStateEnum, { description: 'Where it stands at the moment of the request.' })
  state!: PolicyState;
}

export const RoutingPolicyConnection = connectionOf(RoutingPolicy, 'RoutingPolicy', 'policies:read');

@InputType({ description: 'A policy to keep.' })
export class RoutingPolicyCreateInput {
  @Field(() => String, {
    description: 'JSON of the form that `docs/routing-policy.schema.json` publishes, 500,000 characters at most.',
  })
  document!: string;

  @Field(() => String, { nullable: true, description: 'Why, up to 500 characters. Null or absent: not said.' })
  note?: string | null;
}

@InputType({ description: 'From when on a version holds, and for whom.' })
export class RoutingPolicyActivateInput {
  @Field(() => Int, { description: 'The version.' })
  version!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on, 366 days ahead at most. Null or absent: from now on.',
  })
  at?: Date | null;

  @Field(() => String, { nullable: true, description: `For whom. ${SEGMENT} Null or absent: for all.` })
  segment?: string | null;

  @Field(() => Int, { nullable: true, description: `${CONTROL} 0 to 99. Null or absent: 0.` })
  controlPercent?: number | null;

  @Field(() => String, { nullable: true, description: 'Why, up to 500 characters. Null or absent: not said.' })
  note?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The active version that you decided on: refused with CONFLICT when another one is. Null or absent: any.',
  })
  expectedVersion?: number | null;
}

@ObjectType({ description: 'Answer of `routingPolicyCreate`, `routingPolicyActivate` and `routingPolicyRollBack`.' })
@Right('policies:write')
export class RoutingPolicyPayload {
  @Field(() => RoutingPolicy, {
    nullable: true,
    description:
      'The version that was written or activated; after a roll-back the one that holds for all. Null: refused, see `userErrors`; or you may not read policies.',
  })
  @Right('policies:read')
  routingPolicy!: RoutingPolicy | null;

  @Field(() => [UserError], {
    description: 'Why it was refused; of a document each fault with its place, 50 at most. Empty: it was done.',
  })
  userErrors!: UserError[];
}
