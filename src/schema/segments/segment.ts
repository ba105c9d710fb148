import { Field, InputType, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { SegmentFilterInput } from './segment-filter.ts';

@ObjectType({
  implements: Node,
  description:
    'A saved filter over what is known of persons. Whoever changes is looked at within a second or so, and enters or leaves; who refused PROFILING or PERSONALISATION belongs to none.',
})
@Right('segments:read')
@OfNobody()
export class Segment extends Node {
  @Field(() => String, { description: 'What it is called; no two segments are called the same.' })
  name!: string;

  @Field(() => String, { description: 'Its filter as JSON, as `SegmentFilterInput` takes it.' })
  filter!: string;

  @Field(() => Int, { description: 'Grows by one with each change, from 1: what `expectedVersion` is compared with.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made, by our clock.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was changed last, by our clock.' })
  updatedAt!: Date;

  @Field(() => Boolean, {
    description: 'True: everybody was looked at since its filter is what it is. False: members may still be missing.',
  })
  isComplete!: boolean;

  @Field(() => Int, { description: 'Customers that were looked at since its filter is what it is.' })
  examined!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Customers that there were when that began; more may have come. Null: it has not begun.',
  })
  toExamine!: number | null;
}
export const SegmentConnection = connectionOf(Segment, 'Segment', 'segments:read');

@ObjectType({ description: 'That a person belongs to a segment.' })
@Right('segments:read')
export class SegmentMembership {
  @Field(() => Segment, { description: 'The segment.' })
  segment!: Segment;

  @Field(() => DateTime, { description: 'When the person entered, by our clock.' })
  enteredAt!: Date;
}

@InputType({ description: 'A segment that is to be.' })
export class SegmentCreateInput {
  @Field(() => String, { description: 'What to call it: 1 to 200 characters, unlike all others whatever the case.' })
  name!: string;

  @Field(() => SegmentFilterInput, { description: 'Who belongs to it.' })
  filter!: SegmentFilterInput;
}

@InputType({ description: 'What is to change of a segment.' })
export class SegmentUpdateInput {
  @Field(() => String, { nullable: true, description: 'What to call it from now on. Null or absent: as before.' })
  name?: string | null;

  @Field(() => SegmentFilterInput, {
    nullable: true,
    description: 'Who belongs to it from now on: everybody is looked at again. Null or absent: as before.',
  })
  filter?: SegmentFilterInput | null;
}

@ObjectType({ description: 'Answer of `segmentCreate`.' })
@Right('segments:write')
export class SegmentCreatePayload {
  @Field(() => Segment, {
    nullable: true,
    description: 'The segment. Null: refused, see `userErrors`; or not visible to you.',
  })
  segment!: Segment | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `segmentUpdate`.' })
@Right('segments:write')
export class SegmentUpdatePayload {
  @Field(() => Segment, {
    nullable: true,
    description: 'The segment as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  segment!: Segment | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `segmentDelete`.' })
@Right('segments:write')
export class SegmentDeletePayload {
  @Field(() => String, {
    nullable: true,
    description: 'Id of the segment that is gone. Null: refused, see `userErrors`.',
  })
  segmentId!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
