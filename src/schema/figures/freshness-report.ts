import { Field, Float, Int, ObjectType } from 'type-graphql';

import type { FreshnessMeasure } from '../../values/served.ts';
import type { SourceKind } from '../../values/sources.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { FreshnessMeasureEnum, SourceKindEnum } from '../vocabulary.ts';
import { TOUCHPOINT_FIELDS } from './accuracy.ts';

/** What both reports of lags tell. No type of the graph: nothing answers with it. */
@ObjectType({ simpleResolvers: true })
abstract class Lag {
  @Field(() => FreshnessMeasureEnum, { description: 'What is counted.' })
  measure!: FreshnessMeasure;

  @Field(() => Float, { nullable: true, description: 'The median, in seconds. Null: nothing was counted.' })
  p50Seconds!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What 95 of 100 did not exceed, in seconds. Null: nothing was counted.',
  })
  p95Seconds!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share that was no older than `goalSeconds`, 0 to 1. Null: nothing was counted.',
  })
  shareInTime!: number | null;

  @Field(() => Int, { description: 'How old it may be: 60 for statuses, 86,400 for returns.' })
  goalSeconds!: number;
}

@ObjectType({
  description: 'How long news of one source took from when it happened, by its own clock, to when readers could know.',
  simpleResolvers: true,
})
@Right('figures:read')
export class SourceLag extends Lag {
  @Field(() => SourceKindEnum, { description: 'What the source tells of.' })
  kind!: SourceKind;

  @Field(() => String, { description: 'Its name, as it gives it with each fact.' })
  name!: string;

  @Field(() => Int, { description: 'Facts that are counted.' })
  count!: number;

  @Field(() => Int, {
    description: 'Facts that are not: a week or more old when they came, an archive that somebody imported.',
  })
  archivedCount!: number;
}

@ObjectType({
  description:
    'How far what one touchpoint showed was behind what had happened by then, by samples: nothing where everything was known.',
  simpleResolvers: true,
})
@Right('figures:read')
export class TouchpointLag extends Lag {
  @Field(() => String, { description: TOUCHPOINT_FIELDS.TOUCHPOINT })
  touchpoint!: string;

  @Field(() => String, { description: TOUCHPOINT_FIELDS.CHANNEL })
  channel!: string;

  @Field(() => Int, { description: 'Samples that are counted; the newest 10,000 at most.' })
  count!: number;
}

@ObjectType({ description: 'How fresh the news of orders is, from sources to readers.', simpleResolvers: true })
@Right('figures:read')
export class FreshnessReport {
  @Field(() => DateTime, { description: 'From when on what came and what was shown is counted.' })
  since!: Date;

  @Field(() => [SourceLag], { description: 'By source and measure; 200 at most.' })
  sources!: SourceLag[];

  @Field(() => [TouchpointLag], { description: 'By touchpoint, channel and measure.' })
  touchpoints!: TouchpointLag[];
}
