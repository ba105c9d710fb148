import type { AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { PartyKind } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';
import type { LockedConversation } from './lock-conversation.ts';
import { takePlace } from './agent-places.ts';
import { endTask, handTask } from './conversation-task.ts';
import { holderOf, isSameParty, partyOf, type Party } from './party.ts';
import { recordAssignee } from './set-assignee.ts';
import { setControl } from './set-control.ts';

const WHO: Record<PartyKind, string> = {
  ...{ agent: 'An agent', bot: 'Another bot', team: 'A team', store: 'A store' },
  skill: 'Somebody with a skill',
};

/** A bot acts only where it holds control itself or nobody does. Says what kind of party stands in its way, never who. */
export function refuseBotAgainst(holder: Party | null, bot: Party): void {
  if (bot.kind !== 'bot' || holder === null || isSameParty(holder, bot)) return;
  throw new Refusal(
    'CONTROL_HELD',
    `${WHO[holder.kind]} holds control of this conversation. Wait until it is released or handed over to you.`,
    ['id'],
  );
}

/** Whoever decided on what they saw is told when another party holds control by now. Nothing expected: whoever it is. */
export function refuseUnexpectedHolder(holder: Party | null, expected: Party | null | undefined): void {
  if (expected === undefined || isSameParty(holder, expected)) return;
  throw new Refusal('CONFLICT', 'Somebody else holds control by now. Read the conversation again, then decide.', [
    'expectedHolder',
  ]);
}

/**
 * Who writes to the customer, and what that does to control. A bot needs it, and gets it where nobody has it. A person gets it where
 * nobody has it, takes it from a bot, and from a team that they belong to; beside another agent or a store they write without it.
 */
export async function controlOfWriter(
  tx: TransactionScope,
  conversation: LockedConversation,
): Promise<LockedConversation> {
  const holder = holderOf(conversation);
  const writer = partyOf(tx.viewer);
  refuseBotAgainst(holder, writer);
  if (!isSameParty(holder, writer)) await refuseSilent(tx, conversation, writer);
  const gains =
    holder === null || holder.kind === 'bot' || (holder.kind === 'team' && (await isMember(tx, holder.id, writer)));
  return gains ? gainControl(tx, conversation, writer) : conversation;
}

/** Whoever listens, coaches, or was asked for advice says nothing to the customer. */
async function refuseSilent(tx: TransactionScope, { id }: LockedConversation, writer: Party): Promise<void> {
  if (writer.kind === 'bot') return;
  const [silent] = await tx.db.sql`
    select 1 from conversation_participants
    where conversation_id = ${id} and party_id = ${writer.id} and state = 'joined' and mode <> 'speaking'`;
  if (silent)
    throw new Refusal(
      'NOT_ALLOWED',
      'You take part without the customer: write a note. To speak, join with SPEAKING, or take control.',
      ['id'],
    );
}

/** Control for a party that asks for it. A conversation that is nobody's becomes the agent's who gains control, if a place is free. */
export async function gainControl(
  tx: TransactionScope,
  conversation: LockedConversation,
  party: Party,
): Promise<LockedConversation> {
  const held = await setControl(tx, conversation, party);
  const { agentId } = tx.viewer;
  if (party.kind !== 'agent' || !agentId || held.assigneeId !== null) return held;
  await handTask(tx, held.id, agentId);
  if (await takePlace(tx, agentId)) return recordAssignee(tx, held, agentId);
  // Somebody answers it, so nobody need come.
  await endTask(tx, held.id, 'dropped');
  return held;
}

/** Whether somebody belongs to a team. */
export async function isMember(tx: TransactionScope, teamId: string, party: Party): Promise<boolean> {
  const rows = await tx.db.sql`
    select 1 from team_members where team_id = ${teamId} and agent_id = ${party.id as AgentId}`;
  return rows.length > 0;
}
