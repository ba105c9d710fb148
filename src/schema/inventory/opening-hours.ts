import { Field, ObjectType } from 'type-graphql';

import type { Weekday } from '../../values/business-hours.ts';
import { Right } from '../right.ts';
import { WeekdayEnum } from '../vocabulary.ts';

@ObjectType({ description: 'A time of a day of the week at which a location is open.', simpleResolvers: true })
@Right('catalogue:read')
export class OpeningTime {
  @Field(() => WeekdayEnum, { description: 'The day.' })
  day!: Weekday;

  @Field(() => String, { description: 'From when on, `09:00`.' })
  opensAt!: string;

  @Field(() => String, { description: 'Until when, `17:30`; `24:00` is the end of the day.' })
  closesAt!: string;
}

@ObjectType({ description: 'When a location is open, by its clocks.', simpleResolvers: true })
@Right('catalogue:read')
export class OpeningHours {
  @Field(() => String, { description: 'Whose clocks, as IANA names time zones: `Europe/Helsinki`.' })
  timeZone!: string;

  @Field(() => [OpeningTime], { description: 'Times of a week. A day that is not named is closed.' })
  weekly!: OpeningTime[];

  @Field(() => [String], { description: 'Dates that are closed whatever the day, `2026-12-25`, in order.' })
  holidays!: string[];
}
