import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { Purpose } from '../../values/consents.ts';
import type { Right as RightName } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PurposeEnum, RoleEnum } from '../vocabulary.ts';
import { RightEnum } from './right-enum.ts';
import { UserError } from './user-error.ts';

@ObjectType({ implements: Node, description: 'An API key without its secret: that is shown once, when it is made.' })
@Right('access:read')
export class ApiKey extends Node {
  @Field(() => String, { description: 'What the key is for, as its maker wrote it. 1 to 100 characters.' })
  name!: string;

  @Field(() => String, { description: 'How the secret begins, to tell keys apart: `pk_agent_abc123`.' })
  prefix!: string;

  @Field(() => RoleEnum, { description: 'Decides which rights the key can have.' })
  role!: Role;

  @Field(() => [RightEnum], { description: 'Rights that the key may use. Empty: none at all.' })
  scopes!: RightName[];

  @Field(() => [PurposeEnum], {
    nullable: true,
    description: 'What the key uses data of persons for. Null: whatever its role does. Empty: nothing.',
  })
  purposes!: Purpose[] | null;

  @Field(() => ID, { nullable: true, description: 'The agent it speaks for. Null: none.' })
  agentId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The partner it speaks for. Null: none.' })
  partnerId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The customer it speaks for. Null: none.' })
  customerId!: string | null;

  @Field(() => String, { description: 'Principal of who made it.' })
  createdBy!: string;

  @Field(() => DateTime, { description: 'When it was made, by the server’s clock.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself. Null: it does not.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked. Null: it was not.' })
  revokedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before the newest works too. Null: only the newest works.',
  })
  earlierUntil!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was used last, to some two minutes. Null: never, or not since this is kept.',
  })
  lastUsedAt!: Date | null;
}

export const ApiKeyConnection = connectionOf(ApiKey, 'ApiKey', 'access:read');

@InputType({ description: 'A new API key.' })
export class ApiKeyCreateInput {
  @Field(() => String, { description: 'What the key is for. 1 to 100 characters.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'What the key is.' })
  role!: Role;

  @Field(() => [RightEnum], {
    nullable: true,
    description:
      'Rights of the key: of its role, and no more than your own. Null or absent: every right of the role; for a partner’s key what a partner of its kind needs. Empty: none at all.',
  })
  scopes?: RightName[] | null;

  @Field(() => [PurposeEnum], {
    nullable: true,
    description:
      'What the key uses data of persons for: what serves none of it the key does not see. Of its role, and no more than your own; none with the role CUSTOMER. Null or absent: whatever its role does. Empty: nothing.',
  })
  purposes?: Purpose[] | null;

  @Field(() => ID, { nullable: true, description: 'The agent it speaks for; only with the role AGENT.' })
  agentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The partner it speaks for; needed with the role PARTNER.' })
  partnerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The customer it speaks for; needed with the role CUSTOMER.' })
  customerId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself. Null or absent: it does not.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'What changes of an API key; null or absent stays.' })
export class ApiKeyUpdateInput {
  @Field(() => String, { nullable: true, description: 'What the key is for. 1 to 100 characters.' })
  name?: string | null;

  @Field(() => RoleEnum, {
    nullable: true,
    description: 'What the key is. A partner’s or customer’s key keeps its role.',
  })
  role?: Role | null;

  @Field(() => [RightEnum], { nullable: true, description: 'Rights of the key. Empty: none at all.' })
  scopes?: RightName[] | null;

  @Field(() => [PurposeEnum], {
    nullable: true,
    description: 'What the key uses data of persons for. Empty: nothing.',
  })
  purposes?: Purpose[] | null;
}

@ObjectType({ description: 'Answer of `apiKeyCreate`.' })
@Right('access:write')
export class ApiKeyCreatePayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key. Null: refused, see `userErrors`.' })
  apiKey!: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The secret to send as `Authorization: Bearer`. Shown this once and not stored. Null: refused, or a repeat of an earlier call.',
  })
  secret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `apiKeyUpdate`.' })
@Right('access:write')
export class ApiKeyUpdatePayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key as it is now. Null: refused, see `userErrors`.' })
  apiKey!: ApiKey | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `apiKeyRotate`.' })
@Right('access:write')
export class ApiKeyRotatePayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key. Null: refused, see `userErrors`.' })
  apiKey!: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The new secret to send as `Authorization: Bearer`. Shown this once and not stored. Null: refused, or a repeat of an earlier call.',
  })
  secret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `apiKeyRevoke`.' })
@Right('access:write')
export class ApiKeyRevokePayload {
  @Field(() => ApiKey, { nullable: true, description: 'The revoked key. Null: refused, see `userErrors`.' })
  apiKey!: ApiKey | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `viewerRevoke`.' })
@Right('access:write')
export class ViewerRevokePayload {
  @Field(() => String, { nullable: true, description: 'Who was revoked. Null: refused, see `userErrors`.' })
  principal!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
