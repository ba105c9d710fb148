import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { SourceKind } from '../../values/sources.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { SourceKindEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'A system that tells facts: when it was heard, and what is expected of it.',
  simpleResolvers: true,
})
@Right('figures:read')
export class Source {
  @Field(() => SourceKindEnum, { description: 'What it tells of.' })
  kind!: SourceKind;

  @Field(() => String, { description: 'Its name, as it gives it with each fact.' })
  name!: string;

  @Field(() => DateTime, { description: 'When it was heard first, or when it was first expected.' })
  firstHeardAt!: Date;

  @Field(() => DateTime, { description: 'When it was heard last, to ten seconds.' })
  lastHeardAt!: Date;

  @Field(() => Int, {
    nullable: true,
    description: 'How often it should be heard, in seconds. Null: nothing is expected, and it is never stale.',
  })
  expectedEverySeconds!: number | null;

  @Field(() => String, { nullable: true, description: 'Who answers for it. Null: not said.' })
  owner!: string | null;

  @Field(() => String, { nullable: true, description: 'What was agreed with it, in words. Null: not said.' })
  serviceLevel!: string | null;

  @Field(() => String, { nullable: true, description: 'What to do when it fails, in words. Null: not said.' })
  errorProcedure!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when it should have been heard and was not. Null: it is as it should be.',
  })
  staleSince!: Date | null;
}

@InputType({ description: 'What is expected of a source. All of it as it is from now on.' })
export class SourceExpectInput {
  @Field(() => SourceKindEnum, { description: 'What it tells of.' })
  kind!: SourceKind;

  @Field(() => String, { description: 'Its name, as it gives it with each fact. 1 to 140 characters.' })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How often it should be heard, in seconds: 30 to 2,678,400. Null or absent: nothing is expected.',
  })
  expectedEverySeconds?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who answers for it; 200 characters at most. Null or absent: not said.',
  })
  owner?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was agreed with it; 2,000 characters at most. Null or absent: not said.',
  })
  serviceLevel?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What to do when it fails; 5,000 characters at most. Null or absent: not said.',
  })
  errorProcedure?: string | null;
}

@ObjectType({ description: 'Answer of `sourceExpect`.' })
@Right('connectors:write')
export class SourceExpectPayload {
  @Field(() => Source, {
    nullable: true,
    description: 'The source as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  source!: Source | null;

  @Field(() => [UserError], { description: 'Why it was refused: then nothing changed. Empty: it was done.' })
  userErrors!: UserError[];
}
