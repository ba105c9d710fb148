import type { AgentId, ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockOpenConversation } from './lock-open-conversation.ts';
import { holderOf, isSameParty } from './party.ts';
import { setAssignee } from './set-assignee.ts';
import { setControl } from './set-control.ts';

interface Assignment {
  readonly agentId: string;
  /** Who the caller believes is assigned; null: nobody. Absent: whoever it is. */
  readonly expectedAssigneeId?: string | null | undefined;
  /** Beyond presence and capacity. */
  readonly isForced?: boolean | undefined;
}

/** A person assigns an open conversation to an agent, who gets control with it, from whoever holds it. */
export async function assignConversation(scope: Scope, id: string, assignment: Assignment): Promise<ConversationId> {
  requirePerson(scope.viewer);
  if (assignment.isForced) requireLead(scope.viewer);
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    refuseUnexpected(conversation.assigneeId, assignment.expectedAssigneeId);
    const agentId = await knownAgent(tx, assignment.agentId, ['agentId']);
    const assigned = await setAssignee(tx, conversation, { agentId, isForced: assignment.isForced ?? false });
    await setControl(tx, assigned, { kind: 'agent', id: agentId });
    return conversation.id;
  });
}

/** A person takes an open conversation from its agent: it waits for somebody again. Refused when nobody is assigned. */
export async function unassignConversation(
  scope: Scope,
  id: string,
  expectedAssigneeId?: string | null,
): Promise<ConversationId> {
  requirePerson(scope.viewer);
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    refuseUnexpected(conversation.assigneeId, expectedAssigneeId);
    const { assigneeId } = conversation;
    if (!assigneeId) throw new Refusal('CONFLICT', 'Nobody is assigned to this conversation.', ['id']);
    const free = await setAssignee(tx, conversation, null);
    if (isSameParty(holderOf(free), { kind: 'agent', id: assigneeId })) await setControl(tx, free, null);
    return conversation.id;
  });
}

/** The agent with this id, or NOT_FOUND. */
export async function knownAgent(tx: TransactionScope, agentId: string, field: readonly string[]): Promise<AgentId> {
  const [row] = await tx.db.sql<{ id: AgentId }[]>`select id from agents where id = ${agentId}`;
  if (!row) throw new Refusal('NOT_FOUND', 'There is no agent with this id.', field);
  return row.id;
}

/** Whether somebody decides for others. */
export const isLead = ({ role }: Viewer): boolean => role === 'supervisor' || role === 'admin';

/** Only who leads may burden an agent beyond what the agent takes. */
export function requireLead(viewer: Viewer): void {
  if (isLead(viewer)) return;
  throw new Refusal('NOT_ALLOWED', 'Only a supervisor may insist on an agent without a free place.', ['force']);
}

function requirePerson(viewer: Viewer): void {
  requireRight(viewer, 'conversations:route');
  if (viewer.role === 'bot')
    throw new Refusal('NOT_ALLOWED', 'People assign. A bot routes a conversation or hands it off.', ['id']);
}

function refuseUnexpected(assigneeId: AgentId | null, expected: string | null | undefined): void {
  if (expected === undefined || expected === assigneeId) return;
  throw new Refusal('CONFLICT', 'Somebody else is assigned by now. Read the conversation again, then decide.', [
    'expectedAssigneeId',
  ]);
}
