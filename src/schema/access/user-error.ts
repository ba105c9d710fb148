import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';

import { REFUSAL_CODES, type RefusalCode } from '../../values/refusal-codes.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';

const UserErrorCode = enumOf<RefusalCode>(
  'UserErrorCode',
  'Why a mutation was refused. Treat a code you do not know as a general refusal; codes are never reused.',
  REFUSAL_CODES,
);

@InterfaceType({
  description: 'An expected "no" of a mutation. Nothing was changed.',
  resolveType: ({ code, version }: { code: RefusalCode; version?: number }) => {
    if (code === 'INSUFFICIENT_STOCK') return 'InsufficientStockError';
    return code === 'CONFLICT' && version !== undefined ? 'VersionConflictError' : 'InputError';
  },
})
@Right('graph:read')
export abstract class UserError {
  @Field(() => UserErrorCode, { description: 'For programs. One of a closed list.' })
  code!: RefusalCode;

  @Field(() => String, { description: 'For people: a sentence in English that says what to do.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Path of the input at fault, outermost first. Null: no single input is at fault.',
  })
  field!: string[] | null;
}

@ObjectType({ implements: UserError, description: 'A refusal that has nothing to add to code, message and field.' })
@Right('graph:read')
export class InputError extends UserError {}

@ObjectType({ implements: UserError, description: 'There are fewer units than asked for. Nothing was taken.' })
@Right('graph:read')
export class InsufficientStockError extends UserError {
  @Field(() => Int, { description: 'Units that could be taken at the moment of refusal. Whole, at least 0.' })
  available!: number;
}

@ObjectType({
  implements: UserError,
  description: 'Something happened since the version that you expected (code CONFLICT). Nothing was written.',
})
@Right('graph:read')
export class VersionConflictError extends UserError {
  @Field(() => Int, {
    description: 'The version now. Read the object again before you send with it: somebody may have done your act.',
  })
  version!: number;
}
