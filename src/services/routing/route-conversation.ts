import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockRouting } from './board/lock-routing.ts';
import type { Outcome } from './decisions/carry-out.ts';
import { decideTask } from './decisions/decide-tasks.ts';
import { routeTogether, type Asking } from './route-together.ts';
import { openTask } from './tasks/open-task.ts';
import { lockTasks } from './tasks/lock-tasks.ts';
import { returnTasks } from './tasks/return-tasks.ts';

/** A type and not an interface: it can be kept as what an idempotent act brought about. */
export type Routed = Pick<Outcome, 'decisionId' | 'assigneeId'>;

/**
 * Chooses an agent for an open conversation, of the team that holds it if one does, and stores the decision, all in one transaction. Where the policy
 * asks nobody, the agent has it with a place and control; else it is offered. When nobody fits the conversation waits, and goes to the first who does.
 * `assigneeId` is who has it then. What the caller writes `beside` is in the transaction, too.
 */
export async function routeConversation(
  scope: Scope,
  conversationId: string,
  beside: (tx: TransactionScope, routed: Routed) => void = () => undefined,
): Promise<Routed> {
  requireRight(scope.viewer, 'conversations:route');
  const asking: Asking = { conversationId, beside: (tx, outcome) => beside(tx, routed(outcome)) };
  return routed((await routeTogether(scope, asking)) ?? (await routeAlone(scope, asking)));
}

const routed = ({ decisionId, assigneeId }: Outcome): Routed => ({ decisionId, assigneeId });

function routeAlone(scope: Scope, { conversationId, beside }: Asking): Promise<Outcome> {
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then route.', ['id']);
    const { id, state } = await openTask(tx, conversation);
    if (state === 'reserved') {
      await lockRouting(tx);
      await returnTasks(tx, [...(await lockTasks(tx, [id])).values()], { reason: 'rerouted', declineSeconds: 0 });
    }
    const outcome = await decideTask(tx, conversation, id);
    beside(tx, outcome);
    return outcome;
  });
}
