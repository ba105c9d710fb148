import { checkText } from '../../../values/check-text.ts';
import { checkWhole } from '../../../values/check-input.ts';
import { newId, type ParticipantId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { addNote, LONGEST_NOTE } from '../add-note.ts';
import { knownAgent } from '../assign-conversation.ts';
import { lockOpenConversation } from '../lock-open-conversation.ts';
import { holderOf, partyOf } from '../party.ts';
import { tellParticipant } from './participant.ts';

const SECONDS = { least: 5, usual: 60, most: 3_600 } as const;
const MOST_AT_ONCE = 10;

interface Consultation {
  readonly agentId: string;
  /** Stands as a note in the conversation. */
  readonly question: string;
  readonly seconds?: number | null;
}

/**
 * Asks a colleague for advice on an open conversation, or brings an expert in. The customer hears nothing of it; the place is taken with the answer. Whether
 * there is one now is the caller’s question: see services/routing/consultations.
 */
export async function consultAgent(scope: Scope, id: string, consultation: Consultation): Promise<ParticipantId> {
  requireRight(scope.viewer, 'conversations:route');
  requireRight(scope.viewer, 'notes:write');
  const { question } = consultation;
  checkText(question, ['input', 'question'], LONGEST_NOTE);
  const seconds = consultation.seconds ?? SECONDS.usual;
  checkWhole(seconds, ['input', 'seconds'], SECONDS.least, SECONDS.most);
  if (scope.viewer.role === 'bot')
    throw new Refusal('NOT_ALLOWED', 'People ask colleagues. A bot hands the conversation off.', ['id']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const conversation = await lockOpenConversation(tx, id);
    const agentId = await knownAgent(tx, consultation.agentId, ['input', 'agentId']);
    const holder = holderOf(conversation);
    if (agentId === conversation.assigneeId || agentId === holder?.id || agentId === tx.viewer.agentId)
      throw new Refusal('CONFLICT', 'This agent has the conversation, or is you.', ['input', 'agentId']);
    const [open] = await sql<{ count: number; isIn: boolean }[]>`
      select count(*)::int as count, coalesce(bool_or(party_id = ${agentId}), false) as is_in
      from conversation_participants where conversation_id = ${conversation.id} and state in ('asked', 'joined')`;
    if (open!.isIn) throw new Refusal('CONFLICT', 'This agent was asked already, or takes part.', ['input', 'agentId']);
    if (open!.count >= MOST_AT_ONCE)
      throw new Refusal('CONFLICT', `${MOST_AT_ONCE} take part already. Somebody has to leave first.`, ['id']);
    const participantId = newId('participant');
    const by = partyOf(tx.viewer);
    await addNote(tx, conversation.id, question);
    await sql`
      insert into conversation_participants (id, conversation_id, party_id, mode, state, asked_at, expires_at, by_kind, by_id)
      values (${participantId}, ${conversation.id}, ${agentId}, 'consulted', 'asked', ${tx.now},
        ${new Date(tx.now.getTime() + seconds * 1_000)}, ${by.kind}, ${by.id})`;
    const asked = { id: participantId, partyId: agentId, mode: 'consulted' as const };
    tellParticipant(tx, conversation, asked, 'conversation.consultation_asked');
    return participantId;
  });
}
