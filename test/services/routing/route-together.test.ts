import { beforeEach, expect, test } from 'vitest';

import { idempotentlyIn } from '../../../src/services/access/idempotently.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { routeConversation, type Routed } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId, ConversationId, CustomerId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;

beforeEach(async () => {
  await sql`update routing_tasks set state = 'canceled', due_at = null where state <> 'completed'`;
  await sql`update agents set presence = 'offline', load = 0`;
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

async function anAgent(capacity: number): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills: {} });
  await setPresence(scope, id, 'online');
  return id;
}

interface Contact {
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
}

async function contacts(many: number): Promise<readonly [Contact, ...Contact[]]> {
  const made: Contact[] = [];
  for (let i = 0; i < many; i += 1)
    made.push(
      await receiveMessage(scope, {
        inbox: 'chat',
        sender: { kind: 'email', value: `s${(count += 1)}@example.com` },
        ...{ externalId: `x${(count += 1)}`, text: '…', occurredAt: scope.now },
      }),
    );
  const [first, ...others] = made;
  return [first!, ...others];
}

const idsOf = (of: readonly Contact[]) => of.map(({ conversationId }) => conversationId);
const transactionsOf = async (ids: readonly string[]) =>
  (await sql`select distinct xmin::text from routing_decisions where conversation_id = any (${ids as string[]})`)
    .length;
const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;

test('conversations that ask at once share a few transactions, and each is decided on as if it came alone', async () => {
  const agents = [await anAgent(5), await anAgent(5)];
  const ids = idsOf(await contacts(24));

  const routed = await Promise.all(ids.map((id) => routeConversation(scope, id)));

  expect(await transactionsOf(ids)).toBeLessThanOrEqual(4);
  expect(await Promise.all(agents.map(loadOf))).toEqual([5, 5]);
  const stood = await sql<{ id: string; assigneeId: string | null; state: string; decisionId: string }[]>`
    select c.id, c.assignee_id, t.state, d.id as decision_id
    from conversations c join routing_tasks t on t.conversation_id = c.id join routing_decisions d on d.task_id = t.id
    where c.id = any (${ids as string[]})`;
  const byId = new Map(stood.map((row) => [row.id, row]));
  expect(stood.length).toBe(24);
  for (const [index, id] of ids.entries()) {
    const { decisionId, assigneeId } = routed[index]!;
    const state = assigneeId === null ? 'pending' : 'assigned';
    expect(byId.get(id)).toEqual({ id, assigneeId, state, decisionId });
    const told = (await journalOf(sql, `conversation:${id}`)).slice(2);
    expect(told.map(({ type, versions }) => [type, versions[1]])).toEqual(
      assigneeId === null
        ? [['routing.decided', 3]]
        : [
            ['conversation.control_changed', 3],
            ['routing.decided', 4],
            ['conversation.assigned', 5],
          ],
    );
  }
});

test('in a crowd what is refused is refused alone', async () => {
  const agent = await anAgent(10);
  const [resolved, ...others] = await contacts(6);
  await resolveConversation(scope, resolved.conversationId);

  const outcomes = await Promise.allSettled(
    [resolved.conversationId, 'cnv_nobody', ...idsOf(others)].map((id) => routeConversation(scope, id)),
  );

  expect(
    outcomes.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : one.value.assigneeId)),
  ).toEqual(['CONVERSATION_RESOLVED', 'NOT_FOUND', agent, agent, agent, agent, agent]);
  expect(await loadOf(agent)).toBe(5);
});

test('one that asks twice at once is decided on twice, and has one task and one agent', async () => {
  const agent = await anAgent(10);
  const [{ conversationId: id }] = await contacts(1);

  await Promise.all([1, 2, 3].map(() => routeConversation(scope, id)));

  const tasks = await sql`select state, agent_id from routing_tasks where conversation_id = ${id}`;
  expect([...tasks]).toEqual([{ state: 'assigned', agentId: agent }]);
  expect(await loadOf(agent)).toBe(1);
});

test('a repeat of an act that comes in the same crowd decides nothing anew, and takes nobody with it', async () => {
  const agent = await anAgent(10);
  const installation = await readInstallation(sql);
  const [twice, ...others] = await contacts(4);
  const act = (id: string, key: string) =>
    idempotentlyIn<Routed>(scope, installation, { mutation: 'conversationRoute', key, input: { id } }, (keep) =>
      routeConversation(scope, id, keep),
    );
  const key = `k${(count += 1)}`;

  const [first, second, ...rest] = await Promise.all([
    act(twice.conversationId, key),
    act(twice.conversationId, key),
    ...others.map(({ conversationId }) => act(conversationId, `k${(count += 1)}`)),
  ]);

  expect(second!.ids).toEqual(first!.ids);
  expect(rest.map(({ ids }) => ids.assigneeId)).toEqual([agent, agent, agent]);
  const decided = await sql`select id from routing_decisions where conversation_id = ${twice.conversationId}`;
  expect(decided.map(({ id }) => id as string)).toEqual([first!.ids.decisionId]);
});

test('who is busy with one person holds up the decision on no other', async () => {
  const agent = await anAgent(10);
  const [busy, free] = await contacts(2);
  let held: ReturnType<typeof routeConversation> | undefined;

  await database.begin(async (tx) => {
    await tx`select 1 from customers where id = ${busy.customerId} for update`;
    held = routeConversation(scope, busy.conversationId);
    expect((await routeConversation(scope, free!.conversationId)).assigneeId).toBe(agent);
    await until(
      async () =>
        (await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
          .length,
      (waiting) => waiting > 0,
    );
    expect((await tx`select 1 from routing_tasks where conversation_id = ${busy.conversationId}`).length).toBe(0);
  });

  expect((await held!).assigneeId).toBe(agent);
});
