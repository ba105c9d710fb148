import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Attachment } from '../../schema/conversations/attachment.ts';
import { Message, Note } from '../../schema/conversations/message.ts';
import { Right } from '../../schema/right.ts';
import { isServable, type Attachment as AttachmentRow } from '../../services/conversations/attachment.ts';
import { signedPath } from '../../services/conversations/attachment-url.ts';
import type { Message as MessageRow } from '../../services/conversations/conversation.ts';
import type { Context } from '../context.ts';

@Resolver(() => Message)
export class MessageAttachmentFields {
  @FieldResolver(() => [Attachment], { description: 'Its files, in the order they came.' })
  @Right('conversations:read')
  attachments(@Root() { id }: MessageRow, @Ctx() { loaders }: Context): Promise<readonly AttachmentRow[]> {
    return loaders.attachmentsOfMessage.load(id);
  }
}

@Resolver(() => Note)
export class NoteAttachmentFields {
  @FieldResolver(() => [Attachment], { description: 'Its files, in the order they came.' })
  @Right('notes:read')
  attachments(@Root() { id }: MessageRow, @Ctx() { loaders }: Context): Promise<readonly AttachmentRow[]> {
    return loaders.attachmentsOfMessage.load(id);
  }
}

@Resolver(() => Attachment)
export class AttachmentFields {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Path on this server under which whoever holds it downloads the file, for five minutes: for `<img>` and links. Null: it cannot be downloaded, see `state`.',
  })
  @Right('conversations:read')
  url(@Root() { id, state }: AttachmentRow, @Ctx() { installation, scope }: Context): string | null {
    return isServable(state) ? signedPath(installation, id, scope.now) : null;
  }
}
