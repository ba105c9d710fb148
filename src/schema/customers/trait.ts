import { Field, Float, InputType, ObjectType } from 'type-graphql';

import type { TraitKind } from '../../values/traits.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

const TraitKindEnum = enumOf<TraitKind>('TraitKind', 'What the value of a trait is.', {
  text: 'A text.',
  number: 'A number.',
  boolean: 'True or false.',
  moment: 'A moment.',
});

const only = (kind: string) => `Value of a trait of kind ${kind}. Null: it is of another kind, or was taken back.`;

@ObjectType({ description: 'What a source says of a person under a key, beside the profile.', simpleResolvers: true })
@Right('customers:read')
export class Trait {
  @Field(() => String, {
    description:
      'What it says something about. Punos knows `financing_status` and `financing_terms`; others are yours.',
  })
  key!: string;

  @Field(() => TraitKindEnum, { description: 'Which of the four values it has.' })
  kind!: TraitKind;

  @Field(() => String, { nullable: true, description: only('TEXT') })
  text!: string | null;

  @Field(() => Float, { nullable: true, description: only('NUMBER') })
  number!: number | null;

  @Field(() => Boolean, { nullable: true, description: only('BOOLEAN') })
  boolean!: boolean | null;

  @Field(() => DateTime, { nullable: true, description: only('MOMENT') })
  moment!: string | null;

  @Field(() => String, { description: 'Who says so: name of a system.' })
  source!: string;

  @Field(() => DateTime, { description: 'Since when it is so, by the source’s clock.' })
  validFrom!: Date;

  @Field(() => DateTime, { description: 'When it was recorded, by our clock.' })
  recordedAt!: Date;
}

/** A row with its value in the field of its kind. */
export const toTrait = <T extends { kind: TraitKind; value: unknown }>({ value, ...row }: T) => ({
  ...row,
  text: null,
  number: null,
  boolean: null,
  moment: null,
  [row.kind]: value,
});

@InputType({ description: 'The value of a trait: exactly one of the four.' })
export class TraitValueInput {
  @Field(() => String, { nullable: true, description: 'A text, 1 to 2,000 characters.' })
  text?: string | null;

  @Field(() => Float, { nullable: true, description: 'A number.' })
  number?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True or false.' })
  boolean?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'A moment.' })
  moment?: Date | null;
}

@InputType({ description: 'What a source says of a person.' })
export class TraitInput {
  @Field(() => String, {
    description: 'Begins with a small letter; 64 small letters, digits, dots and underscores at most.',
  })
  key!: string;

  @Field(() => TraitValueInput, { nullable: true, description: 'The value. Null or absent: takes the trait back.' })
  value?: TraitValueInput | null;

  @Field(() => String, { description: 'Name of the system that says so. 1 to 100 characters.' })
  source!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when it is so, by the source’s clock; the newest statement of a key counts. A day ahead of our clock at most. Null or absent: now.',
  })
  occurredAt?: Date | null;
}
