import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { gainControl, refuseBotAgainst, refuseUnexpectedHolder } from './control-rules.ts';
import { lockOpenConversation } from './lock-open-conversation.ts';
import { holderOf, partyOf, type Party } from './party.ts';
import { setControl } from './set-control.ts';

/**
 * Takes control of an open conversation for the viewer. People may take it from anybody, a bot only where nobody has it.
 * `expectedHolder` (null: nobody) refuses when another party holds it by now; absent: whoever it is.
 */
export async function takeControl(scope: Scope, id: string, expectedHolder?: Party | null): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    const holder = holderOf(conversation);
    refuseUnexpectedHolder(holder, expectedHolder);
    const party = partyOf(tx.viewer);
    refuseBotAgainst(holder, party);
    await gainControl(tx, conversation, party);
    return conversation.id;
  });
}

/** Lets control go: nobody holds it then, and whoever is assigned stays assigned. A bot lets go of its own only. */
export async function releaseControl(scope: Scope, id: string, expectedHolder?: Party | null): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const conversation = await lockOpenConversation(tx, id);
    const holder = holderOf(conversation);
    refuseUnexpectedHolder(holder, expectedHolder);
    if (holder === null) throw new Refusal('CONFLICT', 'Nobody holds control of this conversation.', ['id']);
    refuseBotAgainst(holder, partyOf(tx.viewer));
    await setControl(tx, conversation, null);
    return conversation.id;
  });
}
