import { Field, ObjectType } from 'type-graphql';

import type { Purpose } from '../../values/consents.ts';
import type { ClassVisibility, DataClass, RedactionReason } from '../../values/personal-classes.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';
import { PurposeEnum } from '../vocabulary.ts';

export const DataClassEnum = enumOf<DataClass>('PersonalDataClass', 'A kind of data of a person.', {
  profile: 'Who they are: names, language, market, preferences.',
  contact: 'How they are reached: identities and addresses.',
  content: 'What was said and written: conversations, notes, reviews, answers of surveys.',
  orders: 'What they ordered and where it is.',
  payment: 'What was paid.',
  behaviour: 'What they looked at, searched and put into their basket.',
  traits: 'What sources say of them beside the profile.',
  location: 'Where they are: what is near them.',
});

const ClassVisibilityEnum = enumOf<ClassVisibility>('ClassVisibility', 'Whether you see a kind of data.', {
  visible: 'You see what there is.',
  redacted:
    'What there is of it is left out: lists are empty, the rest is null. It says nothing of whether there is any.',
});

const RedactionReasonEnum = enumOf<RedactionReason>('RedactionReason', 'Why it is left out.', {
  purpose: 'Your key or role uses personal data for no purpose that it serves.',
  consent_withdrawn: 'The person took consent back.',
  consent_denied: 'The person was asked and did not agree.',
  consent_pending: 'The person has not confirmed yet that they agree.',
  consent_missing:
    'The person said nothing yet, and the rules of where they live ask for an agreement first (`consentRules`).',
});

@ObjectType('VisibleDataClass', {
  description: 'Whether you see a kind of data of a person, or why it is left out.',
  simpleResolvers: true,
})
@Right('customers:read')
export class VisibleDataClass {
  @Field(() => DataClassEnum, { description: 'Which kind.' })
  dataClass!: DataClass;

  @Field(() => ClassVisibilityEnum, { description: 'Whether you see it.' })
  visibility!: ClassVisibility;

  @Field(() => RedactionReasonEnum, { nullable: true, description: 'Why you do not. Null: you do.' })
  reason!: RedactionReason | null;

  @Field(() => [PurposeEnum], {
    description: 'Purposes that it needs and the person refused, or would have to agree to first. Empty: none.',
  })
  refused!: readonly Purpose[];
}

export const DATA_CLASSES_DESCRIPTION =
  'What of the person you see, and what is left out and why: an empty list of something `REDACTED` does not mean that there is none.';
