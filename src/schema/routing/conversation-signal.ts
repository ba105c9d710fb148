import { Field, Float, InputType, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Conversation } from '../conversations/conversation.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

const only = (what: string) => `The value, if it is ${what}. Null: it is something else.`;

@ObjectType({ description: 'Something known of a conversation that routing may look at.' })
@Right('triage:read')
export class ConversationSignal {
  @Field(() => String, {
    description:
      'What it says something about. Punos reads `language`, `topic`, `issue_type`, `priority`, `held_by`, `inbox`, `brand`, `market`, `open_issues`, `repeated_contacts`, `earlier_agents`, `late_order`, `areas`, `segment`, `value`, `waiting_seconds` and `sla_seconds`; others are told.',
  })
  name!: string;

  @Field(() => String, { nullable: true, description: only('a text') })
  text!: string | null;

  @Field(() => Float, { nullable: true, description: only('a number') })
  number!: number | null;

  @Field(() => Boolean, { nullable: true, description: only('true or false') })
  boolean!: boolean | null;

  @Field(() => [String], { nullable: true, description: only('a list of words') })
  words!: readonly string[] | null;

  @Field(() => String, {
    description: 'Who says so: principal of the bot or person that told it, or the part of Punos that read it.',
  })
  source!: string;

  @Field(() => DateTime, { description: 'When it was told, by our clock; of what Punos reads, now.' })
  at!: Date;
}

@InputType({ description: 'The value of a signal: exactly one of the four.' })
export class SignalValueInput {
  @Field(() => String, { nullable: true, description: 'A text, 1 to 200 characters.' })
  text?: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'A number. `sentiment` is from -1 (angry) to 1 (happy), `complexity` a whole one from 1 to 5.',
  })
  number?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True or false.' })
  boolean?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: '1 to 20 words of 1 to 100 characters. `areas` is such a list.',
  })
  words?: string[] | null;
}

@InputType({ description: 'What somebody says of a conversation.' })
export class ConversationSignalInput {
  @Field(() => String, {
    description:
      'A word in small letters, 40 characters at most: `sentiment`, `intent`, `complexity`, `areas`, or one of your own. What Punos reads itself is refused.',
  })
  name!: string;

  @Field(() => SignalValueInput, {
    nullable: true,
    description: 'The value. Null or absent: takes back what you said under this name.',
  })
  value?: SignalValueInput | null;
}

@ObjectType({ description: 'Answer of `conversationSignalsSet`.' })
@Right('conversations:write')
export class ConversationSignalsSetPayload {
  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
