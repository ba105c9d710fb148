import type { ConversationId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';

/** What is older than that when it comes in is history: nobody waits for its answer. */
export const OLDEST_WAITING = '1 day';

/**
 * Makes the spells of waiting agree with who waits, after a conversation changed: what nobody waits for any more ends now, and where a
 * customer waits whom no spell knows of, one begins. `from` is when they began to wait, if not with their message: a snooze is over now.
 */
export const followWaiting = (tx: TransactionScope, ids: readonly ConversationId[], from: Date | null = null) => tx.db
  .sql`
  with stands as materialized (
    select id, waiting_since, status, status = 'open' and waiting_since is not null as waits from conversations
    where id = any (${ids as string[]}::text[])
  ), known as (
    update waiting_spells s set is_counted = false,
      asked_at = coalesce(c.waiting_since, s.asked_at),
      ended_at = case when not c.waits then ${tx.now}::timestamptz end,
      is_pause = c.status = 'snoozed' and c.waiting_since is not null
    from stands c
    where s.conversation_id = c.id and s.ended_at is null and (not c.waits or s.asked_at <> c.waiting_since)
  )
  insert into waiting_spells (conversation_id, asked_at, began_at)
  select id, waiting_since, coalesce(${from}::timestamptz, waiting_since) from stands
  where waits and waiting_since > ${tx.now}::timestamptz - ${OLDEST_WAITING}::interval
    and not exists (select from waiting_spells s where s.conversation_id = stands.id and s.ended_at is null)`;
