import { Field, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Activity } from './activity.ts';

const REFUSED = 'Why it was refused. Empty: it was done.';

@ObjectType({ description: 'Answer of `activityRecord`.' })
@Right('activity:write')
export class ActivityRecordPayload {
  @Field(() => Activity, {
    nullable: true,
    description: 'The activity. Null: refused, see `userErrors`.',
  })
  @Right('activity:read')
  activity!: Activity | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: it was known by source and external id and nothing was changed. Null: refused.',
  })
  isRepeat!: boolean | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'An activity of a batch that was not stored.' })
@Right('activity:write')
export class ActivityError {
  @Field(() => Int, { description: 'Its place in `activities`, from 0.' })
  index!: number;

  @Field(() => UserError, { description: 'Why; the path in `field` begins inside the activity.' })
  error!: UserError;
}

@ObjectType({ description: 'Answer of `activitiesRecord`.' })
@Right('activity:write')
export class ActivitiesRecordPayload {
  @Field(() => Int, { nullable: true, description: 'Activities stored now. Null: refused, see `userErrors`.' })
  recorded!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Activities known before by source and external id: nothing was changed. Null: refused.',
  })
  repeated!: number | null;

  @Field(() => [ActivityError], {
    nullable: true,
    description:
      'Activities that were not stored, in the order sent. Empty: all were taken. Null: the whole call was refused.',
  })
  errors!: ActivityError[] | null;

  @Field(() => [UserError], { description: 'Why the whole call was refused and nothing stored. Empty: it was not.' })
  userErrors!: UserError[];
}
