import { newId, type ParticipantId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import type { JoinMode } from '../../../values/vocabulary.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { isLead } from '../assign-conversation.ts';
import { lockOpenConversation } from '../lock-open-conversation.ts';
import { holderOf, isSameParty, partyOf } from '../party.ts';
import { tellParticipant, type Participant } from './participant.ts';

/** Somebody who leads takes part in a conversation: control stays where it is. Who takes part already changes how. */
export async function joinConversation(scope: Scope, id: string, mode: JoinMode): Promise<ParticipantId> {
  requireRight(scope.viewer, 'conversations:route');
  if (!isLead(scope.viewer))
    throw new Refusal(
      'NOT_ALLOWED',
      'Supervisors join conversations. A colleague is asked with `conversationConsult`.',
      ['id'],
    );
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const conversation = await lockOpenConversation(tx, id);
    const party = partyOf(tx.viewer);
    if (isSameParty(holderOf(conversation), party))
      throw new Refusal('CONFLICT', 'You hold control of this conversation yourself.', ['id']);
    const [known] = await sql<Pick<Participant, 'id' | 'mode' | 'state'>[]>`
      select id, mode, state from conversation_participants
      where conversation_id = ${conversation.id} and party_id = ${party.id} and state in ('asked', 'joined') for update`;
    if (known?.mode === 'consulted')
      throw new Refusal('CONFLICT', 'You are asked for advice here. End that first.', ['id']);
    if (known?.mode === mode) return known.id;
    const participantId = known?.id ?? newId('participant');
    await sql`
      insert into conversation_participants (id, conversation_id, party_id, mode, state, asked_at, joined_at, by_kind, by_id)
      values (${participantId}, ${conversation.id}, ${party.id}, ${mode}, 'joined', ${tx.now}, ${tx.now}, ${party.kind},
        ${party.id})
      on conflict (id) do update set mode = excluded.mode`;
    tellParticipant(
      tx,
      conversation,
      { id: participantId, partyId: party.id, mode },
      'conversation.participant_joined',
    );
    return participantId;
  });
}
