import type { ConversationId, MessageId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { lockStanding } from './change-delivery.ts';
import { conversationFact } from './conversation-fact.ts';
import { removeLater } from './forget-attachments.ts';

/** What waits for the scanner. Null: nothing any more. */
export async function readUnchecked({ db: { sql } }: Scope, id: string): Promise<string | null> {
  const [row] = await sql<{ sha256: string | null }[]>`
    select sha256 from attachments where id = ${id} and state = 'pending'`;
  return row?.sha256 ?? null;
}

/** Records what the scanner said. Harmful bytes are removed; the row says that there were some. Another answer on the same changes nothing. */
export async function recordCheck(scope: Scope, id: string, isClean: boolean): Promise<void> {
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [found] = await sql<{ conversationId: ConversationId; messageId: MessageId | null }[]>`
      select coalesce(m.conversation_id, a.conversation_id) as conversation_id, a.message_id
      from attachments a left join messages m on m.id = a.message_id where a.id = ${id}`;
    const standing = found && (await lockStanding(tx, found.conversationId));
    if (!standing) return;
    const state = isClean ? 'clean' : 'infected';
    const [before] = await sql<{ sha256: string | null }[]>`
      with before as (select id, sha256 from attachments where id = ${id} and state = 'pending' for update)
      update attachments a set state = ${state}, sha256 = case when ${isClean} then a.sha256 end
      from before where a.id = before.id
      returning before.sha256`;
    if (!before) return;
    if (!isClean) await removeLater(tx, [before.sha256]);
    const details = { attachmentId: id, messageId: found.messageId, state };
    recordFact(tx, conversationFact(standing, { type: 'attachment.checked', details }));
  });
}
