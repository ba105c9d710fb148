import { Field, Int, ObjectType } from 'type-graphql';

import type { ClockKind, ClockState } from '../../values/service-clocks.ts';
import { enumOf } from '../enum-of.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

export const ClockKindEnum = enumOf<ClockKind>('ClockKind', 'What is promised to a customer who waits.', {
  first_response: 'An answer to the first message.',
  next_response: 'An answer to a later message.',
  resolution: 'The end of the issue.',
});

export const ClockStateEnum = enumOf<ClockState>('ClockState', 'Whether a clock of a service level goes on.', {
  running: 'The customer waits for us.',
  paused: 'We wait for the customer, or the conversation is snoozed.',
  ended: 'It was answered or resolved.',
});

@ObjectType({
  description:
    'How long a customer has waited of what the service level promises: open time of its calendar, while the customer waits for us.',
  simpleResolvers: true,
})
@Right('triage:read')
@OfNobody()
export class ServiceClock {
  @Field(() => ClockKindEnum, { description: 'What was promised.' })
  kind!: ClockKind;

  @Field(() => ClockStateEnum, { description: 'Whether it goes on, at the moment of the request.' })
  state!: ClockState;

  @Field(() => String, { description: 'Name of the service level in the routing policy that the target is from.' })
  level!: string;

  @Field(() => Int, {
    description: 'Version of the routing policy that the target is from; 1 is the default policy.',
  })
  policyVersion!: number;

  @Field(() => Int, { description: 'The target, in open seconds.' })
  targetSeconds!: number;

  @Field(() => DateTime, { description: 'When the customer wrote the message that it began with.' })
  startedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the target is missed unless somebody answers; of a clock that has ended, when it would have been. Null: it stands still, or its calendar does not open again within a year.',
  })
  dueAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Open seconds that are left, rounded down; negative past the target. Null: it has ended.',
  })
  remainingSeconds!: number | null;

  @Field(() => Boolean, { description: 'True: the target was missed.' })
  isBreached!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When it was answered or resolved. Null: it was not.' })
  endedAt!: Date | null;
}
