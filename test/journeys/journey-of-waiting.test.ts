import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const scope = systemScope(database);
const app = await withApp(database);
await ensureInbox(scope, { channel: 'live_chat', externalId: 'chat', name: 'Chat' });
await database.sql`update inboxes set routing = 'automatic'`;

let count = 0;
const said = () =>
  receiveMessage(scope, {
    ...{ inbox: 'chat', sender: { kind: 'email', value: `s${(count += 1)}@example.com` }, externalId: `x${count}` },
    ...{ text: 'Hello?', occurredAt: new Date() },
  });

const EVENTS = `subscription($id: ID) { conversationEvents(conversationId: $id) {
  event { type conversationId queueFeedback { position estimatedWaitSeconds } } } }`;
const PACKETS = `subscription($id: ID!) { contextPackets(conversationId: $id) {
  packet { causes { type } routing { queuePosition estimatedWaitSeconds waiting } } } }`;

interface Heard {
  readonly type: string;
  readonly conversationId: string;
  readonly queueFeedback: { readonly position: number; readonly estimatedWaitSeconds: number | null } | null;
}
const heardBy = (socket: RawSocket) =>
  socket.of('events').flatMap(({ payload }) => {
    const { data } = payload as never as { data: { conversationEvents: { event: Heard | null } } };
    return data.conversationEvents.event ?? [];
  });

test('who waits in the web chat hears the place and the wait as they change, and nothing of others; watchers see it in the packet', async () => {
  const first = await said();
  const second = await said();
  const customer = await aKey(database, 'customer', { customerId: second.customerId });
  const socket = await new RawSocket(app.socketUrl).connected(customer.secret);
  socket.subscribe('events', EVENTS, { id: second.conversationId });
  const desk = await new RawSocket(app.socketUrl).connected((await aKey(database, 'supervisor')).secret);
  desk.subscribe('packets', PACKETS, { id: second.conversationId });
  const packets = () =>
    desk.of('packets').flatMap(({ payload }) => {
      const { data } = payload as never as {
        data: { contextPackets: { packet: { causes: { type: string }[]; routing: unknown[] } | null } };
      };
      return data.contextPackets.packet ?? [];
    });
  await socket.until(() => socket.of('events').length > 0);
  await desk.until(() => packets().length > 0);
  const standing = async () =>
    (
      await post(
        app.url,
        customer.secret,
        'query($id: ID!) { conversation(id: $id) { queueFeedback { position estimatedWaitSeconds } } }',
        { id: second.conversationId },
      )
    ).body.data;

  // Somebody begins to work, and takes whoever was first.
  const agentId = await ensureAgent(scope, { externalId: 'aino', name: 'Aino', capacity: 1, skills: {} });
  await setPresence(scope, agentId, 'online');
  const hasWait = ({ queueFeedback }: Heard) =>
    queueFeedback?.position === 1 && queueFeedback.estimatedWaitSeconds !== null;
  await socket.until(() => heardBy(socket).some(hasWait));
  const moved = heardBy(socket).findLast(hasWait)!;
  expect(moved).toMatchObject({ type: 'CONVERSATION_QUEUE_MOVED', conversationId: second.conversationId });
  expect(await standing()).toMatchObject({ conversation: { queueFeedback: { position: 1 } } });
  await desk.until(() =>
    packets().some(({ causes }) => causes.some(({ type }) => type === 'CONVERSATION_QUEUE_MOVED')),
  );
  expect(packets().at(-1)).toMatchObject({
    routing: [{ queuePosition: 1, estimatedWaitSeconds: moved.queueFeedback!.estimatedWaitSeconds, waiting: true }],
  });
  expect(heardBy(socket).filter(({ conversationId }) => conversationId !== second.conversationId)).toEqual([]);
  const [{ assigneeId }] = await database.sql<[{ assigneeId: string | null }]>`
    select assignee_id from conversations where id = ${first.conversationId}`;
  expect(assigneeId).toBe(agentId);

  // Served: nothing stands in a queue any more.
  const other = await ensureAgent(scope, { externalId: 'onni', name: 'Onni', capacity: 1, skills: {} });
  await setPresence(scope, other, 'online');
  await socket.until(() => heardBy(socket).some(({ type }) => type === 'CONVERSATION_ASSIGNED'));
  expect(await standing()).toEqual({ conversation: { queueFeedback: null } });
});
