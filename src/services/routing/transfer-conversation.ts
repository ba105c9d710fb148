import type { AgentId, HandoffId, RoutingDecisionId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { handOff } from '../conversations/hand-off.ts';
import { lockConversation, type LockedConversation } from '../conversations/lock-conversation.ts';
import { lockOpenConversation } from '../conversations/lock-open-conversation.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockRouting } from './board/lock-routing.ts';
import type { Rejection } from './core/decision-record.ts';
import { offerTerms } from './core/routing-policy.ts';
import { decideTask } from './decisions/decide-tasks.ts';
import { readActivePolicy } from './policies/read-active-policy.ts';
import { openTask, type Transfer } from './tasks/open-task.ts';

/** On top of the time that an agent has for an answer: until the offer is taken back by the sweep. */
const PIN_MARGIN_SECONDS = 60;

type HandOver = Parameters<typeof handOff>[2];

/** What was handed over, and what routing decided on it. */
interface Transferred {
  readonly handoffId: HandoffId;
  /** Null: nothing was to be decided. */
  readonly decisionId: RoutingDecisionId | null;
}

/**
 * Hands an open conversation over and finds out who comes: whoever has the skill that is asked for; of a team, where the inbox asks for agents by itself;
 * an agent by name, who is asked first where the policy asks agents. Until somebody has it, it waits like every other, as a transfer, and goes not
 * back to whoever gave it away. To bots, stores, and whoever is forced, it goes without a question.
 */
export function transferConversation(scope: Scope, id: string, handOver: HandOver): Promise<Transferred> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const former = await lockOpenConversation(tx, id);
    const { policy } = await readActivePolicy(tx);
    const { acceptSeconds } = offerTerms(policy, former.channel);
    const { agentId, skill, teamId } = handOver.to;
    const isAsked = agentId != null && !handOver.isForced && (acceptSeconds > 0 || (await hasTask(tx, former)));
    const isDecided = isAsked || skill != null || (teamId != null && (await asksByItself(tx, former)));
    // Whoever decides takes the lock of routing before that of an agent, whose place is given back below.
    if (isDecided) await lockRouting(tx);
    const handoffId = await handOff(tx, id, { ...handOver, isAsked });
    if (!isDecided) return { handoffId, decisionId: null };
    const transfer: Transfer = {
      formerId: former.assigneeId,
      declineSeconds: policy.declineSeconds,
      requires: skill ? [{ skill: skill.skill, level: skill.level ?? 1 }] : [],
      pin: isAsked ? { agentId: agentId as AgentId, seconds: acceptSeconds + PIN_MARGIN_SECONDS } : null,
    };
    const conversation = await lockConversation(tx, id);
    const task = await openTask(tx, conversation, transfer);
    const { decisionId, chosenId, record } = await decideTask(tx, conversation, task.id);
    if (isAsked && chosenId === null) refuse(record?.candidates[0]?.rejectedBecause ?? 'full');
    return { handoffId, decisionId };
  });
}

/** Whether it waits for an agent, or has one, by routing. */
async function hasTask({ db: { sql } }: TransactionScope, { id }: LockedConversation): Promise<boolean> {
  const [task] = await sql`
    select 1 from routing_tasks where conversation_id = ${id} and state in ('pending', 'reserved', 'assigned')`;
  return task !== undefined;
}

async function asksByItself({ db: { sql } }: TransactionScope, { inboxId }: LockedConversation): Promise<boolean> {
  const [inbox] = await sql`select 1 from inboxes where id = ${inboxId} and routing <> 'on_request'`;
  return inbox !== undefined;
}

const WHY: Readonly<Partial<Record<Rejection, string>>> = {
  offline: 'is offline',
  away: 'is away',
  channel_off: 'takes nothing on this channel',
  full: 'has no free place for it',
};

function refuse(why: Rejection): never {
  throw new Refusal(
    'NO_FREE_PLACE',
    `This agent ${WHY[why] ?? 'does not take it'}. Choose another one, a team or a skill; a supervisor may insist with \`force\`.`,
    ['input', 'to', 'agentId'],
  );
}
