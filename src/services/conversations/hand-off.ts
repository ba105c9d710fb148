import { checkText } from '../../values/check-text.ts';
import { newId, type AgentId, type HandoffId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { LONGEST_NOTE } from './add-note.ts';
import { requireLead } from './assign-conversation.ts';
import { refuseBotAgainst, refuseUnexpectedHolder } from './control-rules.ts';
import { conversationFact } from './conversation-fact.ts';
import { endTask } from './conversation-task.ts';
import { readTarget, type HandoffTarget } from './handoff-target.ts';
import { lockOpenConversation } from './lock-open-conversation.ts';
import type { LockedConversation } from './lock-conversation.ts';
import { holderOf, isSameParty, partyOf, type Party } from './party.ts';
import { setAssignee } from './set-assignee.ts';
import { setControl } from './set-control.ts';

interface HandOff {
  readonly to: HandoffTarget;
  /** What the next one has to know, so that the customer need not say it again. */
  readonly summary: string;
  /** Beyond presence and capacity of the agent. */
  readonly isForced?: boolean | undefined;
  /** An agent is asked first, by routing: until the answer nobody has it. */
  readonly isAsked?: boolean | undefined;
  /** Who is believed to hold it, null: nobody. Refused when it is another one by now. Absent: whoever it is. */
  readonly expectedHolder?: Party | null | undefined;
}

/** A party that can be given a conversation. */
export type Target = Awaited<ReturnType<typeof readTarget>>;

/**
 * Gives an open conversation to another party with a summary. Control and assignment move together: to an agent both, to a team, a
 * bot or a store control alone, to a skill neither, and the former agent gets the place back. A bot hands over only what it holds or nobody
 * does. Who comes of a team or for a skill is decided in services/routing.
 */
export async function handOff(
  scope: Scope,
  id: string,
  { to, summary, isForced = false, isAsked = false, expectedHolder }: HandOff,
): Promise<HandoffId> {
  requireRight(scope.viewer, 'conversations:route');
  checkText(summary, ['input', 'summary'], LONGEST_NOTE);
  if (isForced) requireLead(scope.viewer);
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    const from = holderOf(conversation);
    refuseUnexpectedHolder(from, expectedHolder);
    const by = partyOf(tx.viewer);
    refuseBotAgainst(from, by);
    const target = await readTarget(tx, to);
    return passTo(tx, conversation, { to: target, summary, by, isForced, isAsked });
  });
}

interface Passing {
  readonly to: Target;
  readonly summary: string;
  readonly by: Party;
  readonly isForced: boolean;
  readonly isAsked?: boolean;
}

/** Gives control, and the assignment with it, to a party that is known. Whoever calls has asked whether that may be. */
export async function passTo(
  tx: TransactionScope,
  conversation: LockedConversation,
  { to: target, summary, by, isForced, isAsked = false }: Passing,
): Promise<HandoffId> {
  const from = holderOf(conversation);
  const named = target.kind === 'agent' ? target.id : null;
  if (isSameParty(from, target) && conversation.assigneeId === named)
    throw new Refusal('CONFLICT', 'This party holds the conversation already.', ['input', 'to']);
  const agentId = isAsked ? null : named;
  const handoffId = await keep(tx, { ...conversation, assigneeId: agentId }, conversation.assigneeId, {
    ...{ from, to: target, summary, by },
  });
  if (agentId === null) await endTask(tx, conversation.id, 'dropped');
  const assigned = await setAssignee(tx, conversation, agentId === null ? null : { agentId, isForced });
  await setControl(tx, assigned, target.kind === 'skill' || isAsked ? null : target);
  return handoffId;
}

/** Stores who gave it to whom and tells of it; the summary stays in the row. */
async function keep(
  tx: TransactionScope,
  conversation: LockedConversation,
  former: AgentId | null,
  { from, to, summary, by }: { from: Party | null; to: Target; summary: string; by: Party },
): Promise<HandoffId> {
  const id = newId('handoff');
  await tx.db.sql`
    insert into handoffs (id, conversation_id, customer_id, from_kind, from_id, to_kind, to_id, summary, handed_at, by_kind, by_id)
    values (${id}, ${conversation.id}, ${conversation.customerId}, ${from?.kind ?? null}, ${from?.id ?? null}, ${to.kind}, ${to.id}, ${summary},
      ${tx.now}, ${by.kind}, ${by.id})`;
  recordFact(
    tx,
    conversationFact(conversation, {
      type: 'conversation.handed_off',
      topics: [from, to].flatMap((party) => (party?.kind === 'team' ? [topic.heldBy(party.id)] : [])),
      left: former === conversation.assigneeId ? {} : { assigneeId: former },
      details: { handoffId: id, from: from && { ...from }, to: { ...to } },
    }),
  );
  return id;
}
