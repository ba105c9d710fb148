import type { TestDatabase } from '../../support/with-database.ts';
import { anInboxWithHook, postHook, signed } from '../../support/hooks.ts';
import { aPicture, upload } from '../../support/attachments.ts';
import type { Doors } from './doors.ts';

/** Limits that would end a stranger before it is looked at what they send. */
export const OPEN_DOORS = { MAX_BAD_SIGNATURES_PER_MINUTE: '1000000' };

/** Hooks of some channels, keys, a conversation and a file, for strangers to come upon. */
export async function someDoors(
  place: Pick<TestDatabase, 'database' | 'sql'>,
  url: string,
  keys: readonly string[],
): Promise<Doors> {
  const hooks: Doors['hooks'][number][] = [];
  for (const channel of ['sms', 'web_form', 'live_chat', 'voice', 'email'] as const) {
    const address = channel === 'email' ? 'doors@shop.example' : null;
    const hook = await anInboxWithHook(place as TestDatabase, { channel, externalId: `doors-${channel}`, address });
    hooks.push({ ...hook, isMail: channel === 'email' });
  }
  const message = { type: 'message', externalId: 'first', sender: { value: '+358401234567' }, text: 'Hello' };
  const first = JSON.stringify({ ...message, occurredAt: new Date().toISOString() });
  await postHook(`${url}${hooks[0]!.path}`, signed(hooks[0]!.secret, first), first);
  const [row] = await place.sql<{ id: string }[]>`
    select conversation_id as id from messages where external_id = 'first' limit 1`;
  if (!row) throw new Error('No conversation to upload to.');
  const { body } = await upload(url, keys[0]!, { conversation: row.id, filename: 'a.png' }, aPicture('first'));
  return { hooks, keys, conversationIds: [row.id], attachmentIds: [body.attachmentId] };
}
