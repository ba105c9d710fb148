import type { AttachmentId, ConversationId, MessageId } from '../../values/ids.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { CHECK_QUEUE, FETCH_QUEUE } from './attachment-jobs.ts';
import { lockStanding } from './change-delivery.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockBytes } from './lock-bytes.ts';
import type { StagedAttachment } from './stage-attachment.ts';

export interface Unfetched {
  readonly url: string;
  readonly filename: string;
  readonly claimedType: string | null;
}

/** What is still to be fetched. Null: nothing any more. */
export async function readUnfetched({ db: { sql } }: Pick<Scope, 'db'>, id: string): Promise<Unfetched | null> {
  const [row] = await sql<Unfetched[]>`
    select source_url as url, filename, claimed_type from attachments where id = ${id} and state = 'fetching'`;
  return row ?? null;
}

/** Writes what was fetched, or with null that it could not be. A repeat changes nothing. The URL goes: it may be a key to the file. */
export async function recordFetch(scope: Scope, id: AttachmentId, staged: StagedAttachment | null): Promise<void> {
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [found] = await sql<{ conversationId: ConversationId; messageId: MessageId }[]>`
      select m.conversation_id, a.message_id from attachments a join messages m on m.id = a.message_id where a.id = ${id}`;
    const standing = found && (await lockStanding(tx, found.conversationId));
    if (!standing) return;
    if (staged?.bytes) {
      await lockBytes(sql, staged.bytes.sha256, 'shared');
      await staged.bytes.settle();
    }
    const state = staged?.state ?? 'failed';
    const updated = await sql`
      update attachments set state = ${state}, source_url = null,
        filename = coalesce(${staged?.filename ?? null}, filename),
        content_type = coalesce(${staged?.contentType ?? null}, content_type),
        size_bytes = ${staged?.sizeBytes ?? 0}, sha256 = ${staged?.bytes?.sha256 ?? null}
      where id = ${id} and state = 'fetching'
      returning id`;
    if (updated.length === 0) return;
    if (state === 'pending') await enqueueCheck(tx, id, found.conversationId);
    const details = { attachmentId: id, messageId: found.messageId, state };
    recordFact(tx, conversationFact(standing, { type: 'attachment.fetched', details }));
  });
}

const enqueueCheck = (tx: TransactionScope, attachmentId: AttachmentId, group: string) =>
  tx.db.enqueue(tx.db.sql, { queue: CHECK_QUEUE, data: { attachmentId }, group, startAfter: null });

/** Puts the next try of a file on the queue. */
export async function fetchLater(
  { db }: Pick<Scope, 'db'>,
  id: AttachmentId,
  attempt: number,
  at: Date,
): Promise<void> {
  await db.enqueue(db.sql, { queue: FETCH_QUEUE, data: { attachmentId: id, attempt }, group: id, startAfter: at });
}
