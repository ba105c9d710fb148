import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { lockConversation } from './lock-conversation.ts';
import { wake } from './reopen-conversation.ts';

const BATCH = 100;

/**
 * Opens snoozed conversations whose time has come, by the database's clock, the longest due first. Any number of processes may do
 * this at once: who comes second finds it open. Returns how many were due.
 */
export async function wakeConversations(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:write');
  const due = await scope.db.sql<Due[]>`
    select id, snoozed_until from conversations where status = 'snoozed' and snoozed_until <= now()
    order by snoozed_until limit ${BATCH}`;
  for (const sleeper of due) await wakeWhenDue(scope, sleeper);
  return due.length;
}

interface Due {
  readonly id: ConversationId;
  readonly snoozedUntil: Date;
}

async function wakeWhenDue(scope: Scope, { id, snoozedUntil }: Due): Promise<void> {
  try {
    await atomically(scope, async (tx) => {
      const conversation = await lockConversation(tx, id);
      // Whoever was faster may have opened or resolved it, or moved the moment.
      if (conversation.snoozedUntil?.getTime() === snoozedUntil.getTime()) await wake(tx, conversation, 'due');
    });
  } catch (error) {
    // Merged meanwhile.
    if (!(error instanceof Refusal)) throw error;
  }
}
