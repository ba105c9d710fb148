import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { endOffer, offerColumns, type ControlOffer } from './control-offer.ts';
import { lockConversation } from './lock-conversation.ts';

const BATCH = 100;

/** Ends offers that nobody answered in time, the longest due first. Any number of processes may do this at once: who comes second finds it ended. */
export async function expireControlOffers(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:route');
  const due = await scope.db.sql<Pick<ControlOffer, 'id' | 'conversationId'>[]>`
    select id, conversation_id from control_offers where state = 'open' and expires_at <= ${scope.now}
    order by expires_at limit ${BATCH}`;
  for (const offer of due) await expire(scope, offer);
  return due.length;
}

async function expire(
  scope: Scope,
  { id, conversationId }: Pick<ControlOffer, 'id' | 'conversationId'>,
): Promise<void> {
  try {
    await atomically(scope, async (tx) => {
      const { sql } = tx.db;
      const conversation = await lockConversation(tx, conversationId);
      const [offer] = await sql<ControlOffer[]>`
        select ${offerColumns(sql)} from control_offers o join conversations c on c.id = o.conversation_id
        where o.id = ${id} and o.state = 'open' for update of o`;
      if (offer) await endOffer(tx, conversation, offer, 'expired');
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Merged meanwhile: nobody acts on it any more.
    await scope.db.sql`
      update control_offers set state = 'expired', ended_at = ${scope.now} where id = ${id} and state = 'open'`;
  }
}
