import type { MessageId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';

/** Nothing of ours can carry the message: it stays queued until somebody reports what became of it. Told to nobody, nothing changed. */
export async function waitWithoutSender({ db: { sql } }: Scope, messageId: MessageId): Promise<void> {
  await sql`update deliveries set next_attempt_at = null where message_id = ${messageId} and state = 'queued'`;
}
