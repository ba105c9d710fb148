import type { ConversationId, ParticipantId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { lockConversation } from '../lock-conversation.ts';
import { endParticipation, participantColumns, type Participant } from './participant.ts';

const BATCH = 100;

/**
 * Ends taking part where there is nothing to take part in any more: nobody answered in time, the conversation is resolved or merged, whoever it is has it now,
 * or is gone. Any number of processes may do this at once.
 */
export async function endParticipations(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:route');
  const { sql } = scope.db;
  const over = await sql<{ id: ParticipantId; conversationId: ConversationId }[]>`
    select p.id, p.conversation_id
    from conversation_participants p join conversations c on c.id = p.conversation_id left join agents a on a.id = p.party_id
    where p.state in ('asked', 'joined') and (
      (p.state = 'asked' and p.expires_at <= ${scope.now}) or c.status = 'resolved' or c.merged_into_id is not null
      or c.assignee_id = p.party_id or c.control_id = p.party_id or a.presence = 'offline')
    order by p.id limit ${BATCH}`;
  for (const one of over) await end(scope, one);
  return over.length;
}

async function end(
  scope: Scope,
  { id, conversationId }: { id: ParticipantId; conversationId: ConversationId },
): Promise<void> {
  const locked = (sql: Scope['db']['sql']) => sql<Participant[]>`
    select ${participantColumns(sql)} from conversation_participants p join conversations c on c.id = p.conversation_id
    where p.id = ${id} and p.state in ('asked', 'joined') for update of p`;
  await atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId).catch((error: unknown) => {
      // Merged into another one: where it stands is told there.
      if (error instanceof Refusal && error.code === 'CONVERSATION_MERGED') return null;
      throw error;
    });
    const [participant] = await locked(tx.db.sql);
    if (!participant) return;
    const state = participant.state === 'asked' ? 'expired' : 'left';
    const standing = conversation ?? (await standingOf(tx, conversationId));
    await endParticipation(tx, standing, participant, state);
  });
}

async function standingOf({ db: { sql } }: Scope, id: ConversationId) {
  const [row] = await sql<Parameters<typeof endParticipation>[1][]>`
    select c.id, c.inbox_id, c.channel, c.assignee_id, coalesce(l.person_id, c.customer_id) as person_id
    from conversations c left join person_links l on l.member_id = c.customer_id where c.id = ${id}`;
  return row!;
}
