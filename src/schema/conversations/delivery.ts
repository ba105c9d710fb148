import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { DeliveryFailure, DeliveryState } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { DeliveryFailureEnum, DeliveryStateEnum } from '../vocabulary.ts';
import { Message } from './message.ts';

@ObjectType({
  description:
    'What became of a message that we sent. States only move forward: queued, sent, failed, delivered, read; a failure is overruled by proof of arrival alone.',
})
@Right('conversations:read')
export class Delivery {
  @Field(() => DeliveryStateEnum, { description: 'Where it stands.' })
  state!: DeliveryState;

  @Field(() => Int, { description: 'How often we tried to hand it to the channel, 0 or more.' })
  attemptCount!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When we try next. Null: we do not; it went out, failed, or others send for this inbox.',
  })
  nextAttemptAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was stored, by our clock.' })
  queuedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the channel took it. Null: not reported.' })
  sentAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was on the customer’s device. Null: not reported.' })
  deliveredAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the customer saw it. Null: not reported.' })
  readAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it failed for good. Null: not reported.' })
  failedAt!: Date | null;
}

@InputType({ description: 'What became of a message, as the channel or the customer’s device tells it.' })
export class MessageDeliveryReportInput {
  @Field(() => ID, { description: 'The message, `msg_…`; one that we sent.' })
  messageId!: string;

  @Field(() => DeliveryStateEnum, {
    description: 'The state reached: anything but QUEUED. Customers may report DELIVERED and READ.',
  })
  state!: DeliveryState;

  @Field(() => DeliveryFailureEnum, {
    nullable: true,
    description: 'Why it failed; only with FAILED. Null or absent: REJECTED.',
  })
  reason?: DeliveryFailure | null;

  @Field(() => String, {
    nullable: true,
    description: 'The channel’s words on that, 1,000 characters at most. Null or absent: none.',
  })
  reasonText?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened, by the reporter’s clock; later than now counts as now. Null or absent: now.',
  })
  occurredAt?: Date | null;
}

@ObjectType({ description: 'Answer of `messageDeliveryReport`.' })
@Right('deliveries:write')
export class MessageDeliveryReportPayload {
  @Field(() => Message, {
    nullable: true,
    description: 'The message as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  message!: Message | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
