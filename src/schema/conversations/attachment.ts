import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { AttachmentState } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { AttachmentStateEnum } from '../vocabulary.ts';

@ObjectType({ description: 'A file of a message or a note.' })
@Right('conversations:read')
export class Attachment {
  @Field(() => ID, {
    description: 'Id of the attachment, `att_…`. `GET /attachments/<id>` downloads it; `node` does not find it.',
  })
  id!: string;

  @Field(() => String, {
    description:
      'Name to save it under: the sender’s, without path or control characters, with the ending of its type.',
  })
  filename!: string;

  @Field(() => String, { description: 'Media type, by its bytes; of what was not kept, as its sender said.' })
  contentType!: string;

  @Field(() => Int, {
    description: 'Size in bytes; 0 while it is being fetched, and of what was not kept for its size.',
  })
  sizeBytes!: number;

  @Field(() => AttachmentStateEnum, { description: 'Whether it can be downloaded.' })
  state!: AttachmentState;

  @Field(() => DateTime, { description: 'When it reached us.' })
  createdAt!: Date;
}
