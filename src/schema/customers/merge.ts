import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

import type { JoinedKind, MergeReason } from '../../values/merges.ts';
import type { ConsentState, Purpose } from '../../values/consents.ts';
import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { enumOf } from '../enum-of.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConsentStateEnum, IdentityKindEnum, PurposeEnum } from '../vocabulary.ts';
import { Customer } from './customer.ts';

const MergeReasonEnum = enumOf<MergeReason>('MergeReason', 'Why several customers are one person.', {
  staff: 'Somebody said so: `customerMerge`.',
  login: 'A visitor logged in: the shop said who it is.',
  identity: 'They arrived with the same identifier.',
  proposal: 'Somebody accepted a proposal.',
  confidence: 'They are alike enough to need nobody’s word.',
});

const JoinedKindEnum = enumOf<JoinedKind>('CustomerMergeKind', 'What of a person is counted before a merge.', {
  identities: 'Identifiers.',
  conversations: 'Conversations, also resolved ones.',
  messages: 'Messages to and from the person.',
  orders: 'Orders.',
  activities: 'Visits, searches, store visits, reviews and the like.',
  traits: 'Statements of sources beside the profile, also earlier ones.',
});

@ObjectType({ description: 'That two persons were made one, and perhaps two again.' })
@Right('customers:merge')
@OfCustomer('personId', 'mergedId')
export class CustomerMerge {
  @Field(() => ID, { description: 'Id of the merge, `mrg_…`.' })
  id!: string;

  @Field(() => ID, { description: 'The person that went on, `cus_…`; it may have been merged itself since.' })
  personId!: string;

  @Field(() => ID, { description: 'The person that it took in, `cus_…`: what `customerUnmerge` takes.' })
  mergedId!: string;

  @Field(() => MergeReasonEnum, { description: 'Why.' })
  reason!: MergeReason;

  @Field(() => Float, {
    nullable: true,
    description: 'How sure it was, 0 to 1, by what is alike. Null: nobody estimated it.',
  })
  confidence!: number | null;

  @Field(() => DateTime, { description: 'When, by our clock.' })
  mergedAt!: Date;

  @Field(() => String, { description: 'By whom: the id of a key, a hash that stands for a token, `system:…`.' })
  mergedBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back, by our clock. Null: it stands.' })
  unmergedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'By whom it was taken back. Null: it stands.' })
  unmergedBy!: string | null;
}

@ObjectType({ description: 'How much there is of a kind.' })
@Right('customers:merge')
export class CustomerMergeCount {
  @Field(() => JoinedKindEnum, { description: 'What is counted.' })
  kind!: JoinedKind;

  @Field(() => Int, { description: 'How many, 0 to 1,000; 1,000 means that many or more.' })
  count!: number;
}

@ObjectType({ description: 'One of the persons that a merge makes one.' })
@Right('customers:merge')
@OfCustomer('customerId')
export class CustomerMergePerson {
  @Field(() => ID, { description: 'The person, `cus_…`.' })
  customerId!: string;

  @Field(() => Int, { description: 'Customer ids that are this person now, its own included; at least 1.' })
  memberCount!: number;

  @Field(() => [CustomerMergeCount], {
    description:
      'What there is of it, one entry for each kind of which you may see the person’s; those that ask a right that you lack, or that are hidden from you (`Customer.dataClasses`), are left out.',
  })
  counts!: CustomerMergeCount[];
}

@ObjectType({ description: 'What one of the persons has in a field of the profile.' })
@Right('customers:merge')
export class CustomerMergeValue {
  @Field(() => ID, { description: 'Whose it is, `cus_…`.' })
  customerId!: string;

  @Field(() => String, { description: 'The value; of an address, a place or preferences their JSON.' })
  value!: string;
}

@ObjectType({
  description:
    'A field of the profile in which the persons differ. The merged person has what the one that goes on has; the others keep theirs under their ids, for an unmerge.',
})
@Right('customers:merge')
export class CustomerMergeField {
  @Field(() => String, {
    description: 'Name of the field, as `Customer` and its address, place and preferences have it.',
  })
  field!: string;

