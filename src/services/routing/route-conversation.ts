import type { AgentId, RoutingDecisionId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { lockRouting } from './board/lock-routing.ts';
import { decideTask } from './decisions/decide-task.ts';
import { openTask } from './tasks/open-task.ts';
import { lockTasks } from './tasks/lock-tasks.ts';
import { returnTasks } from './tasks/return-tasks.ts';

/**
 * Chooses an agent for an open conversation, of the team that holds it if one does, and stores the decision, all in one transaction. Where the policy
 * asks nobody, the agent has it with a place and control; else it is offered. When nobody fits the conversation waits, and goes to the first who does.
 * `assigneeId` is who has it then.
 */
export function routeConversation(
  scope: Scope,
  conversationId: string,
): Promise<{ decisionId: RoutingDecisionId; assigneeId: AgentId | null }> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then route.', ['id']);
    const { id, state } = await openTask(tx, conversation);
    if (state === 'reserved') {
      await lockRouting(tx);
      await returnTasks(tx, [...(await lockTasks(tx, [id])).values()], { reason: 'rerouted', declineSeconds: 0 });
    }
    return decideTask(tx, conversation, id);
  });
}
