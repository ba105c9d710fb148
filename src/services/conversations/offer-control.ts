import { checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import { newId, type ControlOfferId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { LONGEST_NOTE } from './add-note.ts';
import { topicsOfOffer } from './control-offer.ts';
import { refuseBotAgainst, refuseUnexpectedHolder } from './control-rules.ts';
import { conversationFact } from './conversation-fact.ts';
import { readTarget, type HandoffTarget } from './handoff-target.ts';
import { lockOpenConversation } from './lock-open-conversation.ts';
import { holderOf, isSameParty, partyOf, type Party } from './party.ts';

interface OfferMade {
  readonly to: HandoffTarget;
  /** What the other party has to know. */
  readonly summary: string;
  /** How long an answer is waited for. Absent or null: two minutes. */
  readonly seconds?: number | null | undefined;
  /** Who is believed to hold it, null: nobody. Absent: whoever it is. */
  readonly expectedHolder?: Party | null | undefined;
}

const SECONDS = { least: 5, usual: 120, most: 86_400 };

/**
 * Offers control of an open conversation to another party. Whoever holds it goes on until the other one accepts: nobody is left without an answer
 * meanwhile. One offer at a time; a bot offers only what it holds or nobody does.
 */
export async function offerControl(scope: Scope, id: string, offer: OfferMade): Promise<ControlOfferId> {
  requireRight(scope.viewer, 'conversations:route');
  const { summary, expectedHolder } = offer;
  checkText(summary, ['input', 'summary'], LONGEST_NOTE);
  const seconds = offer.seconds ?? SECONDS.usual;
  checkWhole(seconds, ['input', 'seconds'], SECONDS.least, SECONDS.most);
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    const from = holderOf(conversation);
    const by = partyOf(tx.viewer);
    refuseUnexpectedHolder(from, expectedHolder);
    refuseBotAgainst(from, by);
    const to = await readTarget(tx, offer.to);
    if (to.kind === 'store')
      throw new Refusal('INVALID_INPUT', 'A store does not answer offers. Hand the conversation off to it.', [
        ...['input', 'to'],
        'locationId',
      ]);
    if (to.kind === 'skill')
      throw new Refusal('INVALID_INPUT', 'Nobody holds a skill alone. Hand the conversation off to it.', [
        ...['input', 'to'],
        'skill',
      ]);
    if (isSameParty(from, to))
      throw new Refusal('CONFLICT', 'This party holds the conversation already.', ['input', 'to']);
    const offerId = newId('controlOffer');
    const expiresAt = new Date(tx.now.getTime() + seconds * 1_000);
    const made = await tx.db.sql`
      insert into control_offers (id, conversation_id, customer_id, from_kind, from_id, to_kind, to_id, summary, state, offered_at,
        expires_at, by_kind, by_id)
      values (${offerId}, ${conversation.id}, ${conversation.customerId}, ${from?.kind ?? null}, ${from?.id ?? null}, ${to.kind},
        ${to.id}, ${summary}, 'open', ${tx.now}, ${expiresAt}, ${by.kind}, ${by.id})
      on conflict (conversation_id) where state = 'open' do nothing`;
    if (made.count === 0)
      throw new Refusal('CONFLICT', 'It is offered to somebody already. Wait for the answer, or withdraw that offer.', [
        'id',
      ]);
    recordFact(
      tx,
      conversationFact(conversation, {
        type: 'conversation.control_offered',
        topics: topicsOfOffer({ toKind: to.kind, toId: to.id }),
        details: { offerId, to: { ...to }, from: from && { ...from }, expiresAt: expiresAt.toISOString() },
      }),
    );
    return offerId;
  });
}
