import type { ConversationId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import { watchedAmong } from '../../activity/packet-watches.ts';
import { atomically, recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { countClocks } from './count-clocks.ts';
import type { Waiting } from './read-waiting.ts';

/** Whoever of them is watched has a packet of it: many at once would hold up what else is told. */
const BATCH = 50;

/**
 * Counts what happened to waiting customers since it was last counted: their clocks run, stand still or have ended. Any number of processes
 * may do this at once: what one of them counts, or somebody is changing, the others leave. Returns how many conversations there were.
 */
export async function countWaiting(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:write');
  // Without a transaction first: what nobody writes in costs a look at an empty index.
  const news = await scope.db.sql<{ id: ConversationId }[]>`
    select conversation_id as id from waiting_spells where not is_counted order by position limit ${BATCH}`;
  if (news.length === 0) return 0;
  return atomically(scope, async (tx) => {
    const counted = await countClocks(tx, [...new Set(news.map(({ id }) => id))]);
    await tellWatchers(tx, counted);
    return counted.length;
  });
}

/** Where a packet is watched its clocks are to be read anew: of the others nobody asks before they are. In the person’s stream alone: a conversation’s versions stay what acts on it saw. */
async function tellWatchers(tx: TransactionScope, counted: readonly Waiting[]): Promise<void> {
  const persons = counted.map(({ personId }) => personId);
  const watched = persons.length > 0 ? await watchedAmong(tx.db.sql, persons) : new Set();
  for (const { id, personId } of counted)
    if (watched.has(personId))
      recordFact(tx, {
        type: 'conversation.clocks_counted',
        streams: [stream.customer(personId)],
        details: { conversationId: id, customerId: personId },
      });
}
