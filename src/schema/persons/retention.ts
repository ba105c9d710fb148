import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import { RETENTION_CLASSES, type RetentionClass } from '../../values/retention.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

export const RetentionClassEnum = enumOf<RetentionClass>(
  'RetentionClass',
  'What is kept for a time only, where a rule says so.',
  RETENTION_CLASSES,
);

@ObjectType({
  description:
    'How long a class of data is kept in a market, or in all that have no rule of their own. Without a rule it is kept.',
  simpleResolvers: true,
})
@Right('retention:read')
export class RetentionRule {
  @Field(() => ID, { description: 'Its id, `rtr_…`.' })
  id!: string;

  @Field(() => RetentionClassEnum, { description: 'What it is about.' })
  dataClass!: RetentionClass;

  @Field(() => String, {
    nullable: true,
    description:
      'Market of the person, ISO 3166-1 alpha-2. Null: all markets that have no rule of their own, and persons of none.',
  })
  market!: string | null;

  @Field(() => Int, { description: 'How long it is kept, in days of the calendar in the time zone: 1 to 36,500.' })
  keepDays!: number;

  @Field(() => String, { description: 'IANA time zone in whose calendar the days are counted.' })
  timeZone!: string;

  @Field(() => DateTime, { description: 'When it was said last.' })
  setAt!: Date;

  @Field(() => ID, { description: 'Who said so: a principal.' })
  setBy!: string;
}

@ObjectType({ description: 'What a rule would remove if it were applied now.', simpleResolvers: true })
@Right('retention:read')
export class RetentionPreview {
  @Field(() => RetentionRule, { description: 'The rule.' })
  rule!: RetentionRule;

  @Field(() => DateTime, { description: 'What is from before this moment goes.' })
  limit!: Date;

  @Field(() => Int, {
    description: 'How many activities, conversations or persons: 100,000 at most are counted, for five seconds in all.',
  })
  dueCount!: number;

  @Field(() => Boolean, { description: 'True: not everything was counted, so there may be more.' })
  isMore!: boolean;
}

@InputType({ description: 'How long a class of data is to be kept.' })
export class RetentionRuleInput {
  @Field(() => RetentionClassEnum, { description: 'What it is about.' })
  dataClass!: RetentionClass;

  @Field(() => String, {
    nullable: true,
    description:
      'Market of the person, ISO 3166-1 alpha-2 in capitals. Null or absent: all markets that have no rule of their own.',
  })
  market?: string | null;

  @Field(() => Int, { description: 'Days of the calendar: 1 to 36,500.' })
  keepDays!: number;

  @Field(() => String, { nullable: true, description: 'IANA time zone of the calendar. Null or absent: UTC.' })
  timeZone?: string | null;
}

@ObjectType({ description: 'Answer of `retentionRuleSet` and `retentionRuleRemove`.' })
@Right('retention:write')
export class RetentionRulesPayload {
  @Field(() => [RetentionRule], {
    nullable: true,
    description: 'All rules as they are now. Null: refused, see `userErrors`, or you may not read them.',
  })
  retentionRules!: RetentionRule[] | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({
  implements: Node,
  description: 'Keeps a person or an order from being removed, because a court or an office asks for it.',
  simpleResolvers: true,
})
@Right('retention:read')
export class LegalHold extends Node {
  @Field(() => ID, {
    nullable: true,
    description: 'The customer whose person is kept, `cus_…`. Null: it is about an order.',
  })
  customerId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The order that is kept, with its person, `ord_…`. Null: it is about a customer.',
  })
  orderId!: string | null;

  @Field(() => String, { description: 'The number of the matter.' })
  reference!: string;

  @Field(() => DateTime, { description: 'Since when.' })
  placedAt!: Date;

  @Field(() => ID, { description: 'Who placed it: a principal.' })
  placedBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was released. Null: it is in force.' })
  releasedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'Who released it: a principal. Null: nobody.' })
  releasedBy!: string | null;
}
export const LegalHoldConnection = connectionOf(LegalHold, 'LegalHold', 'retention:read');

@InputType({ description: 'Whom or what to keep. Name exactly one of `customerId` and `orderId`.' })
export class LegalHoldInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Any customer id of the person, `cus_…`. Null or absent: it is about an order.',
  })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The order, `ord_…`. Null or absent: it is about a customer.' })
  orderId?: string | null;

  @Field(() => String, { description: 'The number of the matter, 1 to 200 characters: no names.' })
  reference!: string;
}

@ObjectType({ description: 'Answer of `legalHoldPlace` and `legalHoldRelease`.' })
@Right('retention:write')
export class LegalHoldPayload {
  @Field(() => LegalHold, {
    nullable: true,
    description: 'The hold as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  legalHold!: LegalHold | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
