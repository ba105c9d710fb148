import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { IdentityKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Message } from '../conversations/message.ts';
import { IdentityInput } from '../customers/customer-input.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { IdentityKindEnum } from '../vocabulary.ts';

@InputType({ description: 'Who sent a message, as the channel says it.' })
export class SenderInput {
  @Field(() => IdentityKindEnum, { description: 'What the value is.' })
  kind!: IdentityKind;

  @Field(() => String, {
    description:
      'The identifier in any spelling; replies go to it. A national phone number is read in the market of the inbox. One that cannot be used tells nobody apart: the message is kept, as of a guest.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name for a customer who is new. Up to 200 characters. Null or absent: unknown.',
  })
  displayName?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: you vouch that the writer has this identifier. Null or absent: false.',
  })
  verified?: boolean | null;

  @Field(() => [IdentityInput], {
    nullable: true,
    description:
      'What else you know the writer by, up to 20. All of it together decides who it is; what cannot be used is dropped, see `Customer.droppedIdentities`. Null or absent: nothing.',
  })
  identities?: IdentityInput[] | null;
}

@InputType({ description: 'A message that a channel received.' })
export class MessageReceiveInput {
  @Field(() => String, { description: 'The inbox it came to: its id or its external id.' })
  inbox!: string;

  @Field(() => SenderInput, { description: 'Who sent it.' })
  sender!: SenderInput;

  @Field(() => String, {
    description:
      'The source’s id of the message, unique within the inbox, 1 to 500 characters. The same one again with the same text is a redelivery and changes nothing.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Plain text, 1 to 100,000 characters, kept exactly.' })
  text!: string;

  @Field(() => DateTime, { description: 'When it was written, by the source’s clock. Not later than tomorrow.' })
  occurredAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Subject line, up to 500 characters. Null or absent: the channel has none.',
  })
  subject?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language. Null or absent: detected from the text.',
  })
  language?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The source’s id of the thread, up to 500 characters: messages of one sender in one thread stay one conversation. Null or absent: the channel knows no threads.',
  })
  threadId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: what was written everybody reads (a post, a comment). Posts and private messages of one sender are two legs. Null or absent: as the channel is.',
  })
  isPublic?: boolean | null;
}

@ObjectType({ description: 'Answer of `messageReceive`.' })
@Right('messages:receive')
export class MessageReceivePayload {
  @Field(() => Message, {
    nullable: true,
    description: 'The stored message; its conversation names the customer. Null: refused, see `userErrors`.',
  })
  @Right('conversations:read')
  message!: Message | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: it had been received before and nothing was changed. Null: refused, see `userErrors`.',
  })
  isRedelivery!: boolean | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'One of the messages of `messagesReceive`.' })
@Right('messages:receive')
export class MessageReceipt {
  @Field(() => Message, { nullable: true, description: 'The stored message. Null: you may not read conversations.' })
  @Right('conversations:read')
  message!: Message | null;

  @Field(() => Boolean, { description: 'True: it had been received before and nothing was changed.' })
  isRedelivery!: boolean;
}

@ObjectType({ description: 'Answer of `messagesReceive`.' })
@Right('messages:receive')
export class MessagesReceivePayload {
  @Field(() => [MessageReceipt], {
    nullable: true,
    description: 'One for each message, in their order. Null: refused, nothing was stored, see `userErrors`.',
  })
  receipts!: MessageReceipt[] | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
