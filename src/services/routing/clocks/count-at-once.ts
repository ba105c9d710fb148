import type { ConversationId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { countClocks } from './count-clocks.ts';

/**
 * Counts the clocks of those conversations whose packets are watched in the transaction that changed who waits, so that the packet of that very change
 * has them. Of the others nobody asks before they are counted beside; whoever begins to watch meanwhile is told then.
 */
export async function countAtOnce(tx: TransactionScope, ids: readonly ConversationId[]): Promise<void> {
  const watched = await tx.db.sql<{ id: ConversationId }[]>`
    select c.id from conversations c left join person_links l on l.member_id = c.customer_id
    where c.id = any (${ids as string[]}::text[])
      and exists (select from waiting_spells s where s.conversation_id = c.id and not s.is_counted)
      and exists (
        select from packet_watches w
        where w.customer_id = coalesce(l.person_id, c.customer_id) and w.until > clock_timestamp())`;
  if (watched.length === 0) return;
  await countClocks(
    tx,
    watched.map(({ id }) => id),
  );
}