  @Field(() => String, { nullable: true, description: 'What the merged person has, as text. Null: nothing.' })
  kept!: string | null;

  @Field(() => [CustomerMergeValue], { description: 'What the others have; at least one.' })
  others!: CustomerMergeValue[];
}

@ObjectType({ description: 'A strong identifier of one of the persons.' })
@Right('customers:merge')
export class CustomerMergeIdentity extends CustomerMergeValue {
  @Field(() => Boolean, { description: 'True when a source vouches that it is that person’s.' })
  verified!: boolean;
}

@ObjectType({
  description:
    'A kind of strong identifier (a loyalty number, an id in one other system) of which several of the persons have one: a sign that they are not one person.',
})
@Right('customers:merge')
export class CustomerMergeStrongConflict {
  @Field(() => IdentityKindEnum, { description: 'What they are.' })
  kind!: IdentityKind;

  @Field(() => [CustomerMergeIdentity], { description: 'The identifiers, verified ones first.' })
  identities!: CustomerMergeIdentity[];
}

@ObjectType({ description: 'How consent of one of the persons stands.' })
@Right('customers:merge')
export class CustomerMergeConsentState {
  @Field(() => ID, { description: 'Whose it is, `cus_…`.' })
  customerId!: string;

  @Field(() => ConsentStateEnum, { description: 'How it stands.' })
  state!: ConsentState;
}

@ObjectType({
  description: 'What the persons said differently of one purpose, channel and jurisdiction: the strictest counts.',
})
@Right('customers:merge')
export class CustomerMergeConsent {
  @Field(() => PurposeEnum, { description: 'What for.' })
  purpose!: Purpose;

  @Field(() => ChannelEnum, { nullable: true, description: 'Over which channel. Null: any.' })
  channel!: Channel | null;

  @Field(() => String, { nullable: true, description: 'Under whose law, ISO 3166 or `EU`. Null: any.' })
  jurisdiction!: string | null;

  @Field(() => ConsentStateEnum, { description: 'What the merged person has: the strictest of them.' })
  kept!: ConsentState;

  @Field(() => [CustomerMergeConsentState], { description: 'What each of them said; who said nothing is left out.' })
  states!: CustomerMergeConsentState[];
}

@ObjectType({ description: 'What a merge joins, and in what the persons contradict each other.' })
@Right('customers:merge')
@OfCustomer('personId')
export class CustomerMergePreview {
  @Field(() => ID, { description: 'The person that goes on, `cus_…`: that of the first id.' })
  personId!: string;

  @Field(() => [CustomerMergePerson], {
    description: 'The persons, that one first. One entry: they are one person already, and there is nothing to join.',
  })
  persons!: CustomerMergePerson[];

  @Field(() => [CustomerMergeField], { description: 'Fields of the profile in which they differ. Empty: in none.' })
  fields!: CustomerMergeField[];

  @Field(() => [CustomerMergeConsent], { description: 'Consents in which they differ. Empty: in none.' })
  consents!: CustomerMergeConsent[];

  @Field(() => [CustomerMergeStrongConflict], {
    description: 'Strong identifiers of which several have one of their own. Empty: none.',
  })
  strongConflicts!: CustomerMergeStrongConflict[];
}

@ObjectType({ description: 'Answer of `customerMerge`.' })
@Right('customers:merge')
export class CustomerMergePayload {
  @Field(() => CustomerMergePreview, {
    nullable: true,
    description:
      'What there was to join: the persons as they were before, with what there is of them now; a repeat is told the same. Null: refused, see `userErrors`; or all of them were erased since.',
  })
  preview!: CustomerMergePreview | null;

  @Field(() => Customer, {
    nullable: true,
    description:
      'The person that all of them are now. Null: refused, only looked at (`dryRun`), or not visible to you.',
  })
  customer!: Customer | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `customerUnmerge`.' })
@Right('customers:merge')
export class CustomerUnmergePayload {
  @Field(() => [Customer], {
    nullable: true,
    description:
      'The persons that there are now, the one that they were together first. Null: refused, see `userErrors`.',
  })
  customers!: Customer[] | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
