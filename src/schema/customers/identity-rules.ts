import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { DropReason, RehearsedKind } from '../../values/identity-rules.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { DropReasonEnum, IdentityKindEnum, RehearsedKindEnum } from '../vocabulary.ts';

const MOST = { description: 'How many at most, 1 to 10,000.' };
const WITHIN_DAYS = 'Only what was seen in so many days before the event counts, 1 to 36,500. Null: ever.';

@ObjectType({ description: 'How many there may be within a time.' })
@Right('identity:read')
@OfNobody()
export class IdentityLimit {
  @Field(() => Int, MOST)
  most!: number;

  @Field(() => Int, { nullable: true, description: WITHIN_DAYS })
  withinDays!: number | null;
}

const KIND = { description: 'The kind of identifiers that it is about.' };
const PRIORITY =
  '1 to 1,000. Of two identifiers of an event that contradict each other the one with less is dropped. Each kind has its own; strong kinds are above all others.';
const IS_STRONG =
  'True: a system gives it to one person for good. Persons with different ones are different persons, whatever else they share.';
const VALUES_PER_PERSON =
  'How many different values one person may have; of ids with a namespace (`shop:7`) in each of them.';
const PERSONS_PER_VALUE =
  'How many other persons may come with one value before it is a kiosk’s or an office’s and tells nobody apart.';
const STALE_AFTER_DAYS =
  'Not seen for so many days, a value that comes with somebody else is theirs from then on: a phone number that was given out again. Null: never.';
const BLOCKED_VALUES =
  'Values that name nobody, compared without regard to case; `*` stands for any characters. At most 1,000 of 320 characters.';
const BLOCKS_REPEATED = 'True: zeros of any length, and six or more times the same character, name nobody either.';

@ObjectType({ description: 'What an identifier of a kind is worth when it is decided who somebody is.' })
@Right('identity:read')
@OfNobody()
export class IdentityRule {
  @Field(() => IdentityKindEnum, KIND)
  kind!: IdentityKind;

  @Field(() => Int, { description: PRIORITY })
  priority!: number;

  @Field(() => Boolean, { description: IS_STRONG })
  isStrong!: boolean;

  @Field(() => IdentityLimit, { description: VALUES_PER_PERSON })
  valuesPerPerson!: IdentityLimit;

  @Field(() => IdentityLimit, { description: PERSONS_PER_VALUE })
  personsPerValue!: IdentityLimit;

  @Field(() => Int, { nullable: true, description: STALE_AFTER_DAYS })
  staleAfterDays!: number | null;

  @Field(() => [String], { description: BLOCKED_VALUES })
  blockedValues!: readonly string[];

  @Field(() => Boolean, { description: BLOCKS_REPEATED })
  blocksRepeated!: boolean;
}

@ObjectType({
  description: 'The rules by which identifiers tell persons apart, under a version. A version never changes.',
})
@Right('identity:read')
@OfNobody()
export class IdentityRuleSet {
  @Field(() => Int, { description: 'Counts up by one with each change. 0: as shipped with this version of Punos.' })
  version!: number;

  @Field(() => [IdentityRule], { description: 'One rule for each kind, the highest priority first.' })
  rules!: IdentityRule[];

  @Field(() => String, { nullable: true, description: 'Why it was set. Null: nobody said, or it is shipped.' })
  note!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it counts, by our clock. Null: it is shipped.' })
  setAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The principal that set it. Null: it is shipped.' })
  setBy!: string | null;
}

@InputType({ description: 'How many there may be within a time.' })
export class IdentityLimitInput {
  @Field(() => Int, MOST)
  most!: number;

  @Field(() => Int, { nullable: true, description: WITHIN_DAYS })
  withinDays?: number | null;
}

const KEPT = 'Null or absent: as before.';

@InputType({ description: 'What changes of the rule of a kind.' })
export class IdentityRuleInput {
  @Field(() => IdentityKindEnum, KIND)
  kind!: IdentityKind;

