import type { Sql } from '../../database/open-database.ts';
import type { ConversationId } from '../../values/ids.ts';

/**
 * A part of `with` before the statement that opens a conversation again, which sees the row as it was: keeps when it was resolved, for
 * the timeline. Nothing where it was not.
 */
export const keptResolution = (sql: Sql, conversationId: ConversationId, reopenedAt: Date) => sql`
  kept_resolution as (
    insert into conversation_reopenings (conversation_id, customer_id, resolved_at, reopened_at)
    select id, customer_id, resolved_at, greatest(resolved_at, ${reopenedAt}::timestamptz) from conversations
    where id = ${conversationId} and resolved_at is not null
    on conflict do nothing
  )`;
