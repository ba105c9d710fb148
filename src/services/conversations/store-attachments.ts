import { newId, type AttachmentId, type ConversationId, type MessageId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { CHECK_QUEUE } from './attachment-jobs.ts';
import { lockBytes } from './lock-bytes.ts';
import type { StagedAttachment } from './stage-attachment.ts';

interface Place {
  readonly conversationId: ConversationId;
  readonly customerId: string;
  /** Null: it waits for one. */
  readonly messageId: MessageId | null;
}

/** Writes the rows of staged files, their bytes settled under a lock that whoever removes bytes has to wait for. */
export async function storeAttachments(
  tx: TransactionScope,
  { conversationId, customerId, messageId }: Place,
  staged: readonly StagedAttachment[],
): Promise<AttachmentId[]> {
  const { sql } = tx.db;
  const ids: AttachmentId[] = [];
  // In the order of the hashes: nobody waits for whom they hold up.
  const sorted = staged.toSorted((a, b) => ((a.bytes?.sha256 ?? '') < (b.bytes?.sha256 ?? '') ? -1 : 1));
  for (const { bytes } of sorted) {
    if (!bytes) continue;
    await lockBytes(sql, bytes.sha256, 'shared');
    await bytes.settle();
  }
  for (const [index, { filename, contentType, claimedType, sizeBytes, state, bytes }] of staged.entries()) {
    // A millisecond apart, so that their ids sort as they came.
    const id = newId('attachment', tx.now.getTime() + index);
    await sql`
      insert into attachments (id, message_id, conversation_id, customer_id, filename, content_type, claimed_type,
        size_bytes, sha256, state, created_at, created_by)
      values (${id}, ${messageId}, ${conversationId}, ${customerId}, ${filename}, ${contentType}, ${claimedType},
        ${sizeBytes}, ${bytes?.sha256 ?? null}, ${state}, ${tx.now}, ${tx.viewer.principal})`;
    if (state === 'pending')
      await tx.db.enqueue(sql, {
        queue: CHECK_QUEUE,
        data: { attachmentId: id },
        group: conversationId,
        startAfter: null,
      });
    ids.push(id);
  }
  return ids;
}
