import { Field, ObjectType } from 'type-graphql';

import type { ReservationState } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ReservationStateEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'A conversation that routing gave to an agent, or asks one to take.' })
@Right('routing:read')
export class RoutingReservation extends Node {
  @Field(() => ReservationStateEnum, { description: 'What became of it.' })
  state!: ReservationState;

  @Field(() => DateTime, { description: 'When it was decided.' })
  offeredAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when an answer is waited for; after that it goes to the next agent. Null: none was asked for.',
  })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was answered, or ended without. Null: not yet.' })
  answeredAt!: Date | null;
}

export const RoutingReservationConnection = connectionOf(RoutingReservation, 'RoutingReservation', 'routing:read');

const RESERVATION = {
  nullable: true,
  description: 'As it stands now. Null: refused, see `userErrors`; or not visible to you.',
};
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@ObjectType({ description: 'Answer of `routingReservationAccept`.' })
@Right('conversations:write')
export class RoutingReservationAcceptPayload {
  @Field(() => RoutingReservation, RESERVATION)
  @Right('routing:read')
  routingReservation!: RoutingReservation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `routingReservationReject`.' })
@Right('conversations:write')
export class RoutingReservationRejectPayload {
  @Field(() => RoutingReservation, RESERVATION)
  @Right('routing:read')
  routingReservation!: RoutingReservation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
