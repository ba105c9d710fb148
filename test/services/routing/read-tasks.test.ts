import { expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import { lastDecisionsOfTasks } from '../../../src/services/routing/read-decisions.ts';
import { listTasks, listWaitingTasks, tasksOfConversations } from '../../../src/services/routing/tasks/read-tasks.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import type { ConversationId } from '../../../src/values/ids.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import { ALL_RIGHTS, type Right } from '../../../src/values/rights.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const page = (first: number, cursor: string | null = null) => readPageRequest(first, cursor);
const after = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });

await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
await ensureInbox(scope, { externalId: 'line', channel: 'voice', name: 'Line' });

async function routed(seconds: number, inbox = 'chat'): Promise<ConversationId> {
  const at = after(seconds);
  const { conversationId } = await receiveMessage(at, {
    inbox,
    sender: { kind: 'phone', value: `+3584010${10_000 + seconds}` },
    externalId: `x${seconds}`,
    text: '…',
    occurredAt: at.now,
  });
  await routeConversation(at, conversationId);
  return conversationId;
}
const conversationsIn = ({ nodes }: Awaited<ReturnType<typeof listTasks>>) =>
  nodes.map(({ conversationId }) => conversationId);

const [first, second, third] = [await routed(1), await routed(2, 'line'), await routed(3)];
const agentId = await ensureAgent(scope, { externalId: 'a', name: 'A', capacity: 1, skills: {} });

test('what waits is listed with the longest waiting first, all tasks with the newest first, by pages', async () => {
  expect(conversationsIn(await listWaitingTasks(scope, {}, page(10)))).toEqual([first, second, third]);
  const begin = await listTasks(scope, {}, page(2));
  expect(conversationsIn(begin)).toEqual([third, second]);
  expect(begin.hasNextPage).toBe(true);
  const last = begin.nodes[1]!;
  const rest = await listTasks(scope, {}, { first: 2, after: { at: last.waitingSince, id: last.id } });
  expect(conversationsIn(rest)).toEqual([first]);
});

test('a task has the queue that the policy put it in, and what was decided on it last', async () => {
  const [task] = await tasksOfConversations(scope, [first]);
  expect(task).toMatchObject({
    state: 'pending',
    channel: 'live_chat',
    queue: 'everybody',
    agentId: null,
    isTransfer: false,
  });
  expect(task!.waitingSince).toEqual(after(1).now);
  const [decision] = await lastDecisionsOfTasks(scope, [task!.id]);
  expect(decision).toMatchObject({ conversationId: first, chosenAgentId: null, circumstances: { queue: task!.queue } });
});

test('lists are narrowed by state, queue, inbox, agent, customer and conversation', async () => {
  await setPresence(scope, agentId, 'online');
  await settleRouting(after(4));
  const [row] = await sql<{ inboxId: string; customerId: string }[]>`
    select inbox_id, customer_id from routing_tasks where conversation_id = ${second}`;
  const narrowed = async (filter: Parameters<typeof listTasks>[1]) =>
    conversationsIn(await listTasks(scope, filter, page(10)));

  expect(await narrowed({ state: 'assigned' })).toEqual([first]);
  expect(await narrowed({ agentId })).toEqual([first]);
  expect(await narrowed({ state: 'pending', queue: 'everybody' })).toEqual([third, second]);
  expect(await narrowed({ queue: 'nobody' })).toEqual([]);
  expect(await narrowed({ inboxId: row!.inboxId })).toEqual([second]);
  expect(await narrowed({ customerId: row!.customerId })).toEqual([second]);
  expect(await narrowed({ conversationId: third })).toEqual([third]);
  expect(conversationsIn(await listWaitingTasks(scope, { inboxId: row!.inboxId }, page(10)))).toEqual([second]);

  await resolveConversation(after(5), first);
  expect(await narrowed({ state: 'completed' })).toEqual([first]);
  // Who asks anew has a new task, and the old one stays in the lists.
  expect((await tasksOfConversations(scope, [first]))[0]).toMatchObject({
    state: 'completed',
    agentId,
    endedAt: after(5).now,
  });
});

test('whoever may not see routing, or what a filter looks at, learns nothing', async () => {
  const without = (right: Right) =>
    aScope(database, 'admin', { rights: new Set(ALL_RIGHTS.filter((one) => one !== right)) });
  await expect(listTasks(without('routing:read'), {}, page(1))).rejects.toBeInstanceOf(AccessDenied);
  await expect(listWaitingTasks(without('routing:read'), {}, page(1))).rejects.toBeInstanceOf(AccessDenied);
  await expect(listTasks(without('agents:read'), { agentId }, page(1))).rejects.toBeInstanceOf(AccessDenied);
  await expect(listTasks(without('customers:read'), { customerId: 'cus_1' }, page(1))).rejects.toBeInstanceOf(
    AccessDenied,
  );
  await expect(tasksOfConversations(without('conversations:read'), [first])).rejects.toBeInstanceOf(AccessDenied);
  await expect(listTasks(aScope(database, 'customer'), {}, page(1))).rejects.toBeInstanceOf(AccessDenied);
});
