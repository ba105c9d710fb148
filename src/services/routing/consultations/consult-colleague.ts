import type { AgentId, ParticipantId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { readTarget, type HandoffTarget } from '../../conversations/handoff-target.ts';
import { lockOpenConversation } from '../../conversations/lock-open-conversation.ts';
import type { LockedConversation } from '../../conversations/lock-conversation.ts';
import { consultAgent } from '../../conversations/participants/consult-agent.ts';
import { holderOf } from '../../conversations/party.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';

/** What is asked, and of whom: exactly one of an agent, a team, a skill. */
interface Consultation extends Pick<HandoffTarget, 'agentId' | 'teamId' | 'skill'> {
  readonly question: string;
  readonly seconds?: number | null;
}

const AT = ['input'];

/**
 * Asks a colleague for advice on an open conversation: one by name, or whoever of a team, or with a skill, is at work, has room for it and fits best. Who
 * did not want to lately is not asked again while there is somebody by name to ask instead. The place is taken with the answer.
 */
export function consultColleague(scope: Scope, id: string, consultation: Consultation): Promise<ParticipantId> {
  requireRight(scope.viewer, 'conversations:route');
  requireRight(scope.viewer, 'notes:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    const target = await readTarget(tx, consultation, { at: AT, among: ['agentId', 'teamId', 'skill'] });
    const shared = await catchUp(tx);
    const agentId =
      target.kind === 'agent'
        ? target.id
        : await findAdviser(tx, shared, conversation, {
            required: target.kind === 'skill' ? [{ skill: target.id, level: target.level }] : [],
            teams: target.kind === 'team' ? [target.id] : null,
          });
    const participantId = await consultAgent(tx, id, { ...consultation, agentId });
    if (shared.of(tx).roomForAdvice(agentId) !== null) return participantId;
    throw new Refusal('NO_FREE_PLACE', 'This agent is not at work or has no free place. Ask another one.', [
      ...AT,
      'agentId',
    ]);
  });
}

async function findAdviser(
  tx: TransactionScope,
  shared: SharedBoard,
  conversation: LockedConversation,
  wanted: { readonly required: readonly { skill: string; level: number }[]; readonly teams: readonly string[] | null },
): Promise<AgentId> {
  const { sql } = tx.db;
  const since = new Date(tx.now.getTime() - shared.active!.policy.declineSeconds * 1_000);
  const [taking, asked] = await Promise.all([
    sql<{ partyId: string }[]>`
      select party_id from conversation_participants
      where conversation_id = ${conversation.id}
        and (state in ('asked', 'joined') or (state in ('declined', 'expired') and ended_at > ${since}))`,
    sql<{ partyId: string }[]>`select party_id from conversation_participants where state = 'asked'`,
  ]);
  const ids = (rows: readonly { partyId: string }[]) => rows.map(({ partyId }) => partyId);
  const own = [conversation.assigneeId, holderOf(conversation)?.id, tx.viewer.agentId];
  const [best] = shared.of(tx).advisers({
    ...wanted,
    except: new Set([...ids(taking), ...own.filter((id) => id != null)]),
    asked: new Set(ids(asked)),
  });
  if (best !== undefined) return best;
  throw new Refusal(
    'NO_FREE_PLACE',
    'Nobody else of whom you ask for is at work and has a free place. Try again, ask for less, or ask an agent by name.',
    [...AT, wanted.teams ? 'teamId' : 'skill'],
  );
}
