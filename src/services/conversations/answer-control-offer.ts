import type { AgentId, ControlOfferId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { isLead } from './assign-conversation.ts';
import { endOffer, offerColumns, type ControlOffer } from './control-offer.ts';
import { isMember, refuseBotAgainst } from './control-rules.ts';
import { passTo, type Target } from './hand-off.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';
import { holderOf, isSameParty, partyOf, type Party } from './party.ts';

interface LockedOffer {
  readonly offer: ControlOffer;
  readonly conversation: LockedConversation;
}

/**
 * Takes what was offered to the viewer: control, and the assignment with it, together with the summary. What was offered to a team goes to the
 * member who accepts. Refused when somebody else holds control by now, or the time is over.
 */
export function acceptControlOffer(scope: Scope, id: string): Promise<ControlOfferId> {
  return change(scope, id, async (tx, { offer, conversation }) => {
    const party = await answeringParty(tx, offer);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it first.', ['id']);
    const from = offer.fromKind && { kind: offer.fromKind, id: offer.fromId! };
    if (!isSameParty(holderOf(conversation), from))
      throw new Refusal('CONFLICT', 'Somebody else holds control since it was offered.', ['id']);
    const by = { kind: offer.byKind, id: offer.byId };
    await passTo(tx, conversation, { to: party as Target, summary: offer.summary, by, isForced: false });
    await endOffer(
      tx,
      { ...conversation, assigneeId: party.kind === 'agent' ? (party.id as AgentId) : null },
      offer,
      'accepted',
    );
  });
}

/** Does not take what was offered to the viewer. Whoever holds it goes on. */
export function declineControlOffer(scope: Scope, id: string): Promise<ControlOfferId> {
  return change(scope, id, async (tx, { offer, conversation }) => {
    await answeringParty(tx, offer);
    await endOffer(tx, conversation, offer, 'declined');
  });
}

/** Takes an offer back. People may do that with anybody's; a bot only with its own. */
export function withdrawControlOffer(scope: Scope, id: string): Promise<ControlOfferId> {
  return change(scope, id, async (tx, { offer, conversation }) => {
    refuseBotAgainst({ kind: offer.byKind, id: offer.byId }, partyOf(tx.viewer));
    await endOffer(tx, conversation, offer, 'withdrawn');
  });
}

function change(
  scope: Scope,
  id: string,
  work: (tx: TransactionScope, locked: LockedOffer) => Promise<void>,
): Promise<ControlOfferId> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [named] = await sql<
      { conversationId: string }[]
    >`select conversation_id from control_offers where id = ${id}`;
    if (!named) throw new Refusal('NOT_FOUND', 'There is no offer with this id that you can see.', ['id']);
    // Everything about the offer happens under the conversation's lock.
    const conversation = await lockConversation(tx, named.conversationId);
    const [offer] = await sql<ControlOffer[]>`
      select ${offerColumns(sql)} from control_offers o join conversations c on c.id = o.conversation_id
      where o.id = ${id} for update of o`;
    if (offer?.state !== 'open' || offer.expiresAt <= tx.now)
      throw new Refusal('CONFLICT', 'This offer is over: it was answered or taken back, or nobody answered in time.', [
        'id',
      ]);
    await work(tx, { offer, conversation });
    return offer.id;
  });
}

/** For whom the viewer answers: themselves, of a team the member who does; who leads, for an agent or a bot. */
async function answeringParty(tx: TransactionScope, { toKind, toId }: ControlOffer): Promise<Party> {
  const party = partyOf(tx.viewer);
  const to = { kind: toKind, id: toId };
  if (isSameParty(party, to) || (toKind === 'team' && (await isMember(tx, toId, party)))) return party;
  if (!isLead(tx.viewer) || toKind === 'team')
    throw new Refusal('NOT_ALLOWED', 'It was offered to somebody else.', ['id']);
  return to;
}
