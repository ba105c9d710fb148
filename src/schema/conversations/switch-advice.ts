import { Field, ObjectType } from 'type-graphql';

import type { SensitiveKind, SwitchReason } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { SensitiveKindEnum, SwitchReasonEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'Why a conversation should go on over another channel: give `reason` to `conversationSwitchChannel`.',
  simpleResolvers: true,
})
@Right('triage:read')
export class SwitchAdvice {
  @Field(() => SwitchReasonEnum, { description: 'The reason: PRIVACY.' })
  reason!: SwitchReason;

  @Field(() => [SensitiveKindEnum], {
    description: 'What the customer wrote in public that nobody should read there. Sorted by their names.',
  })
  sensitive!: readonly SensitiveKind[];
}

export const SWITCH_ADVICE =
  'Advice to go on in private, because the customer wrote something in public that nobody should read there. Null: there is none, or it went on elsewhere since. Asks the right `triage:read`.';
