import type { ConversationId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';

/** When the newest message of each was written, and since when the customer waits there, after messages came and went. */
export const retellTimes = (tx: TransactionScope, ids: readonly ConversationId[]) => tx.db.sql`
  update conversations c set last_message_at = said.last,
    waiting_since = case when c.status <> 'resolved' then (
      select min(m.occurred_at) from messages m
      where m.conversation_id = c.id and m.direction = 'inbound'
        and (said.last_answer is null or m.occurred_at > said.last_answer)) end
  from (
    select conversation_id, max(occurred_at) as last,
      max(occurred_at) filter (where direction = 'outbound' and author_kind <> 'system') as last_answer
    from messages
    where conversation_id = any (${ids as string[]}::text[]) and visibility = 'public' group by conversation_id
  ) as said
  where c.id = said.conversation_id`;
