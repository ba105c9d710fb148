import type { AgentId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { givePlacesBack } from '../agent-places.ts';

/** Removes who took part in conversations that go. Colleagues who are in one at the moment get their places back. */
export async function eraseParticipants(
  { db, ...rest }: TransactionScope,
  conversationIds: readonly string[],
): Promise<number> {
  const gone = await db.sql<{ partyId: string; places: number; isIn: boolean }[]>`
    delete from conversation_participants where conversation_id = any (${conversationIds as string[]}::text[])
    returning party_id, places, mode = 'consulted' and state = 'joined' as is_in`;
  const busy = gone.filter(({ isIn }) => isIn).sort((a, b) => (a.partyId < b.partyId ? -1 : 1));
  // In one order, as whoever gives and takes places does.
  for (const { partyId, places } of busy) await givePlacesBack({ db, ...rest }, partyId as AgentId, places);
  return gone.length;
}
