import { Field, Float, Int, ObjectType } from 'type-graphql';

import type { Channel, OrderStatus } from '../../values/vocabulary.ts';
import { CURSOR } from '../live/delivered-event.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, OrderStatusEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Live figures of one channel.', simpleResolvers: true })
@Right('figures:read')
export class ChannelFigures {
  @Field(() => ChannelEnum, { description: 'The channel of the newest leg of the conversations that are counted.' })
  channel!: Channel;

  @Field(() => Int, { description: 'Conversations that are open now.' })
  openCount!: number;

  @Field(() => Int, { description: 'Of these, those in which the customer waits for an answer.' })
  waitingCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'Since when the longest wait lasts. Null: nobody waits.' })
  longestWaitingSince!: Date | null;

  @Field(() => Int, { description: 'Conversations that sleep until a moment.' })
  snoozedCount!: number;

  @Field(() => Int, { description: 'Conversations that got their first answer in the last 24 hours.' })
  answeredCount!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Of these, the median time from the customer’s message to the answer, in seconds. Null: none.',
  })
  firstResponseP50Seconds!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The time that 95 of 100 of them did not exceed, in seconds. Null: none.',
  })
  firstResponseP95Seconds!: number | null;
}

@ObjectType({ description: 'Orders of one status.', simpleResolvers: true })
@Right('figures:read')
export class OrderFigures {
  @Field(() => OrderStatusEnum, { description: 'The status.' })
  status!: OrderStatus;

  @Field(() => Int, { description: 'Orders that have it now.' })
  count!: number;
}

@ObjectType({ description: 'A system that told facts before and fell silent.', simpleResolvers: true })
@Right('figures:read')
export class StaleSource {
  @Field(() => String, { description: 'What it tells of: `orders`, `tracking` or `stock`.' })
  kind!: string;

  @Field(() => String, { description: 'Its name, as it gives it with each fact.' })
  name!: string;

  @Field(() => DateTime, { description: 'When it was heard last, to ten seconds.' })
  lastHeardAt!: Date;
}

@ObjectType({ description: 'All channels at one look.', simpleResolvers: true })
@Right('figures:read')
export class ChannelOverview {
  @Field(() => DateTime, { description: 'When this was counted.' })
  asOf!: Date;

  @Field(() => [ChannelFigures], {
    description: 'Channels with something open, sleeping or answered in the last 24 hours, by name.',
  })
  channels!: ChannelFigures[];

  @Field(() => [OrderFigures], { description: 'Orders on their way to the customer or back, by status.' })
  movingOrders!: OrderFigures[];

  @Field(() => [StaleSource], {
    description: 'Sources that were silent for 24 hours or more, the longest silence first; 100 at most.',
  })
  staleSources!: StaleSource[];
}

@ObjectType({ description: 'One delivery of `channelOverview`: the figures, or a checkpoint.', simpleResolvers: true })
@Right('figures:read')
export class ChannelOverviewPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => ChannelOverview, {
    nullable: true,
    description: 'The figures. Null: a checkpoint; nothing was counted anew, only the cursor moved on.',
  })
  overview!: ChannelOverview | null;
}
