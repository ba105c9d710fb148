import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';

/** As `lockConversation`, for what makes sense only until the issue is settled. Refuses with CONVERSATION_RESOLVED after that. */
export async function lockOpenConversation(tx: TransactionScope, id: string): Promise<LockedConversation> {
  const conversation = await lockConversation(tx, id);
  if (conversation.status === 'resolved')
    throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it first.', ['id']);
  return conversation;
}
