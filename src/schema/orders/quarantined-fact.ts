import { Field, ID, ObjectType } from 'type-graphql';

import type { QuarantineReason, QuarantineState } from '../../values/quarantine.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { QuarantineReasonEnum, QuarantineStateEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'A fact that is authentic and cannot be true beside the others. It has no effect until a person lets it in, or what is told later makes it plausible.',
  simpleResolvers: true,
})
@Right('quarantine:read')
@OfCustomer('customerId')
export class QuarantinedFact extends Node {
  @Field(() => String, { description: 'Name of the system that told it.' })
  source!: string;

  @Field(() => String, { description: 'The source’s own id of the fact.' })
  sourceEventId!: string;

  @Field(() => String, { description: 'What it tells, for example `refund_recorded` or `stock_move`.' })
  kind!: string;

  @Field(() => QuarantineReasonEnum, { description: 'Why it cannot be true.' })
  reason!: QuarantineReason;

  @Field(() => QuarantineStateEnum, { description: 'What became of it.' })
  state!: QuarantineState;

  @Field(() => String, { nullable: true, description: 'Number of its order. Null: it is no fact of an order.' })
  orderNumber!: string | null;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was kept apart.' })
  recordedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided about. Null: it is held.' })
  decidedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Who decided: a principal. Null: nobody, or it became plausible.' })
  decidedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of who decided. Null: not said.' })
  note!: string | null;
}
export const QuarantinedFactConnection = connectionOf(QuarantinedFact, 'QuarantinedFact', 'quarantine:read');

@ObjectType({ description: 'Answer of `quarantinedFactRelease` and `quarantinedFactDiscard`.' })
@Right('quarantine:write')
export class QuarantinedFactPayload {
  @Field(() => QuarantinedFact, {
    nullable: true,
    description: 'The fact as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  quarantinedFact!: QuarantinedFact | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
