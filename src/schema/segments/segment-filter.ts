import { Field, Float, InputType, Int } from 'type-graphql';

import type { ConsentState, Purpose } from '../../values/consents.ts';
import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { MoneyInput } from '../money.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConsentStateEnum, IdentityKindEnum, PurposeEnum } from '../vocabulary.ts';

const NOT_ASKED = 'Null or absent: not asked.';

@InputType({ description: 'A time: `from`, `until` or both.' })
export class SegmentSpanInput {
  @Field(() => DateTime, { nullable: true, description: 'At or after this moment. Null or absent: any time before.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this moment. Null or absent: any time after.' })
  until?: Date | null;
}

@InputType({
  description:
    'What must be true of a trait, all that is said. One of another kind fulfils nothing that is asked of its value.',
})
export class SegmentTraitInput extends SegmentSpanInput {
  @Field(() => String, { description: 'Its key, as in `traitsSet`.' })
  key!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: `True: a source says something under it. False: none does; then nothing else is asked. ${NOT_ASKED}`,
  })
  isKnown?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: `A text that is one of these, letter by letter; 1 to 100. ${NOT_ASKED}`,
  })
  textIn?: string[] | null;

  @Field(() => Float, { nullable: true, description: `A number that is at least this. ${NOT_ASKED}` })
  numberAtLeast?: number | null;

  @Field(() => Float, { nullable: true, description: `A number that is at most this. ${NOT_ASKED}` })
  numberAtMost?: number | null;

  @Field(() => Boolean, { nullable: true, description: `True or false, the same as this. ${NOT_ASKED}` })
  boolean?: boolean | null;
}

@InputType({
  description: 'What must be true of the orders of a person that were not cancelled, all that is said.',
})
export class SegmentOrdersInput {
  @Field(() => Int, { nullable: true, description: `So many or more, from 0. ${NOT_ASKED}` })
  countAtLeast?: number | null;

  @Field(() => Int, { nullable: true, description: `So many or fewer, from 0. ${NOT_ASKED}` })
  countAtMost?: number | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: `What all of them in this currency cost together is at least this. ${NOT_ASKED}`,
  })
  valueAtLeast?: MoneyInput | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: `What all of them in this currency cost together is at most this; without any it is 0. ${NOT_ASKED}`,
  })
  valueAtMost?: MoneyInput | null;

  @Field(() => SegmentSpanInput, {
    nullable: true,
    description: `When the newest of them was placed; who has none is not meant. ${NOT_ASKED}`,
  })
  lastPlaced?: SegmentSpanInput | null;
}

@InputType({ description: 'What a person answered when asked to agree to something.' })
export class SegmentConsentInput {
  @Field(() => PurposeEnum, { description: 'To what.' })
  purpose!: Purpose;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Over which channel. Null or absent: the answer that holds for any.',
  })
  channel?: Channel | null;

  @Field(() => [ConsentStateEnum], {
    description: 'It stands so, under any law the strictest; who was not asked is not meant. 1 to 100.',
  })
  stateIn!: ConsentState[];
}

@InputType({
  description:
    'Who belongs to a segment: exactly one field. Several conditions go into `and` or `or`; 100 conditions, 8 inside each other at most. What a person is like is taken together over all their customer ids.',
})
export class SegmentFilterInput {
  @Field(() => [SegmentFilterInput], {
    nullable: true,
    description: 'All of these hold; 1 to 100. Null or absent: another field is given.',
  })
  and?: SegmentFilterInput[] | null;

  @Field(() => [SegmentFilterInput], {
    nullable: true,
    description: 'One of these holds, or several; 1 to 100. Null or absent: another field is given.',
  })
  or?: SegmentFilterInput[] | null;

  @Field(() => SegmentFilterInput, {
    nullable: true,
    description: 'This does not hold. Null or absent: another field is given.',
  })
  not?: SegmentFilterInput | null;

  @Field(() => SegmentTraitInput, {
    nullable: true,
    description: 'What sources say beside the profile. Null or absent: another field is given.',
  })
  trait?: SegmentTraitInput | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The language is known and one of these, BCP 47; 1 to 100. Null or absent: another field is given.',
  })
  languageIn?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The market is known and one of these; 1 to 100. Null or absent: another field is given.',
  })
  marketIn?: string[] | null;

  @Field(() => [ChannelEnum], {
    nullable: true,
    description: 'The preferred channel is known and one of these; 1 to 100. Null or absent: another field is given.',
  })
  preferredChannelIn?: Channel[] | null;

  @Field(() => SegmentSpanInput, {
    nullable: true,
    description: 'When the person first arrived. Null or absent: another field is given.',
  })
  customerSince?: SegmentSpanInput | null;

  @Field(() => SegmentOrdersInput, {
    nullable: true,
    description: 'What they ordered. Null or absent: another field is given.',
  })
  orders?: SegmentOrdersInput | null;

  @Field(() => SegmentConsentInput, {
    nullable: true,
    description: 'What they agreed to or refused. Null or absent: another field is given.',
  })
  consent?: SegmentConsentInput | null;

  @Field(() => [ChannelEnum], {
    nullable: true,
    description:
      'They wrote, or were written to, on one of these channels; 1 to 100. Null or absent: another field is given.',
  })
  reachableOn?: Channel[] | null;

  @Field(() => [IdentityKindEnum], {
    nullable: true,
    description: 'They have an identifier of one of these kinds; 1 to 100. Null or absent: another field is given.',
  })
  knownBy?: IdentityKind[] | null;
}
