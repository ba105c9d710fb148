import type { AttachmentId, ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { reachOf } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import { AccessDenied } from '../../values/access-denied.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import type { StagedAttachment } from './stage-attachment.ts';
import { storeAttachments } from './store-attachments.ts';

export interface UploadPlace {
  readonly conversationId: ConversationId;
  readonly customerId: string;
}

/** Files that a customer may have uploaded without sending them. Staff is trusted. */
const MOST_UNSENT = 20;

/** Where an upload goes, asked before a byte of it is read. Refused: NOT_FOUND, and NOT_ALLOWED to a customer who uploads without sending. */
export async function findUploadPlace(scope: Scope, conversationId: string): Promise<UploadPlace> {
  const { viewer, db } = scope;
  const right = (['messages:send', 'notes:write', 'chat:write'] as const).find(
    (candidate) => reachOf(viewer, candidate) !== null,
  );
  if (!right) throw new AccessDenied('messages:send');
  const [row] = await db.sql<(UploadPlace & { readonly unsent: number })[]>`
    select c.id as conversation_id, c.customer_id,
      (select count(*)::int from attachments a where a.message_id is null and a.created_by = ${viewer.principal}) as unsent
    from conversations c
    where c.id = ${conversationId} and c.merged_into_id is null and ${withinReach(scope, right, 'c.customer_id')}
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  if (!row)
    throw new Refusal('NOT_FOUND', 'There is no conversation with this id, or you may not see it.', ['conversation']);
  if (reachOf(viewer, right) === 'own' && row.unsent >= MOST_UNSENT)
    throw new Refusal('NOT_ALLOWED', `You uploaded ${MOST_UNSENT} files without sending them. Send or wait a day.`);
  return { conversationId: row.conversationId, customerId: row.customerId };
}

/** Keeps an uploaded file until a message takes it, a day at most. Answers its id. */
export async function keepUpload(scope: Scope, place: UploadPlace, staged: StagedAttachment): Promise<AttachmentId> {
  return atomically(scope, async (tx) => {
    // Again: others of the same caller may have come in since.
    await findUploadPlace(tx, place.conversationId);
    const [id] = await storeAttachments(tx, { ...place, messageId: null }, [staged]);
    return id!;
  });
}