  @Field(() => Int, { nullable: true, description: `${PRIORITY} ${KEPT}` })
  priority?: number | null;

  @Field(() => Boolean, { nullable: true, description: `${IS_STRONG} ${KEPT}` })
  isStrong?: boolean | null;

  @Field(() => IdentityLimitInput, { nullable: true, description: `${VALUES_PER_PERSON} ${KEPT}` })
  valuesPerPerson?: IdentityLimitInput | null;

  @Field(() => IdentityLimitInput, { nullable: true, description: `${PERSONS_PER_VALUE} ${KEPT}` })
  personsPerValue?: IdentityLimitInput | null;

  @Field(() => Int, { nullable: true, description: `${STALE_AFTER_DAYS} Absent: as before.` })
  staleAfterDays?: number | null;

  @Field(() => [String], { nullable: true, description: `${BLOCKED_VALUES} All of them, not a difference. ${KEPT}` })
  blockedValues?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: `${BLOCKS_REPEATED} ${KEPT}` })
  blocksRepeated?: boolean | null;
}

@InputType({ description: 'Changed rules.' })
export class IdentityRulesSetInput {
  @Field(() => [IdentityRuleInput], {
    description: 'The kinds whose rules change, each once. Others stay as they are.',
  })
  rules!: IdentityRuleInput[];

  @Field(() => String, { nullable: true, description: 'Why, up to 500 characters. Null or absent: not said.' })
  note?: string | null;
}

@ObjectType({ description: 'Answer of `identityRulesSet`.' })
@Right('identity:write')
export class IdentityRulesSetPayload {
  @Field(() => IdentityRuleSet, {
    nullable: true,
    description: 'The rule set that counts from now on. Null: refused, see `userErrors`; or you may not read rules.',
  })
  ruleSet!: IdentityRuleSet | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What changed rules would do differently with somebody.' })
@Right('identity:write')
export class IdentityRehearsalChange {
  @Field(() => RehearsedKindEnum, { description: 'What would happen.' })
  kind!: RehearsedKind;

  @Field(() => ID, { description: 'The person as it is now, `cus_…`.' })
  personId!: string;

  @Field(() => ID, { nullable: true, description: 'With whom it would be one person. Null: with nobody.' })
  otherPersonId!: string | null;

  @Field(() => IdentityKindEnum, {
    nullable: true,
    description: 'The kind of the identifier that makes the difference. Null: several.',
  })
  identityKind!: IdentityKind | null;

  @Field(() => DropReasonEnum, {
    nullable: true,
    description: 'Why the identifier would be dropped (`DROP`), or was (`MERGE`, `TAKE`). Null: for `PART`.',
  })
  reason!: DropReason | null;
}

@ObjectType({
  description:
    'What changed rules would do with stored history: how persons came to be is told again by both rule sets, and where they end differently, that is counted. Nothing is changed.',
})
@Right('identity:write')
export class IdentityRulesRehearsal {
  @Field(() => Int, { description: 'Version of the rules that it is compared with: those that count now.' })
  rulesVersion!: number;

  @Field(() => Int, { description: 'Persons looked at.' })
  examined!: number;

  @Field(() => Int, { description: 'Pairs of persons that would be one.' })
  merges!: number;

  @Field(() => Int, { description: 'Persons that would be several.' })
  parts!: number;

  @Field(() => Int, { description: 'Identifiers that would be nobody’s, or not this person’s.' })
  drops!: number;

  @Field(() => Int, { description: 'Identifiers that were dropped and would be taken.' })
  takes!: number;

  @Field(() => [IdentityRehearsalChange], { description: 'The first of these changes, 100 at most.' })
  changes!: readonly IdentityRehearsalChange[];

  @Field(() => ID, { nullable: true, description: 'Give it as `after` to go on. Null: that was everybody.' })
  endCursor!: string | null;
}
