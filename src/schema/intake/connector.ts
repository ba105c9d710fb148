import { Field, InputType, Int, ObjectType } from 'type-graphql';

import type { ConnectorDialectName } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ConnectorDialectEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'How a carrier is asked that calls nobody, and how that goes. Its key is never shown.',
  simpleResolvers: true,
})
@Right('connectors:write')
export class ConnectorPoll {
  @Field(() => String, { description: 'Where its API begins, without a final slash.' })
  url!: string;

  @Field(() => [String], {
    description: 'Whose parcels it is asked about, in lower case, as orders name carriers. Empty: everybody’s.',
  })
  carriers!: string[];

  @Field(() => Int, { description: 'How often it is asked about each parcel on its way, in seconds.' })
  everySeconds!: number;

  @Field(() => DateTime, {
    description: 'When the next round is due; to the minute. After failures ever later, an hour at most.',
  })
  nextAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the newest round ended. Null: there was none yet.' })
  askedAt!: Date | null;

  @Field(() => Int, {
    description: 'Rounds in a row that brought no answer at all. From the third on the source is stale: `sources`.',
  })
  failures!: number;
}

@ObjectType({
  implements: Node,
  description: 'A shop, carrier or till that tells facts by webhook, or when it is asked.',
})
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

  @Field(() => ConnectorPoll, { nullable: true, description: 'How it is asked. Null: it calls by itself.' })
  poll!: ConnectorPoll | null;
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

@InputType({ description: 'How a carrier is asked for the news of parcels on their way.' })
export class ConnectorPollInput {
  @Field(() => String, {
    description:
      'Where its API begins, such as `https://api.easypost.com`. Addresses that are not on the internet need OUTBOUND_ALLOW.',
  })
  url!: string;

  @Field(() => String, { description: 'What we are known by there. Kept sealed, never shown. 1 to 500 characters.' })
  key!: string;

  @Field(() => Int, { description: 'How often to ask about each parcel on its way, in seconds. 60 to 604,800.' })
  everySeconds!: number;

  @Field(() => [String], {
    defaultValue: [],
    description: 'Whose parcels, as orders name carriers, in any case; 50 at most. Absent or empty: everybody’s.',
  })
  carriers!: string[];
}

@ObjectType({ description: 'Answer of `connectorPollSet`.' })
@Right('connectors:write')
export class ConnectorPollPayload {
  @Field(() => Connector, {
    nullable: true,
    description: 'The connector as it is now. Null: refused, see `userErrors`.',
  })
  connector!: Connector | null;

  @Field(() => [UserError], { description: 'Why it was refused: then nothing changed. Empty: it was done.' })
  userErrors!: UserError[];
}
