import { checkText } from '../../values/check-text.ts';
import { newId, type MessageId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { attachUploads } from './attach-uploads.ts';
import { authorOf } from './author.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation } from './lock-conversation.ts';

export const LONGEST_NOTE = 20_000;

/** Adds an internal note, also to a resolved conversation. The customer never sees it. */
export async function addNote(
  scope: Scope,
  conversationId: string,
  text: string,
  attachmentIds: readonly string[] | null = null,
): Promise<MessageId> {
  requireRight(scope.viewer, 'notes:write');
  checkText(text, ['input', 'text'], LONGEST_NOTE);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    const author = authorOf(tx.viewer);
    const id = newId('message');
    await tx.db.sql`
      insert into messages (id, conversation_id, customer_id, direction, visibility, author_kind, author_id, text,
        occurred_at, received_at, recorded_at)
      values (${id}, ${conversation.id}, ${conversation.customerId}, 'outbound', 'internal', ${author.kind}, ${author.id},
        ${text}, ${tx.now}, ${tx.now}, ${tx.now})`;
    await attachUploads(tx, attachmentIds, { conversationId: conversation.id, messageId: id });
    recordFact(tx, conversationFact(conversation, { type: 'note.added', details: { messageId: id } }));
    return id;
  });
}
