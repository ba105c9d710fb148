import type { Sql } from '../../../database/open-database.ts';
import type { AgentId, ConversationId, CustomerId, ParticipantId } from '../../../values/ids.ts';
import type { ParticipantMode, ParticipantState, PartyKind } from '../../../values/vocabulary.ts';
import { recordFact } from '../../events/atomically.ts';
import { topic } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import { givePlacesBack } from '../agent-places.ts';
import { conversationFact, type Standing } from '../conversation-fact.ts';

/** Who takes part in a conversation beside the party in control. */
export interface Participant {
  readonly id: ParticipantId;
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  /** An agent; or the principal of somebody who leads and is none. */
  readonly partyId: string;
  readonly mode: ParticipantMode;
  readonly state: ParticipantState;
  readonly askedAt: Date;
  readonly expiresAt: Date | null;
  readonly joinedAt: Date | null;
  readonly endedAt: Date | null;
  readonly byKind: PartyKind;
  readonly byId: string;
  /** Of the agent, for advice, as long as it takes part; else 0. */
  readonly placesTaken: number;
}

export const participantColumns = (sql: Sql) => sql`
  p.id, p.conversation_id, c.customer_id, p.party_id, p.mode, p.state, p.asked_at, p.expires_at, p.joined_at, p.ended_at, p.by_kind, p.by_id,
  case when p.mode = 'consulted' and p.state = 'joined' then p.places else 0 end as places_taken`;

/** Somebody takes part, or is asked to: told to whoever watches the conversation, and to the desk of this agent. */
export function tellParticipant(
  tx: TransactionScope,
  standing: Standing,
  { id, partyId, mode }: Pick<Participant, 'id' | 'partyId' | 'mode'>,
  type: 'conversation.consultation_asked' | 'conversation.participant_joined',
): void {
  recordFact(
    tx,
    conversationFact(standing, {
      type,
      topics: [topic.assignee(partyId)],
      details: { participantId: id, partyId, mode },
    }),
  );
}

/** Ends taking part, or being asked, and gives the place of a consulted colleague back. The row is locked by the caller. */
export async function endParticipation(
  tx: TransactionScope,
  standing: Standing,
  { id, partyId, mode, placesTaken }: Pick<Participant, 'id' | 'partyId' | 'mode' | 'placesTaken'>,
  state: Exclude<ParticipantState, 'asked' | 'joined'>,
): Promise<void> {
  await tx.db.sql`update conversation_participants set state = ${state}, ended_at = ${tx.now} where id = ${id}`;
  const frees = placesTaken > 0;
  if (frees) await givePlacesBack(tx, partyId as AgentId, placesTaken);
  recordFact(
    tx,
    conversationFact(standing, {
      type: 'conversation.participant_left',
      // A place is free: somebody may wait for it.
      topics: frees ? [topic.routing] : [],
      left: standing.assigneeId === partyId ? {} : { assigneeId: partyId as AgentId },
      details: { participantId: id, partyId, mode, state },
    }),
  );
}
