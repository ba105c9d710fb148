import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { ControlOfferState } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ControlOfferStateEnum } from '../vocabulary.ts';
import { HandoffTargetInput } from './control.ts';
import { Conversation } from './conversation.ts';

@ObjectType({
  implements: Node,
  description:
    'Control of a conversation, offered to another party. Whoever holds it goes on until it is accepted; it ends when it is answered, taken back, or nobody answers in time.',
})
@Right('conversations:route')
@OfCustomer('customerId')
export class ControlOffer extends Node {
  @Field(() => ControlOfferStateEnum, { description: 'How it stands.' })
  state!: ControlOfferState;

  @Field(() => String, {
    description: 'What the other party has to know, 1 to 20,000 characters. Internal: the customer never sees it.',
  })
  @Right('notes:read')
  summary!: string;

  @Field(() => DateTime, { description: 'When it was made, by our clock.' })
  offeredAt!: Date;

  @Field(() => DateTime, { description: 'Until when an answer is waited for.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. Null: it is open.' })
  endedAt!: Date | null;
}

export const ControlOfferConnection = connectionOf(ControlOffer, 'ControlOffer', 'conversations:route');

@InputType({ description: 'An offer of control.' })
export class ConversationControlOfferInput {
  @Field(() => HandoffTargetInput, {
    description:
      'To whom: an agent, a bot, or a team of which whoever accepts first gets it. A store answers no offers.',
  })
  to!: HandoffTargetInput;

  @Field(() => String, {
    description:
      'What the other party has to know, so that the customer need not repeat it. Plain text, 1 to 20,000 characters, internal.',
  })
  summary!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How long an answer is waited for, 5 to 86,400. Null or absent: 120.',
  })
  seconds?: number | null;
}

const OFFER = {
  nullable: true,
  description: 'The offer as it is now. Null: refused, see `userErrors`; or not visible to you.',
};
const CONVERSATION = {
  nullable: true,
  description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
};
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@ObjectType({ description: 'Answer of the mutations about offers of control.' })
@Right('conversations:route')
export class ControlOfferPayload {
  @Field(() => ControlOffer, OFFER)
  controlOffer!: ControlOffer | null;

  @Field(() => Conversation, CONVERSATION)
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
