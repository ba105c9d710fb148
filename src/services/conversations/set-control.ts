import { recordFact } from '../events/atomically.ts';
import { topic, type Fact } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import type { LockedConversation } from './lock-conversation.ts';
import { holderOf, isSameParty, type Party } from './party.ts';

/** Gives control to a party, or to nobody, and tells of it; answers the conversation as it is then. No change is no fact. */
export async function setControl(
  tx: TransactionScope,
  conversation: LockedConversation,
  to: Party | null,
): Promise<LockedConversation> {
  const from = holderOf(conversation);
  if (isSameParty(from, to)) return conversation;
  const control = { controlKind: to?.kind ?? null, controlId: to?.id ?? null, controlSince: to ? tx.now : null };
  await tx.db.sql`update conversations set ${tx.db.sql(control)} where id = ${conversation.id}`;
  const held = { ...conversation, ...control };
  recordFact(tx, controlFact(held, from, to));
  return held;
}

/** That control went from one party to another. */
export const controlFact = (held: Standing, from: Party | null, to: Party | null): Fact =>
  conversationFact(held, {
    type: 'conversation.control_changed',
    topics: topicsOf(from, to),
    details: { control: to && { ...to }, formerControl: from && { ...from } },
  });

/** Teams hear of what they get and of what leaves them. */
const topicsOf = (...parties: (Party | null)[]) =>
  parties.flatMap((party) => (party?.kind === 'team' ? [topic.heldBy(party.id)] : []));
