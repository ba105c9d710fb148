import { beforeEach, expect, test } from 'vitest';

import { openDatabase } from '../../../../src/database/open-database.ts';
import { ensureAgent } from '../../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../../../src/services/conversations/set-presence.ts';
import { resolveConversation } from '../../../../src/services/conversations/resolve-conversation.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { isWorthTelling, type Told } from '../../../../src/services/routing/queue/is-worth-telling.ts';
import { feedbackOfConversations } from '../../../../src/services/routing/queue/read-queue-feedback.ts';
import { readHandlingTimes } from '../../../../src/services/routing/queue/read-handling-times.ts';
import { tellQueueFeedback } from '../../../../src/services/routing/queue/tell-queue-feedback.ts';
import { routeConversation } from '../../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../../src/services/routing/settle-routing.ts';
import type { ConversationId, CustomerId } from '../../../../src/values/ids.ts';
import { journalOf } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;
const after = (seconds: number, db = database) => ({
  ...scope,
  db,
  now: new Date(scope.now.getTime() + seconds * 1_000),
});
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });

/** Each test begins long after the one before: nobody is told oftener than every two seconds. */
let start = 0;
beforeEach(async () => {
  start += 10_000;
  await sql`update routing_tasks set state = 'canceled', due_at = null`;
  await sql`update agents set presence = 'offline', load = 0`;
  await sql`delete from queue_feedback`;
});

async function aWaiting(at: number): Promise<{ id: ConversationId; customerId: CustomerId }> {
  const { conversationId, customerId } = await receiveMessage(after(at), {
    inbox: 'chat',
    sender: { kind: 'email', value: `s${(count += 1)}@example.com` },
    externalId: `x${(count += 1)}`,
    text: '…',
    occurredAt: after(at).now,
  });
  await routeConversation(after(at), conversationId);
  return { id: conversationId, customerId };
}
async function anAgent(): Promise<string> {
  const record = { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity: 1, skills: {} };
  const id = await ensureAgent(scope, record);
  await setPresence(scope, id, 'online');
  return id;
}
const toldOf = async (id: ConversationId) =>
  (await journalOf(sql, `queue:${id}`)).map(({ details }) => [details['position'], details['estimatedWaitSeconds']]);

test('who waits is told the place, and no time while nobody who is fit works; what stays true is told once', async () => {
  const [first, second] = [await aWaiting(start), await aWaiting(start + 1)];
  expect(await tellQueueFeedback(after(start + 10))).toBe(2);
  expect(await toldOf(first.id)).toEqual([[1, null]]);
  const [feedback] = await feedbackOfConversations(scope, [second.id]);
  expect(feedback).toMatchObject({
    conversationId: second.id,
    estimatedWaitSeconds: null,
    asOf: after(start + 10).now,
  });
  expect(await tellQueueFeedback(after(start + 60))).toBe(0);
  expect(await toldOf(first.id)).toHaveLength(1);
});

test('while somebody works the wait is estimated, and told anew when it is off; who is served is told nothing more', async () => {
  await anAgent();
  const served = await aWaiting(start);
  const [first, second] = [await aWaiting(start + 1), await aWaiting(start + 2)];
  expect(await tellQueueFeedback(after(start + 10))).toBe(2);
  const [[place, wait], [nextPlace, nextWait]] = [(await toldOf(first.id))[0]!, (await toldOf(second.id))[0]!];
  expect([await toldOf(served.id), place, nextPlace]).toEqual([[], 1, 2]);
  expect(wait).toBeGreaterThan(0);
  expect(nextWait).toBe(2 * Number(wait));

  await anAgent();
  await settleRouting(after(start + 100));
  expect(await tellQueueFeedback(after(start + 101))).toBe(1);
  expect((await toldOf(second.id)).at(-1)?.[0]).toBe(1);
  expect(await toldOf(first.id)).toHaveLength(1);
  expect(await feedbackOfConversations(scope, [first.id])).toEqual([]);
  expect(await sql`select conversation_id as id from queue_feedback`).toEqual([{ id: second.id }]);
});

test('how long work took is known after a start and in every process: by channel, queue and skills', async () => {
  await anAgent();
  const ended = await aWaiting(start);
  await sql`update agents set presence_changed_at = ${after(start).now}`;
  await resolveConversation(after(start + 900), ended.id);
  const [times] = await readHandlingTimes(after(start + 901));
  expect(times).toEqual({ channel: 'live_chat', queue: null, skills: null, meanMs: 900_000, count: 1 });
  expect((await readHandlingTimes(after(start + 901))).slice(1).map(({ queue, skills }) => [queue, skills])).toEqual([
    ['everybody', null],
    ['everybody', 'channel:live_chat'],
  ]);

  await aWaiting(start + 1_000);
  const waiting = await aWaiting(start + 1_001);
  const started = openDatabase(applicationUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  await tellQueueFeedback(after(start + 1_002, started));
  expect(await toldOf(waiting.id)).toEqual([[1, 900]]);
  await started.close();
});

test('of several processes one tells, and none oftener than every two seconds', async () => {
  const others = [1, 2, 3].map(() => openDatabase(applicationUrl, { poolSize: 2, statementTimeoutMs: 5_000 }));
  const { id } = await aWaiting(start);
  const told = await Promise.all([database, ...others].map((db) => tellQueueFeedback(after(start + 10, db))));
  expect(told.sort()).toEqual([0, 0, 0, 1]);
  await aWaiting(start + 11);
  expect(await tellQueueFeedback(after(start + 11.5))).toBe(0);
  expect(await toldOf(id)).toHaveLength(1);
  await Promise.all(others.map((db) => db.close()));
});

test('a customer sees where the own conversation stands, and nobody else’s', async () => {
  const [own, other] = [await aWaiting(start), await aWaiting(start + 1)];
  await tellQueueFeedback(after(start + 10));
  const customer = aScope(database, 'customer', { customerId: own.customerId });
  const seen = await feedbackOfConversations(customer, [own.id, other.id]);
  expect(seen.map(({ conversationId }) => conversationId)).toEqual([own.id]);
});

test('what is told on the way from place 10,000 to the front grows with its logarithm', () => {
  let told: Told = { position: 10_000, waitSeconds: null, toldAt: scope.now };
  let tellings = 0;
  for (let position = 9_999; position >= 1; position -= 1) {
    const now = { ...told, position };
    if (!isWorthTelling(told, now)) continue;
    told = now;
    tellings += 1;
  }
  expect(tellings).toBeLessThan(90);
  expect(told.position).toBe(1);
});

test('a wait is told anew when it is off by half a minute and a fifth from what is left of it', () => {
  const told = { position: 3, waitSeconds: 600, toldAt: after(0).now };
  const at = (seconds: number, waitSeconds: number | null) =>
    isWorthTelling(told, { position: 3, waitSeconds, toldAt: after(seconds).now });
  expect(at(100, 500)).toBe(false);
  expect(at(100, 381)).toBe(false);
  expect(at(100, 380)).toBe(true);
  expect(at(100, 620)).toBe(true);
  expect(at(100, null)).toBe(true);
});
