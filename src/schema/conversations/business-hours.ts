import { Field, InputType, ObjectType } from 'type-graphql';

import type { Weekday } from '../../values/business-hours.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { WeekdayEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Open hours of one day of the week.', simpleResolvers: true })
@Right('conversations:read')
@OfNobody()
export class OpenHours {
  @Field(() => WeekdayEnum, { description: 'The day.' })
  day!: Weekday;

  @Field(() => String, { description: 'From when on, `09:00`.' })
  opensAt!: string;

  @Field(() => String, { description: 'Until when, `17:30`; `24:00` is the end of the day.' })
  closesAt!: string;
}

@ObjectType({ description: 'When an inbox is staffed, by the clocks of one place.', simpleResolvers: true })
@Right('conversations:read')
@OfNobody()
export class BusinessHours {
  @Field(() => String, { description: 'The place, as IANA names time zones: `Europe/Helsinki`.' })
  timeZone!: string;

  @Field(() => [OpenHours], { description: 'Open hours of a week. A day that is not named is closed.' })
  weekly!: OpenHours[];

  @Field(() => [String], { description: 'Dates that are closed whatever the day, `2026-12-25`, in order.' })
  holidays!: string[];
}

@InputType({ description: 'Open hours of one day of the week.' })
export class OpenHoursInput {
  @Field(() => WeekdayEnum, { description: 'The day.' })
  day!: Weekday;

  @Field(() => String, { description: 'From when on, `00:00` to `23:59`.' })
  opensAt!: string;

  @Field(() => String, { description: 'Until when, later than it opens; `24:00` is the end of the day.' })
  closesAt!: string;
}

@InputType({ description: 'When an inbox is staffed or a location open, by the clocks of one place.' })
export class BusinessHoursInput {
  @Field(() => String, { description: 'The place, as IANA names time zones: `Europe/Helsinki`.' })
  timeZone!: string;

  @Field(() => [OpenHoursInput], {
    description: 'Open hours of a week, 50 at most, none overlapping. A day that is not named is closed.',
  })
  weekly!: OpenHoursInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'Dates that are closed whatever the day, `2026-12-25`, 400 at most. Null or absent: none.',
  })
  holidays?: string[] | null;
}
