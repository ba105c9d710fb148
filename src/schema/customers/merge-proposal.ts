import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';

import type { ProposalState } from '../../values/merges.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { Customer } from './customer.ts';

const ProposalStateEnum = enumOf<ProposalState>('MergeProposalState', 'Where a proposal to merge two persons stands.', {
  open: 'It waits for somebody to decide.',
  accepted: 'They were merged, by somebody or because it was certain enough.',
  rejected: 'Somebody said that they are two persons: they are never proposed again.',
});

@ObjectType({ description: 'How two persons compare in one field, and what that says.' })
@Right('customers:merge')
export class MergeEvidence {
  @Field(() => String, { description: 'Which field, for example `familyName`, `birthDate` or `email`.' })
  field!: string;

  @Field(() => String, {
    description: 'How they compare there, for example `same`, `near`, `nickname` or `different`.',
  })
  level!: string;

  @Field(() => Float, {
    description:
      'What that says against two strangers, in bits: each doubles the odds that they are one person, below zero it halves them. A value that many have says less.',
  })
  bits!: number;
}

@ObjectType({
  implements: Node,
  description: 'Two persons that may be one, by what is alike, for somebody to decide.',
  simpleResolvers: true,
})
@Right('customers:merge')
@OfCustomer('oneId', 'otherId')
export class MergeProposal extends Node {
  @Field(() => ID, { description: 'The one of the two, `cus_…`.' })
  oneId!: string;

  @Field(() => ID, { description: 'The other, `cus_…`.' })
  otherId!: string;

  @Field(() => Float, { description: 'How sure it is that they are one person, 0 to 1.' })
  confidence!: number;

  @Field(() => [MergeEvidence], { description: 'Why, field by field; fields that one of them has not are left out.' })
  evidence!: MergeEvidence[];

  @Field(() => Boolean, {
    description:
      'True: both have a verified strong identifier of one kind, and different ones. Such two are never merged by themselves.',
  })
  isContradicted!: boolean;

  @Field(() => ProposalStateEnum, { description: 'What became of it.' })
  state!: ProposalState;

  @Field(() => DateTime, { description: 'When it was first made, by our clock.' })
  proposedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided, by our clock. Null: it is open.' })
  decidedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'By whom: the id of a key, a hash that stands for a token, `system:matching`. Null: it is open.',
  })
  decidedBy!: string | null;
}
export const MergeProposalConnection = connectionOf(MergeProposal, 'MergeProposal', 'customers:merge');

@InputType({ description: 'Which proposals a list is about: those that meet everything that is given.' })
export class MergeProposalFilter {
  @Field(() => ProposalStateEnum, { nullable: true, description: 'Those that stand so. Null or absent: all.' })
  state?: ProposalState | null;

  @Field(() => Float, { nullable: true, description: 'Those that are so sure or surer, 0 to 1. Null or absent: all.' })
  confidenceAtLeast?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Those with this customer as one of the two, `cus_…`. Null or absent: all.',
  })
  customerId?: string | null;
}

@ObjectType({ description: 'Answer of `mergeProposalAccept`.' })
@Right('customers:merge')
export class MergeProposalAcceptPayload {
  @Field(() => MergeProposal, {
    nullable: true,
    description: 'The proposal as it is now. Null: refused, see `userErrors`.',
  })
  mergeProposal!: MergeProposal | null;

  @Field(() => Customer, {
    nullable: true,
    description: 'The person that both are now. Null: refused, or not visible to you.',
  })
  customer!: Customer | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `mergeProposalReject`.' })
@Right('customers:merge')
export class MergeProposalRejectPayload {
  @Field(() => MergeProposal, {
    nullable: true,
    description: 'The proposal as it is now. Null: refused, see `userErrors`.',
  })
  mergeProposal!: MergeProposal | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
