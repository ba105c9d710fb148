import { Field, ObjectType } from 'type-graphql';

import type { AuthorKind, InvolvementState } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { AuthorKindEnum, InvolvementStateEnum } from '../vocabulary.ts';
import { Conversation } from './conversation.ts';

@ObjectType({ description: 'Somebody who looks at a conversation or types in it now.' })
@Right('conversations:read')
export class ConversationPresence {
  @Field(() => AuthorKindEnum, { description: 'What it is: the customer, an agent or a bot.' })
  partyKind!: AuthorKind;

  @Field(() => InvolvementStateEnum, { description: 'What it does. Never LEFT.' })
  state!: InvolvementState;

  @Field(() => DateTime, { description: 'Since when, by our clock.' })
  since!: Date;
}

@ObjectType({ description: 'Answer of `conversationPresenceSet`.' })
@Right('conversations:read')
export class ConversationPresenceSetPayload {
  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`.',
  })
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
