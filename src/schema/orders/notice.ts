import { Field, ID, ObjectType } from 'type-graphql';

import type { NoticeKind, NoticeState, WithheldReason } from '../../values/notices.ts';
import { connectionOf } from '../connection.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { NoticeKindEnum, NoticeStateEnum, WithheldReasonEnum } from '../vocabulary.ts';

@ObjectType({
  description:
    'What a customer is told of an order unasked: once for each fact, over one channel or, where that fails, the next.',
  simpleResolvers: true,
})
@Right('conversations:read')
export class Notice {
  @Field(() => ID, { description: 'Its id, `ntc_…`.' })
  id!: string;

  @Field(() => NoticeKindEnum, { description: 'What it tells.' })
  kind!: NoticeKind;

  @Field(() => NoticeStateEnum, { description: 'How it stands.' })
  state!: NoticeState;

  @Field(() => DateTime, {
    description:
      'When it is looked at next: told then, unless it is true no more. Of one that is over, when that was due.',
  })
  dueAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Of a delay: when the parcel was expected as far as the customer knows. Null: nobody had said, or it is another kind.',
  })
  expectedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it came to be true: then whoever watches the customer’s packet heard `NOTICE_RAISED`. Null: it is not, or never was.',
  })
  raisedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was over. Null: it is not.' })
  settledAt!: Date | null;

  @Field(() => WithheldReasonEnum, {
    nullable: true,
    description: 'Why the customer got no message. Null: it was not withheld.',
  })
  reason!: WithheldReason | null;
}
export const NoticeConnection = connectionOf(Notice, 'Notice', 'conversations:read');
