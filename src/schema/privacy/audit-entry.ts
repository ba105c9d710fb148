import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import { AUDIT_ACTS, type AuditAct } from '../../values/audit.ts';
import type { Purpose } from '../../values/consents.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Role } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PurposeEnum, RoleEnum } from '../vocabulary.ts';
import { DataClassEnum } from './visible-class.ts';

const AuditActEnum = enumOf<AuditAct>('AuditAct', 'What was written down about reading.', AUDIT_ACTS);

@ObjectType({ description: 'Who was shown something.', simpleResolvers: true })
@Right('audit:read')
export class AuditViewer {
  @Field(() => String, {
    nullable: true,
    description: 'As `viewer.principal` says it. Null: you read what is yours, and it was somebody else.',
  })
  principal!: string | null;

  @Field(() => RoleEnum, { description: 'The role it had.' })
  role!: Role;

  @Field(() => ID, {
    nullable: true,
    description: 'The agent, partner or customer whom it spoke for. Null: nobody, or you read what is yours.',
  })
  speaksFor!: string | null;
}

@ObjectType({
  description:
    'Customers who were shown: to whom, when, what of them and what for. Written before it was shown, by ids alone.',
  simpleResolvers: true,
})
@Right('audit:read')
export class AuditEntry {
  @Field(() => ID, {
    description: 'The process, a colon and a number. The numbers of one process have no gap: a missing one is missing.',
  })
  id!: string;

  @Field(() => DateTime, { description: 'When it was written, by the database’s clock.' })
  at!: Date;

  @Field(() => AuditActEnum, { description: 'What happened.' })
  act!: AuditAct;

  @Field(() => [AuditViewer], {
    description:
      'Who was shown it: of what a subscription shows, all who had it open, 100 at most in the order of their principals.',
  })
  viewers!: AuditViewer[];

  @Field(() => [PurposeEnum], { description: 'What the viewer uses personal data for, by its key or its role.' })
  purposes!: Purpose[];

  @Field(() => [DataClassEnum], { description: 'Kinds of personal data that the document could show.' })
  dataClasses!: DataClass[];

  @Field(() => [ID], {
    description:
      'The customers, `cus_…`: those of one answer together. Empty: a subscription began or ended that asked for nobody by name.',
  })
  customerIds!: string[];

  @Field(() => [GraphQLSafeInt], {
    nullable: 'itemsAndList',
    description:
      'How far the stream of each customer was, in the order of `customerIds`; null where that is not known. Null: no subscription.',
  })
  versions!: (number | null)[] | null;

  @Field(() => Int, {
    description: 'How often the same viewer was shown the same again within 60 s. 0 until that minute is over.',
  })
  repeats!: number;

  @Field(() => Boolean, {
    description:
      'False: the customer was asked for by name, and there was nothing to show. True until the 60 s after it are over.',
  })
  wasShown!: boolean;
}

export const AuditEntryConnection = connectionOf(AuditEntry, 'AuditEntry', 'audit:read');

@InputType({ description: 'Which entries. What is null or absent does not narrow.' })
export class AuditEntryFilter {
  @Field(() => ID, {
    nullable: true,
    description: 'Shown to this viewer: a principal, or the id of an agent, a partner or a customer.',
  })
  viewer?: string | null;

  @Field(() => ID, { nullable: true, description: 'About the person with this customer id, `cus_…`.' })
  customerId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'At this moment or later.' })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this moment.' })
  until?: Date | null;
}
