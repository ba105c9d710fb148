import type { Sql } from '../../database/open-database.ts';
import type { AgentId, ControlOfferId, ConversationId, CustomerId, TeamId } from '../../values/ids.ts';
import type { ControlOfferState, PartyKind } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';

/** Control of a conversation that was offered to a party. */
export interface ControlOffer {
  readonly id: ControlOfferId;
  readonly conversationId: ConversationId;
  /** Whose conversation it is. */
  readonly customerId: CustomerId;
  /** Who held control then; both null: nobody. */
  readonly fromKind: PartyKind | null;
  readonly fromId: string | null;
  readonly toKind: PartyKind;
  readonly toId: string;
  readonly summary: string;
  readonly state: ControlOfferState;
  readonly offeredAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly byKind: PartyKind;
  readonly byId: string;
}

export const offerColumns = (sql: Sql) => sql`
  o.id, o.conversation_id, c.customer_id, o.from_kind, o.from_id, o.to_kind, o.to_id, o.summary, o.state, o.offered_at,
  o.expires_at, o.ended_at, o.by_kind, o.by_id`;

/** Whom it was offered to hears of it, beside everybody who watches the conversation. */
export const topicsOfOffer = ({ toKind, toId }: Pick<ControlOffer, 'toKind' | 'toId'>): string[] => {
  if (toKind === 'agent') return [topic.assignee(toId as AgentId)];
  return toKind === 'team' ? [topic.heldBy(toId as TeamId)] : [];
};

/** Ends an offer that is locked, and tells how. */
export async function endOffer(
  tx: TransactionScope,
  standing: Standing,
  offer: ControlOffer,
  state: Exclude<ControlOfferState, 'open'>,
): Promise<void> {
  await tx.db.sql`update control_offers set state = ${state}, ended_at = ${tx.now} where id = ${offer.id}`;
  const to = { kind: offer.toKind, id: offer.toId };
  recordFact(
    tx,
    conversationFact(standing, {
      type: 'conversation.control_offer_ended',
      topics: topicsOfOffer(offer),
      details: { offerId: offer.id, state, to },
    }),
  );
}
