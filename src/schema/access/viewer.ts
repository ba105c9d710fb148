import { Field, ID, ObjectType } from 'type-graphql';

import type { Purpose } from '../../values/consents.ts';
import type { Right as RightName } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PurposeEnum, RoleEnum } from '../vocabulary.ts';
import { RightEnum } from './right-enum.ts';

@ObjectType('Viewer', { description: 'Who asks: what the key or token of this request stands for.' })
@Right('graph:read')
export class ViewerType {
  @Field(() => String, {
    description: 'Stable name of the caller: the id of the API key, or `jwt:` and a keyed hash of issuer and subject.',
  })
  principal!: string;

  @Field(() => RoleEnum, { description: 'Decides which rights there can be.' })
  role!: Role;

  @Field(() => [RightEnum], {
    description:
      'What the caller may do: rights of the role, narrowed by the scopes of the key or token, and by its purposes. Sorted.',
  })
  rights!: RightName[];

  @Field(() => [PurposeEnum], {
    description:
      'What the caller uses data of persons for: purposes of the role, narrowed by those of the key. Sorted.',
  })
  purposes!: Purpose[];

  @Field(() => ID, { nullable: true, description: 'The agent that asks. Null: the caller is no agent.' })
  agentId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The partner that asks. Null: the caller is no partner.' })
  partnerId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The customer that asks. Null: the caller is no customer.' })
  customerId!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the key or token ends, and with it open streams. Null: it does not end by itself.',
  })
  expiresAt!: Date | null;
}
