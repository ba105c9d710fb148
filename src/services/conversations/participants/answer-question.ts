import type { AgentId, ParticipantId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { isLead } from '../assign-conversation.ts';
import { lockConversation, type LockedConversation } from '../lock-conversation.ts';
import { partyOf } from '../party.ts';
import { endParticipation, participantColumns, tellParticipant, type Participant } from './participant.ts';

interface Locked {
  readonly participant: Participant;
  readonly conversation: LockedConversation;
}

/** Takes room of an agent for what it advises on. Answers how many places; null: there is none, and nothing was changed. */
type TakeRoom = (tx: TransactionScope, agentId: AgentId) => Promise<number | null>;

/** Whoever was asked comes, and gives room for as long as it takes; or, without, does not. A repeat is answered as done. */
export function answerQuestion(scope: Scope, id: string, takeRoom: TakeRoom | null): Promise<ParticipantId> {
  return change(scope, id, async (tx, { participant, conversation }) => {
    const { partyId, state, expiresAt } = participant;
    if (participant.mode !== 'consulted' || partyId !== tx.viewer.agentId)
      throw new Refusal('NOT_FOUND', 'Nothing with this id was asked of you.', ['id']);
    if (state === (takeRoom ? 'joined' : 'declined')) return;
    if (state !== 'asked' || (expiresAt !== null && expiresAt <= tx.now) || conversation.status === 'resolved')
      throw new Refusal('CONFLICT', 'This question is over: it was answered, taken back, or its time is up.', ['id']);
    if (!takeRoom) return endParticipation(tx, conversation, participant, 'declined');
    const places = await takeRoom(tx, partyId as AgentId);
    if (places === null) throw new Refusal('NO_FREE_PLACE', 'You are not at work, or have no free place.', ['id']);
    await tx.db.sql`
      update conversation_participants set state = 'joined', joined_at = ${tx.now}, places = ${places} where id = ${id}`;
    tellParticipant(tx, conversation, participant, 'conversation.participant_joined');
  });
}

/** Somebody takes part no more: by the own wish, of whoever asked, or of somebody who leads. Done before: answered as done. */
export function leaveConversation(scope: Scope, id: string): Promise<ParticipantId> {
  return change(scope, id, async (tx, { participant, conversation }) => {
    const { partyId, byId, state } = participant;
    const { id: own } = partyOf(tx.viewer);
    if (own !== partyId && own !== byId && own !== conversation.assigneeId && !isLead(tx.viewer))
      throw new Refusal('NOT_ALLOWED', 'Who takes part, who asked and who leads may end this.', ['id']);
    if (state === 'asked' || state === 'joined')
      await endParticipation(tx, conversation, participant, state === 'asked' ? 'expired' : 'left');
  });
}

function change(
  scope: Scope,
  id: string,
  work: (tx: TransactionScope, locked: Locked) => Promise<void>,
): Promise<ParticipantId> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [known] = await sql<Pick<Participant, 'id' | 'conversationId'>[]>`
      select id, conversation_id from conversation_participants where id = ${id}`;
    if (!known) throw new Refusal('NOT_FOUND', 'There is no participant with this id.', ['id']);
    const conversation = await lockConversation(tx, known.conversationId);
    const [participant] = await sql<Participant[]>`
      select ${participantColumns(sql)} from conversation_participants p join conversations c on c.id = p.conversation_id
      where p.id = ${id} for update of p`;
    await work(tx, { participant: participant!, conversation });
    return known.id;
  });
}
