import { newId, type ConversationId } from '../../values/ids.ts';
import { reachOf } from '../access/role-rights.ts';
import { isInTransaction, writeBeside } from '../events/atomically.ts';
import { planOnce } from '../events/plan-once.ts';
import { shareTransactions, type Asked } from '../events/share-transactions.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { Outcome } from './decisions/carry-out.ts';
import { decideTasks } from './decisions/decide-tasks.ts';
import { gatherSignalsOfMany } from './signals/gather-signals.ts';
import { lockAskers, type LockedAsker, type LockedTask } from './tasks/lock-tasks.ts';
import { openTasks } from './tasks/open-task.ts';

/** Decisions in one transaction, at most: so long others wait for the lock of routing. */
const MOST_TOGETHER = 32;
/** Two would wait for the same lock, each with half of those who ask. */
const AT_ONCE = 1;
/**
 * One that takes longer is held up by something: nobody waits behind it. Long, because those behind it would wait for the same lock: on a machine that is
 * busy they share a transaction all the more.
 */
const PATIENCE_MS = 1_000;

/** A conversation that asks for an agent. */
export interface Asking {
  readonly conversationId: string;
  /** What the caller writes beside its decision, in the same transaction. */
  readonly beside: (tx: TransactionScope, outcome: Outcome) => void;
}

/**
 * Decides on a conversation in one transaction with those that came meanwhile: one wait for the lock of routing, one look at the news, one statement for
 * each kind of write. Null: there is more to it than a conversation that nobody has, or somebody else is busy with its person; nothing was changed, and
 * it has to be decided by itself.
 */
export async function routeTogether(scope: Scope, asking: Asking): Promise<Outcome | null> {
  if (isInTransaction(scope) || reachOf(scope.viewer, 'conversations:read') !== 'all') return null;
  return decide(scope, asking);
}

const decide = shareTransactions<Asking, Outcome>(
  async (tx, asked) => {
    planOnce(tx);
    const ids = asked.map(({ question }) => question.conversationId as ConversationId);
    const [locked, signals] = await Promise.all([lockAskers(tx, ids), gatherSignalsOfMany(tx, ids)]);
    const tasks = openable(asked, locked);
    // Nobody waits for this before the lock of routing, behind which it is read again.
    if (tasks.size > 0) writeBeside(tx, openTasks(tx, [...tasks.values()], { signals }));
    const outcomes = await decideTasks(tx, [...tasks.values()]);
    const byAsked = new Map([...tasks.keys()].map((each, index) => [each, outcomes[index]!]));
    for (const [{ question }, outcome] of byAsked) question.beside(tx, outcome);
    return asked.map((each) => byAsked.get(each) ?? null);
  },
  { most: MOST_TOGETHER, atOnce: AT_ONCE, patienceMs: PATIENCE_MS },
);

/** The tasks of those that are open, that no agent has or is offered, and whose person nobody else is busy with; one of each person. */
function openable(
  asked: readonly Asked<Asking>[],
  locked: ReadonlyMap<string, LockedAsker>,
): Map<Asked<Asking>, LockedTask> {
  const tasks = new Map<Asked<Asking>, LockedTask>();
  const persons = new Set<string>();
  for (const each of asked) {
    const asker = locked.get(each.question.conversationId);
    if (!asker || !isOrdinary(asker) || persons.has(asker.personId)) continue;
    persons.add(asker.personId);
    const taskId = asker.liveTaskId ?? newId('routingTask');
    tasks.set(each, { ...asker, taskId, state: 'pending', agentId: null, channelOfTask: asker.channel });
  }
  return tasks;
}

const isOrdinary = ({ status, mergedIntoId, assigneeId, liveState }: LockedAsker) =>
  status !== 'resolved' &&
  mergedIntoId === null &&
  assigneeId === null &&
  (liveState === null || liveState === 'pending');
