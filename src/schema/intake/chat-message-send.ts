import { Field, ID, InputType, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Message } from '../conversations/message.ts';
import { Right } from '../right.ts';

@InputType({ description: 'What a visitor writes in the live chat.' })
export class ChatMessageSendInput {
  @Field(() => String, { description: 'Plain text, 1 to 4,000 characters, kept exactly.' })
  text!: string;

  @Field(() => ID, {
    description:
      'The browser’s own id of the message, 1 to 100 characters, best a random UUID. The same one again with the same text changes nothing and answers the first message; others’ ids never meet yours.',
  })
  clientMessageId!: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Your uploads to conversations of yours (`POST /attachments`) that go with it, `att_…`, 10 at most. Null or absent: none.',
  })
  attachmentIds?: string[] | null;
}

@ObjectType({ description: 'Answer of `chatMessageSend`.' })
@Right('chat:write')
export class ChatMessageSendPayload {
  @Field(() => Message, {
    nullable: true,
    description: 'The stored message. Null: refused, see `userErrors`; or you may not read conversations.',
  })
  message!: Message | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: it was stored before under this id, nothing changed. Null: refused.',
  })
  isRedelivery!: boolean | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
