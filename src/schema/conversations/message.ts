import { Field, ID, ObjectType } from 'type-graphql';

import type { AuthorKind, Direction } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { AuthorKindEnum, DirectionEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'Something the customer wrote or was written.' })
@Right('conversations:read')
@OfCustomer('customerId')
export class Message extends Node {
  @Field(() => DirectionEnum, { description: 'Which way it went.' })
  direction!: Direction;

  @Field(() => AuthorKindEnum, { description: 'What wrote it.' })
  authorKind!: AuthorKind;

  @Field(() => ID, {
    description: 'Who wrote it: id of a customer or an agent, or the principal that sent it.',
  })
  @Right('agents:read')
  authorId!: string;

  @Field(() => String, {
    description:
      'Plain text as it came, 1 to 100,000 characters. Of an e-mail what its sender wrote, without the mail that it quotes: `fullText` has that too.',
  })
  text!: string;

  @Field(() => DateTime, { description: 'When it was written, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was stored.' })
  recordedAt!: Date;
}

export const MessageConnection = connectionOf(Message, 'Message', 'conversations:read');

@ObjectType({ description: 'An internal note. The customer never sees it.' })
@Right('notes:read')
@OfCustomer('customerId')
export class Note {
  @Field(() => ID, { description: 'Id of the note, `msg_…`. `node` does not find it: that asks for no right.' })
  id!: string;

  @Field(() => AuthorKindEnum, { description: 'What wrote it.' })
  authorKind!: AuthorKind;

  @Field(() => ID, { description: 'Who wrote it: id of an agent, or the principal that added it.' })
  authorId!: string;

  @Field(() => String, { description: 'Plain text, 1 to 20,000 characters.' })
  text!: string;

  @Field(() => DateTime, { description: 'When it was added.' })
  occurredAt!: Date;
}

export const NoteConnection = connectionOf(Note, 'Note', 'notes:read');
