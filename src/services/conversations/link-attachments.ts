import { safeFilename } from '../../values/filename.ts';
import { newId, type ConversationId, type MessageId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { FETCH_QUEUE } from './attachment-jobs.ts';

/** A file that the channel keeps for us, as it told of it. */
export interface LinkedFile {
  readonly url: string;
  /** Null: the last part of the URL's path. */
  readonly filename: string | null;
  readonly contentType: string | null;
}

interface Place {
  readonly conversationId: ConversationId;
  readonly customerId: string;
  readonly messageId: MessageId;
}

const UNKNOWN = 'application/octet-stream';

/** Writes the rows of files that are still elsewhere, with the job that fetches each: what it is, its bytes will say. */
export async function linkAttachments(
  tx: TransactionScope,
  { conversationId, customerId, messageId }: Place,
  files: readonly LinkedFile[],
): Promise<void> {
  const { sql } = tx.db;
  for (const [index, { url, filename, contentType }] of files.entries()) {
    // A millisecond apart, so that their ids sort as they came.
    const id = newId('attachment', tx.now.getTime() + index);
    const name = safeFilename(filename ?? lastPartOf(url), UNKNOWN);
    await sql`
      insert into attachments (id, message_id, conversation_id, customer_id, filename, content_type, claimed_type,
        size_bytes, sha256, state, source_url, created_at, created_by)
      values (${id}, ${messageId}, ${conversationId}, ${customerId}, ${name}, ${UNKNOWN}, ${contentType},
        0, null, 'fetching', ${url}, ${tx.now}, ${tx.viewer.principal})`;
    const data = { attachmentId: id, attempt: 1 };
    await tx.db.enqueue(sql, { queue: FETCH_QUEUE, data, group: conversationId, startAfter: null });
  }
}

function lastPartOf(url: string): string | null {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || null;
  } catch {
    return last;
  }
}
