import { Field, Float, Int, ObjectType } from 'type-graphql';

import { Right } from '../right.ts';

const TOUCHPOINT =
  'Who was shown it and how: the reader’s role and the kind of operation, such as `bot.query`; `notice`: customers were told unasked.';
const CHANNEL =
  'The channel it went out over: `live_chat`, `self_service`, of notices such as `email`; `graph`: read from here, for whatever channel.';
const WRONG = 'Of these, those that showed another status than was known then, or said what was not so.';
/** Worded once: the report of freshness names them too. */
export const TOUCHPOINT_FIELDS = { TOUCHPOINT, CHANNEL };

@ObjectType({
  description: 'How much of what one touchpoint showed or told on a day was right.',
  simpleResolvers: true,
})
@Right('figures:read')
export class TouchpointAccuracy {
  @Field(() => String, { description: TOUCHPOINT })
  touchpoint!: string;

  @Field(() => String, { description: CHANNEL })
  channel!: string;

  @Field(() => Int, { description: 'Samples that were compared.' })
  served!: number;

  @Field(() => Int, { description: WRONG })
  wrong!: number;

  @Field(() => Float, { description: 'Share that was right, 0 to 1.' })
  share!: number;

  @Field(() => Boolean, { description: 'Whether that is at least 0.95.' })
  isMet!: boolean;
}

@ObjectType({
  description: 'How much of what readers were shown, and customers told, of orders on a day was right, by samples.',
  simpleResolvers: true,
})
@Right('figures:read')
export class AccuracyDay {
  @Field(() => String, { description: 'The day in UTC, `2026-11-22`.' })
  day!: string;

  @Field(() => Int, { description: 'Samples that were compared.' })
  served!: number;

  @Field(() => Int, { description: WRONG })
  wrong!: number;

  @Field(() => Float, { description: 'Share that was right, 0 to 1.' })
  share!: number;

  @Field(() => Boolean, { description: 'Whether that is at least 0.95.' })
  isMet!: boolean;

  @Field(() => [TouchpointAccuracy], { description: 'By touchpoint and channel, the worst first.' })
  touchpoints!: TouchpointAccuracy[];
}
