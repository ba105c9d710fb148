import { Field, InputType, ObjectType } from 'type-graphql';

import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ConnectorDialectEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'A shop, carrier or till that tells facts by webhook.' })
@Right('connectors:write')
export class Connector extends Node {
  @Field(() => ConnectorDialectEnum, { description: 'How it speaks. Never changes.' })
  dialect!: ConnectorDialectName;

  @Field(() => String, { description: 'The source that its facts stand under. Unique; never changes.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217: of prices that it writes without a currency. Null: such prices are left out.',
  })
  currency!: string | null;

  @Field(() => String, { description: 'How its secret begins, to tell secrets apart.' })
  secretPrefix!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before the last rotation is good. Null: it is not, or there was none.',
  })
  earlierSecretUntil!: Date | null;

  @Field(() => DateTime, { description: 'When it was made, by our clock.' })
  createdAt!: Date;
}

@InputType({ description: 'A new connector.' })
export class ConnectorCreateInput {
  @Field(() => ConnectorDialectEnum, { description: 'How it speaks. Never changes.' })
  dialect!: ConnectorDialectName;

  @Field(() => String, {
    description:
      'The source that its facts stand under, and the end of its hook’s path. Unique; 1 to 100 small letters, digits or `. _ -`, a letter or digit first. Never changes.',
  })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217: of prices that it writes without a currency. Null or absent: such prices are left out.',
  })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The secret that the other system signs with, 8 to 500 characters. Null or absent: we make one, in the form of Standard Webhooks.',
  })
  secret?: string | null;
}

@ObjectType({ description: 'Answer of `connectorCreate` and `connectorRotateSecret`.' })
@Right('connectors:write')
export class ConnectorSecretPayload {
  @Field(() => Connector, {
    nullable: true,
    description: 'The connector as it is now. Null: refused, see `userErrors`.',
  })
  connector!: Connector | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The secret that we made. Shown this once. Null: refused, the caller brought one, or a repeat of an earlier call.',
  })
  secret!: string | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
