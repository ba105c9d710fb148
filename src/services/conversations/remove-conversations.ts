import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import { eraseParticipants } from './participants/erase-participants.ts';
import { eraseWrittenIn } from './erase-messages.ts';
import { removeLater } from './forget-attachments.ts';

/** Removes resolved conversations with all that was written in them, whoever wrote it. How fast they were answered stays, as a figure of nobody. */
export async function removeConversations(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  const { sql } = tx.db;
  const ids = conversationIds as string[];
  const standings = await sql<Standing[]>`
    select c.id, coalesce(l.person_id, c.customer_id) as person_id, c.inbox_id, c.channel, c.assignee_id
    from conversations c left join person_links l on l.member_id = c.customer_id
    where c.id = any(${ids}) order by c.id`;
  const files = await sql<{ sha256: string | null }[]>`
    delete from attachments a where a.conversation_id = any(${ids})
      or a.message_id in (select m.id from messages m where m.conversation_id = any(${ids})) returning a.sha256`;
  await removeLater(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  await eraseWrittenIn(tx, ids);
  await Promise.all([
    sql`delete from handoffs where conversation_id = any(${ids})`,
    sql`delete from control_offers where conversation_id = any(${ids})`,
    sql`delete from conversation_reopenings where conversation_id = any(${ids})`,
    sql`delete from channel_switches where conversation_id = any(${ids})`,
    sql`delete from conversation_presences where conversation_id = any(${ids})`,
    sql`delete from waiting_spells where conversation_id = any(${ids})`,
    sql`delete from service_clocks where conversation_id = any(${ids})`,
    sql`delete from conversation_orders where conversation_id = any(${ids})`,
    sql`delete from legs where conversation_id = any(${ids})`,
    // Those that were merged into one of these stand alone, until their own time is over.
    sql`update conversations set merged_into_id = null where merged_into_id = any(${ids}) and id <> all(${ids})`,
  ]);
  await eraseParticipants(tx, ids);
  await sql`delete from conversations where id = any(${ids})`;
  for (const { id, personId, inboxId, channel, assigneeId } of standings)
    recordFact(
      tx,
      conversationFact(
        { id, personId, inboxId, channel, assigneeId },
        { type: 'conversation.erased', left: { inboxId, channel, assigneeId } },
      ),
    );
}
