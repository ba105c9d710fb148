import { Field, ID, ObjectType } from 'type-graphql';

import { ACCESS_ACTS, type AccessAct } from '../../values/access-acts.ts';
import type { Purpose } from '../../values/consents.ts';
import type { Right as RightName } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PurposeEnum, RoleEnum } from '../vocabulary.ts';
import { RightEnum } from './right-enum.ts';

const AccessActEnum = enumOf<AccessAct>('AccessAct', 'What was done to somebody’s access.', ACCESS_ACTS);

@ObjectType({
  description: 'Who gave or took which access, and when. Written with the change itself, and never changed.',
})
@Right('access:read')
export class AccessChange {
  @Field(() => ID, { description: 'Names this row, `acc_…`.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was done, by the server’s clock.' })
  at!: Date;

  @Field(() => String, { description: 'Principal of who did it; `system:…` is Punos itself.' })
  doneBy!: string;

  @Field(() => AccessActEnum, { description: 'What was done.' })
  act!: AccessAct;

  @Field(() => String, { description: 'Whose access: the id of a key, or the principal of a token.' })
  principal!: string;

  @Field(() => RoleEnum, { nullable: true, description: 'The role before. Null: there was none, or it is a token’s.' })
  roleBefore!: Role | null;

  @Field(() => RoleEnum, { nullable: true, description: 'The role after. Null: there is none any more.' })
  roleAfter!: Role | null;

  @Field(() => [RightEnum], { nullable: true, description: 'The scopes before. Null: as the role.' })
  scopesBefore!: RightName[] | null;

  @Field(() => [RightEnum], { nullable: true, description: 'The scopes after. Null: as the role.' })
  scopesAfter!: RightName[] | null;

  @Field(() => [PurposeEnum], { nullable: true, description: 'The purposes before. Null: those of the role.' })
  purposesBefore!: Purpose[] | null;

  @Field(() => [PurposeEnum], { nullable: true, description: 'The purposes after. Null: those of the role.' })
  purposesAfter!: Purpose[] | null;
}

export const AccessChangeConnection = connectionOf(AccessChange, 'AccessChange', 'access:read');
