import type { ConversationId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { sensitiveKindsIn } from './sensitive-content.ts';

interface Read {
  readonly conversationId: ConversationId;
  readonly text: string;
  /** Everybody reads it. */
  readonly isPublic: boolean;
}

/**
 * Notes of a conversation what the customer wrote where everybody reads it and nobody should: whoever answers is advised to go on in private, until it does. A private
 * message, and nearly every public one, costs nothing. The person's lock is the caller's.
 */
export async function noteSensitive(
  { db: { sql } }: TransactionScope,
  { conversationId, text, isPublic }: Read,
): Promise<void> {
  const kinds = isPublic ? sensitiveKindsIn(text) : [];
  if (kinds.length === 0) return;
  await sql`
    update conversations set sensitive_kinds = array(
      select distinct kind from unnest(coalesce(sensitive_kinds, '{}') || ${kinds as string[]}::text[]) as kind order by kind)
    where id = ${conversationId}`;
}
