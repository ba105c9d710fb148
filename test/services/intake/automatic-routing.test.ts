import { expect, test } from 'vitest';

import { createInbox } from '../../../src/services/conversations/create-inbox.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { unassignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { updateInbox } from '../../../src/services/conversations/update-inbox.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import type { ConversationId } from '../../../src/values/ids.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const installation = await readInstallation(sql);
const settings = { address: null, brand: null, market: null, businessHours: null, bridgeUrl: null, credentials: [] };
const inbox = async (externalId: string, routing?: 'automatic') => {
  const made = { ...settings, channel: 'live_chat', externalId, name: externalId, ...(routing ? { routing } : {}) };
  return (await createInbox(scope, installation, made, null)).id;
};
const automatic = await inbox('automatic', 'automatic');
await inbox('on-request');
let count = 0;

async function says(externalInbox: string, from: string, at = scope): Promise<ConversationId> {
  const { conversationId } = await receiveMessage(at, {
    inbox: externalInbox,
    sender: { kind: 'email', value: `${from}@example.com` },
    externalId: `x${(count += 1)}`,
    text: 'Missä pakettini on? Tilasin sen viime viikolla.',
    occurredAt: at.now,
  });
  return conversationId;
}
const tasksOf = async (id: ConversationId) =>
  (await sql`select state from routing_tasks where conversation_id = ${id} order by id`).map(
    ({ state }) => state as string,
  );
const assigneeOf = async (id: ConversationId) =>
  (await sql`select assignee_id from conversations where id = ${id}`)[0]!.assigneeId as string | null;

test('a message to an inbox that routes by itself waits for an agent in its own transaction, once, and goes to who is fit', async () => {
  const id = await says('automatic', 'anna');
  await says('automatic', 'anna');
  expect(await tasksOf(id)).toEqual(['pending']);
  const [task] =
    await sql`select signals -> 'language' ->> 'value' as language from routing_tasks where conversation_id = ${id}`;
  expect(task).toEqual({ language: 'fi' });

  const agent = await ensureAgent(scope, { externalId: 'a', name: 'Aino', capacity: 9, skills: { 'language:fi': 5 } });
  await setPresence(scope, agent, 'online');
  await settleRouting(scope);
  expect([await assigneeOf(id), await tasksOf(id)]).toEqual([agent, ['assigned']]);

  // Who has it answers it.
  await says('automatic', 'anna');
  expect(await tasksOf(id)).toEqual(['assigned']);
  await unassignConversation(scope, id);
  await says('automatic', 'anna');
  await settleRouting(scope);
  expect([await assigneeOf(id), await tasksOf(id)]).toEqual([agent, ['canceled', 'assigned']]);

  await resolveConversation(scope, id);
  const again = await says('automatic', 'anna');
  expect(await tasksOf(again)).toHaveLength(again === id ? 3 : 1);
  expect((await tasksOf(again)).at(-1)).toBe('pending');
});

test('a message to any other inbox, and one of long ago, asks for nobody', async () => {
  expect(await tasksOf(await says('on-request', 'berta'))).toEqual([]);
  const late = await receiveMessage(scope, {
    inbox: 'automatic',
    sender: { kind: 'email', value: 'celia@example.com' },
    externalId: 'late',
    text: 'An old one.',
    occurredAt: new Date(scope.now.getTime() - 25 * 3_600_000),
  });
  expect(await tasksOf(late.conversationId)).toEqual([]);
});

test('the setting can be changed, and stays when something else is', async () => {
  const routingOf = async () => (await sql`select routing from inboxes where id = ${automatic}`)[0]!.routing as string;
  await updateInbox(scope, installation, automatic, { name: 'Renamed' });
  expect(await routingOf()).toBe('automatic');
  await updateInbox(scope, installation, automatic, { routing: 'on_request' });
  expect(await routingOf()).toBe('on_request');
  expect(await tasksOf(await says('automatic', 'dora'))).toEqual([]);
});
