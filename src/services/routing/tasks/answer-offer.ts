import type { AgentId, ConversationId, RoutingReservationId, RoutingTaskId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import type { ReservationState } from '../../../values/vocabulary.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { LockedConversation } from '../../conversations/lock-conversation.ts';
import { lockOpenConversation } from '../../conversations/lock-open-conversation.ts';
import { setAssignee } from '../../conversations/set-assignee.ts';
import { setControl } from '../../conversations/set-control.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { lockRouting } from '../board/lock-routing.ts';
import { readActivePolicy } from '../policies/read-active-policy.ts';
import { lockTasks } from './lock-tasks.ts';
import { returnTasks } from './return-tasks.ts';

/** The agent takes what was offered: the conversation and the control are theirs. What they accepted before is answered as done. */
export function acceptOffer(scope: Scope, id: string): Promise<RoutingReservationId> {
  return answerOffer(scope, id, 'accepted', async (tx, { agentId }, conversation) => {
    const assigned = await setAssignee(tx, conversation, { agentId });
    await setControl(tx, assigned, { kind: 'agent', id: agentId });
  });
}

/**
 * The agent does not take what was offered: it goes to the next one, and not to this agent again for as long as the policy says. What they rejected
 * before is answered as done.
 */
export function rejectOffer(scope: Scope, id: string): Promise<RoutingReservationId> {
  return answerOffer(scope, id, 'rejected', async (tx, { taskId }) => {
    await lockRouting(tx);
    const { declineSeconds } = (await readActivePolicy(tx)).policy;
    await returnTasks(tx, [...(await lockTasks(tx, [taskId])).values()], { reason: 'rejected', declineSeconds });
  });
}

interface Offer {
  readonly id: RoutingReservationId;
  readonly taskId: RoutingTaskId;
  readonly agentId: AgentId;
  readonly conversationId: ConversationId | null;
  readonly state: ReservationState;
  readonly expiresAt: Date | null;
}

function answerOffer(
  scope: Scope,
  id: string,
  becomes: 'accepted' | 'rejected',
  carryOut: (tx: TransactionScope, offer: Offer, conversation: LockedConversation) => Promise<void>,
): Promise<RoutingReservationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const known = await readOffer(tx, id);
    if (!known?.conversationId || known.agentId !== tx.viewer.agentId)
      throw new Refusal('NOT_FOUND', 'Nothing with this id was offered to you.', ['id']);
    if (known.state === becomes) return known.id;
    const conversation = await lockOpenConversation(tx, known.conversationId);
    // Under the person's lock: whoever was faster is through.
    const offer = (await readOffer(tx, id)) ?? known;
    if (offer.state === becomes) return offer.id;
    if (offer.state !== 'pending' || (offer.expiresAt !== null && offer.expiresAt <= tx.now))
      throw new Refusal('CONFLICT', 'This offer is over: it was answered, taken back, or its time is up.', ['id']);
    await carryOut(tx, offer, conversation);
    return offer.id;
  });
}

async function readOffer({ db: { sql } }: TransactionScope, id: string): Promise<Offer | undefined> {
  const [offer] = await sql<Offer[]>`
    select id, task_id, agent_id, conversation_id, state, expires_at from routing_reservations where id = ${id}`;
  return offer;
}
