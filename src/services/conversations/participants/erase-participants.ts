import type { AgentId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { givePlaceBack } from '../agent-places.ts';

/** Removes who took part in conversations that go. Colleagues who are in one at the moment get their places back. */
export async function eraseParticipants(
  { db, ...rest }: TransactionScope,
  conversationIds: readonly string[],
): Promise<number> {
  const gone = await db.sql<{ partyId: string; isIn: boolean }[]>`
    delete from conversation_participants where conversation_id = any (${conversationIds as string[]}::text[])
    returning party_id, mode = 'consulted' and state = 'joined' as is_in`;
  const busy = gone.flatMap(({ partyId, isIn }) => (isIn ? [partyId as AgentId] : []));
  // In one order, as whoever gives and takes places does.
  for (const agentId of busy.sort()) await givePlaceBack({ db, ...rest }, agentId);
  return gone.length;
}
