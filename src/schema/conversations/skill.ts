import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { SkillAct, SkillClass } from '../../values/skills.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { SkillActEnum, SkillClassEnum } from '../vocabulary.ts';

const LABEL = 'What people call it. Null: nobody has said.';
const ABOUT = 'What somebody with this skill can do, and what each level means here. Null: nobody has said.';
const OWNER = 'Who answers for it, mostly a team of the shop. Null: nobody does.';

@ObjectType({ implements: Node, description: 'Something agents can be good at, as the shop’s map of skills has it.' })
@Right('agents:read')
export class Skill extends Node {
  @Field(() => String, { description: '`class:name`, for example `language:fi`. Unique; routing asks for it by this.' })
  skill!: string;

  @Field(() => SkillClassEnum, { description: 'Its class.' })
  class!: SkillClass;

  @Field(() => String, { nullable: true, description: LABEL })
  label!: string | null;

  @Field(() => String, { nullable: true, description: ABOUT })
  description!: string | null;

  @Field(() => String, { nullable: true, description: OWNER })
  owner!: string | null;

  @Field(() => Int, { description: '1 at first; one more with each change and each review. `versions` has them all.' })
  version!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was last reviewed, by our clock. Null: never since it came onto the map.',
  })
  reviewedAt!: Date | null;

  @Field(() => DateTime, {
    description:
      'When the next review is due: a month after the last one or after it was described first; at once, if it came onto the map only because an agent has it.',
  })
  reviewDueAt!: Date;

  @Field(() => DateTime, { description: 'When it came onto the map.' })
  createdAt!: Date;
}

export const SkillConnection = connectionOf(Skill, 'Skill', 'agents:read');

@ObjectType({ description: 'A skill as it was described from a moment on, and who said so. Never changes.' })
@Right('agents:read')
export class SkillVersion {
  @Field(() => Int, { description: 'From 1, without gap.' })
  version!: number;

  @Field(() => SkillActEnum, { description: 'What was done.' })
  act!: SkillAct;

  @Field(() => String, { nullable: true, description: LABEL })
  label!: string | null;

  @Field(() => String, { nullable: true, description: ABOUT })
  description!: string | null;

  @Field(() => String, { nullable: true, description: OWNER })
  owner!: string | null;

  @Field(() => String, { nullable: true, description: 'What a review found. Null: no review, or nothing was noted.' })
  note!: string | null;

  @Field(() => DateTime, { description: 'When, by our clock.' })
  at!: Date;

  @Field(() => String, { description: 'Principal of whoever did it.' })
  by!: string;
}

export const SkillVersionConnection = connectionOf(SkillVersion, 'SkillVersion', 'agents:read');

@InputType({ description: 'Which skills.' })
export class SkillFilter {
  @Field(() => SkillClassEnum, { nullable: true, description: 'Of this class. Null or absent: of all.' })
  class?: SkillClass | null;
}

const AS_BEFORE = 'Absent: as before. Null or empty: none.';

@InputType({ description: 'A skill as the map should have it.' })
export class SkillUpsertInput {
  @Field(() => String, {
    description:
      '`class:name`, by which it is known. Classes are `area`, `topic`, `language`, `authority` and `channel`; a language is its code of two or three small letters.',
  })
  skill!: string;

  @Field(() => String, { nullable: true, description: `What people call it, 200 characters at most. ${AS_BEFORE}` })
  label?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `What somebody with this skill can do, and what each level means, 2,000 characters at most. ${AS_BEFORE}`,
  })
  description?: string | null;

  @Field(() => String, { nullable: true, description: `Who answers for it, 200 characters at most. ${AS_BEFORE}` })
  owner?: string | null;
}

const NULL_MEANS = 'Null: refused, see `userErrors`; or not visible to you.';
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@ObjectType({ description: 'Answer of `skillUpsert`.' })
@Right('agents:write')
export class SkillUpsertPayload {
  @Field(() => Skill, { nullable: true, description: `The skill as it is now. ${NULL_MEANS}` })
  skill!: Skill | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `skillReview`.' })
@Right('agents:write')
export class SkillReviewPayload {
  @Field(() => Skill, { nullable: true, description: `The skill as it is now. ${NULL_MEANS}` })
  skill!: Skill | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
