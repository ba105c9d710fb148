import type { ConversationId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';
import { isServable, type Attachment } from './attachment.ts';

/** Attachments of one message. */
export const MOST_ATTACHMENTS = 10;

const FIELD = ['input', 'attachmentIds'];

/**
 * Makes uploads a part of a message that was just written. All or, with a refusal, nothing of the transaction: each must be the
 * caller's own, for this conversation (null: whichever the caller could upload to), and in no message yet.
 */
export async function attachUploads(
  tx: TransactionScope,
  ids: readonly string[] | null | undefined,
  { conversationId, messageId }: { conversationId: ConversationId | null; messageId: MessageId },
): Promise<void> {
  if (!ids || ids.length === 0) return;
  const wanted = [...new Set(ids)];
  if (ids.length > MOST_ATTACHMENTS)
    throw new Refusal('INVALID_INPUT', `A message takes ${MOST_ATTACHMENTS} attachments at most.`, FIELD);
  const rows = await tx.db.sql<Pick<Attachment, 'state'>[]>`
    update attachments set message_id = ${messageId}
    where id = any (${wanted}::text[]) and message_id is null
      and (${conversationId}::text is null or conversation_id = ${conversationId})
      and created_by = ${tx.viewer.principal}
    returning state`;
  if (rows.length < wanted.length)
    throw new Refusal(
      'NOT_FOUND',
      'Not all of these are uploads of yours to this conversation that no message has. Upload them again.',
      FIELD,
    );
  if (!rows.every(({ state }) => isServable(state)))
    throw new Refusal(
      'ATTACHMENT_NOT_READY',
      'Not all of these were found clean. Send again when they are, or without them.',
      FIELD,
    );
}
