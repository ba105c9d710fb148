import { Field, Int, ObjectType } from 'type-graphql';

import type { DropReason } from '../../values/identity-rules.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DropReasonEnum, IdentityKindEnum } from '../vocabulary.ts';
import { Customer } from './customer.ts';

const CUSTOMER = {
  nullable: true,
  description: 'The person as it is now. Null: refused, see `userErrors`; or not visible to you.',
} as const;
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@ObjectType({
  description: 'An identity that was not taken as this customer’s. Whose it is stays untold.',
})
@Right('customers:write')
export class IdentityConflict {
  @Field(() => IdentityKindEnum, { description: 'What it is.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'The identifier as you wrote it, without spaces around it.' })
  value!: string;

  @Field(() => DropReasonEnum, { description: 'Why it was not taken.' })
  reason!: DropReason;
}

const CONFLICTS = {
  description:
    'Identities of the input that were not taken as this customer’s: another customer has them and stays another one, or they cannot be used. Empty when a repeat of an idempotency key is answered.',
};

@ObjectType({ description: 'Answer of `customerUpsert`.' })
@Right('customers:write')
export class CustomerUpsertPayload {
  @Field(() => Customer, CUSTOMER)
  customer!: Customer | null;

  @Field(() => [IdentityConflict], { ...CONFLICTS, nullable: true })
  identityConflicts!: IdentityConflict[] | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'What became of one customer of `customersUpsert`.' })
@Right('customers:write')
export class CustomerUpsertResult {
  @Field(() => Int, { description: 'Place in the input, from 0.' })
  index!: number;

  @Field(() => Customer, CUSTOMER)
  customer!: Customer | null;

  @Field(() => [IdentityConflict], CONFLICTS)
  identityConflicts!: IdentityConflict[];

  @Field(() => UserError, { nullable: true, description: 'Why it was not taken. Null: it was done.' })
  error!: UserError | null;
}

@ObjectType({ description: 'Answer of `customersUpsert`.' })
@Right('customers:write')
export class CustomersUpsertPayload {
  @Field(() => [CustomerUpsertResult], {
    nullable: true,
    description: 'One for each customer of the input, in its order. Null: the list itself was refused.',
  })
  results!: CustomerUpsertResult[] | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `identityAdd`.' })
@Right('customers:write')
export class IdentityAddPayload {
  @Field(() => Customer, CUSTOMER)
  customer!: Customer | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `customerPreferencesSet`.' })
@Right('customers:write')
export class CustomerPreferencesSetPayload {
  @Field(() => Customer, CUSTOMER)
  customer!: Customer | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `traitsSet`.' })
@Right('customers:write')
export class TraitsSetPayload {
  @Field(() => Customer, CUSTOMER)
  customer!: Customer | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
