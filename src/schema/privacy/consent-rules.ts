import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { ConsentModel } from '../../values/consent-rules.ts';
import type { Purpose } from '../../values/consents.ts';
import { UserError } from '../access/user-error.ts';
import { enumOf } from '../enum-of.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PurposeEnum } from '../vocabulary.ts';

const ConsentModelEnum = enumOf<ConsentModel>(
  'ConsentModel',
  'What has to be there before data of a person is shown that is used for a purpose.',
  {
    opt_in: 'An agreement under the law of where the person lives: until then it is `REDACTED` (`CONSENT_MISSING`).',
    opt_out: 'No objection: it is shown until the person denies it or takes consent back.',
  },
);

const PURPOSE =
  'PERSONALISATION or PROFILING: for want of the others nothing is hidden (`Customer.dataClasses` says what needs which).';
const JURISDICTION =
  'Country where the person lives, ISO 3166-1 in capitals, or `EU` for its members and the EEA. A country goes before `EU`, `EU` before null. Null: wherever no other rule says it.';

@ObjectType({
  description: 'Whether data of a purpose is shown of a person who said nothing yet.',
  simpleResolvers: true,
})
@Right('privacy:read')
@OfNobody()
export class ConsentRule {
  @Field(() => PurposeEnum, { description: PURPOSE })
  purpose!: Purpose;

  @Field(() => String, { nullable: true, description: JURISDICTION })
  jurisdiction!: string | null;

  @Field(() => ConsentModelEnum, { description: 'What has to be there.' })
  model!: ConsentModel;
}

@ObjectType({
  description:
    'Who has to agree before data of them is shown, under a version. A version never changes. What no rule says is OPT_OUT.',
  simpleResolvers: true,
})
@Right('privacy:read')
@OfNobody()
export class ConsentRuleSet {
  @Field(() => Int, { description: 'Counts up by one with each change. 0: as shipped with Punos.' })
  version!: number;

  @Field(() => [ConsentRule], {
    description: 'All rules, in the order in which they were given. Empty: nobody has to agree first.',
  })
  rules!: readonly ConsentRule[];

  @Field(() => String, { nullable: true, description: 'Why it was set. Null: nobody said, or it is shipped.' })
  note!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it counts, by our clock. Null: it is shipped.' })
  setAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The principal that set it. Null: it is shipped.' })
  setBy!: string | null;
}

@InputType({ description: 'Whether data of a purpose is shown of a person who said nothing yet.' })
export class ConsentRuleInput {
  @Field(() => PurposeEnum, { description: PURPOSE })
  purpose!: Purpose;

  @Field(() => String, { nullable: true, description: `${JURISDICTION} Absent: as null.` })
  jurisdiction?: string | null;

  @Field(() => ConsentModelEnum, { description: 'What has to be there.' })
  model!: ConsentModel;
}

@InputType({ description: 'Changed rules.' })
export class ConsentRulesSetInput {
  @Field(() => [ConsentRuleInput], {
    description:
      'All rules, not a difference: 500 at most, one for a purpose and a jurisdiction. Empty: nobody has to agree first.',
  })
  rules!: ConsentRuleInput[];

  @Field(() => String, { nullable: true, description: 'Why, up to 500 characters. Null or absent: not said.' })
  note?: string | null;
}

@ObjectType({ description: 'Answer of `consentRulesSet`.' })
@Right('privacy:write')
export class ConsentRulesSetPayload {
  @Field(() => ConsentRuleSet, {
    nullable: true,
    description: 'The rules that count from now on. Null: refused, see `userErrors`; or you may not read rules.',
  })
  ruleSet!: ConsentRuleSet | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
