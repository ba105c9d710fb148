import { beforeEach, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { assignConversation, unassignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { handOff } from '../../../src/services/conversations/hand-off.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { takeControl } from '../../../src/services/conversations/take-control.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;

beforeEach(async () => {
  await sql`update routing_tasks set state = 'canceled', due_at = null where state <> 'completed'`;
  await sql`update agents set presence = 'offline', load = 0`;
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

const after = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });

async function anAgent(capacity: number, skills: Record<string, number> = {}): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills });
  await setPresence(scope, id, 'online');
  return id;
}

async function aConversation(language?: string): Promise<ConversationId> {
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'chat',
    sender: { kind: 'email', value: `s${(count += 1)}@example.com` },
    externalId: `x${(count += 1)}`,
    text: '…',
    ...(language ? { language } : {}),
    occurredAt: scope.now,
  });
  return conversationId;
}

/** Waits for an agent since now. */
async function aWaiting(language?: string, at = scope): Promise<ConversationId> {
  const id = await aConversation(language);
  expect((await routeConversation(at, id)).assigneeId).toBeNull();
  return id;
}

const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;
const assigneeOf = async (id: string) =>
  (await sql`select assignee_id from conversations where id = ${id}`)[0]!.assigneeId as string | null;
const stateOf = async (id: string) =>
  (await sql`select state from routing_tasks where conversation_id = ${id} order by id desc limit 1`)[0]
    ?.state as string;

const waitingForLocks = async () =>
  (await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`).length;

test('an agent whose person somebody is busy with gets the place back, and has not worked', async () => {
  const agent = await anAgent(2);
  const had = [await aConversation(), await aConversation()];
  for (const id of had) await routeConversation(scope, id);
  const [busy, free] = [await aWaiting(), await aWaiting('fi', after(1))];
  const whileBusy = (work: () => Promise<void>) =>
    database.begin(async (tx) => {
      await tx`select 1 from customers where id = (select customer_id from conversations where id = ${busy}) for update`;
      await work();
    });
  const standing = async () => (await sql`select load, last_work_at from agents where id = ${agent}`)[0]!;

  await resolveConversation(after(5), had[0]!);
  await whileBusy(async () => {
    const before = await standing();
    expect(before).toEqual({ load: 1, lastWorkAt: after(5).now });
    expect(await settleRouting(after(9))).toBe(0);
    expect(await standing()).toEqual(before);
    // Two places, and one of the two persons is free.
    await resolveConversation(after(10), had[1]!);
    await settleRouting(after(11));
    expect(await standing()).toEqual({ load: 1, lastWorkAt: after(11).now });
  });
  expect([await assigneeOf(busy), await assigneeOf(free)]).toEqual([null, agent]);

  await settleRouting(after(12));
  expect([await assigneeOf(busy), await loadOf(agent)]).toEqual([agent, 2]);
});

test('a seat that frees goes to who has waited longest', async () => {
  const agent = await anAgent(1);
  const first = await aConversation();
  await routeConversation(scope, first);
  const second = await aWaiting();
  const third = await aWaiting(undefined, after(1));

  await resolveConversation(after(2), first);
  await settleRouting(after(2));

  expect([await assigneeOf(second), await assigneeOf(third)]).toEqual([agent, null]);
  expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
    'completed',
    'assigned',
    'pending',
  ]);
  expect(await loadOf(agent)).toBe(1);
  expect((await journalOf(sql, `conversation:${second}`)).slice(-3).map(({ type }) => type)).toEqual([
    'conversation.control_changed',
    'routing.decided',
    'conversation.assigned',
  ]);
});

test('whoever comes gets what waits, and nothing that was routed meanwhile passes it over', async () => {
  const waiting = [await aWaiting(), await aWaiting(undefined, after(1))];
  const agent = await anAgent(3);
  const late = await aConversation();

  const { assigneeId } = await routeConversation(after(2), late);
  await settleRouting(after(2));

  expect(assigneeId).toBe(agent);
  expect(await Promise.all(waiting.map(assigneeOf))).toEqual([agent, agent]);
  expect(await loadOf(agent)).toBe(3);
});

test('a step that expires lets others take it, and not a second before', async () => {
  await anAgent(1, { 'topic:returns': 5 }).then((id) => setPresence(scope, id, 'away'));
  const other = await anAgent(1);
  const id = await aConversation();
  await sql`update conversations set topic = 'returns' where id = ${id}`;
  await routeConversation(scope, id);

  await settleRouting(after(29));
  expect(await assigneeOf(id)).toBeNull();
  await settleRouting(after(30));
  expect(await assigneeOf(id)).toBe(other);
});

test('what is resolved, assigned by hand, taken or handed on is waited for no more', async () => {
  const [resolved, assigned, taken, handed] = [await aWaiting(), await aWaiting(), await aWaiting(), await aWaiting()];
  const agent = await anAgent(9);
  const team = await upsertTeam(scope, { externalId: 'team', name: 'Team', memberIds: [] });

  await resolveConversation(scope, resolved);
  await assignConversation(scope, assigned, { agentId: agent });
  await takeControl({ ...scope, viewer: { ...scope.viewer, agentId: agent } }, taken);
  await handOff(scope, handed, { to: { teamId: team }, summary: '…' });
  await settleRouting(scope);

  expect(await Promise.all([resolved, assigned, taken, handed].map(stateOf))).toEqual([
    'canceled',
    'assigned',
    'assigned',
    'canceled',
  ]);
  expect(await Promise.all([resolved, assigned, taken, handed].map(assigneeOf))).toEqual([null, agent, agent, null]);
  expect(await loadOf(agent)).toBe(2);

  await unassignConversation(scope, assigned);
  expect([await stateOf(assigned), await loadOf(agent)]).toEqual(['canceled', 1]);
});

test('what an agent had who goes offline waits again, as old as it is, and goes to somebody else', async () => {
  const gone = await anAgent(5);
  const chats = await Promise.all(Array.from({ length: 5 }, () => aConversation()));
  for (const id of chats) await routeConversation(scope, id);
  expect(await loadOf(gone)).toBe(5);

  await setPresence(after(60), gone, 'offline');
  await settleRouting(after(60));
  expect([await loadOf(gone), ...(await Promise.all(chats.map(assigneeOf)))]).toEqual([
    0,
    null,
    null,
    null,
    null,
    null,
  ]);

  const other = await anAgent(3);
  await settleRouting(after(61));
  expect(await loadOf(other)).toBe(3);
  expect((await Promise.all(chats.map(assigneeOf))).filter((id) => id === other)).toHaveLength(3);
  const since =
    await sql`select distinct waiting_since from routing_tasks where conversation_id = any (${chats}::text[])`;
  expect(since.map(({ waitingSince }) => waitingSince as Date)).toEqual([scope.now]);
  expect(await journalOf(sql, `conversation:${chats[0]}`)).toContainEqual(
    expect.objectContaining({
      type: 'routing.returned',
      details: expect.objectContaining({ agentId: gone, reason: 'offline' }),
    }),
  );
});

test('a board that another process left behind learns what that one did', async () => {
  const other = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 5_000 });
  try {
    const there = { ...scope, db: other };
    const agent = await anAgent(2);
    const [first, second, third] = [await aConversation(), await aConversation(), await aConversation()];
    await routeConversation(scope, first);
    await routeConversation(there, second);
    expect((await routeConversation(scope, third)).assigneeId).toBeNull();
    await resolveConversation(there, first);
    await setPresence(there, agent, 'away');
    await settleRouting(scope);
    expect(await assigneeOf(third)).toBeNull();
    await setPresence(scope, agent, 'online');
    await Promise.all([settleRouting(there), settleRouting(scope), settleRouting(there)]);
    expect([await assigneeOf(second), await assigneeOf(third), await loadOf(agent)]).toEqual([agent, agent, 2]);
  } finally {
    await other.close();
  }
});

test('a decision that came to nothing is on no board', async () => {
  const agent = await anAgent(1);
  const id = await aConversation();
  const undone = atomically(scope, async (tx) => {
    expect((await routeConversation(tx, id)).assigneeId).toBe(agent);
    throw new Error('something else went wrong');
  });
  await expect(undone).rejects.toThrow('something else');
  expect(await loadOf(agent)).toBe(0);

  expect((await routeConversation(scope, id)).assigneeId).toBe(agent);
  expect(await loadOf(agent)).toBe(1);
});

test('an agent whom another process gave work since a board was read gives no place: it is decided again', async () => {
  const agent = await anAgent(1);
  const [byHand, byRouting] = [await aConversation(), await aConversation()];
  const other = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
  let routed: ReturnType<typeof routeConversation> | undefined;
  try {
    await atomically(scope, async (tx) => {
      await assignConversation(tx, byHand, { agentId: agent });
      routed = routeConversation({ ...scope, db: other }, byRouting);
      // Its board knows of a free place, which is taken when it comes to the agent's row.
      await until(waitingForLocks, (waiting) => waiting > 0);
    });

    expect((await routed!).assigneeId).toBeNull();
    expect([await assigneeOf(byHand), await assigneeOf(byRouting)]).toEqual([agent, null]);
    expect([await stateOf(byRouting), await loadOf(agent)]).toEqual(['pending', 1]);
  } finally {
    await other.close();
  }
});

/** From here on agents are asked, and write their work up. */
async function asking(offers: { acceptSeconds: number; wrapUpSeconds: number }): Promise<void> {
  const id = await createPolicy(scope, { document: JSON.stringify({ offers, declineSeconds: 600 }) });
  const [row] = await sql<{ version: number }[]>`select version from routing_policies where id = ${id}`;
  await activatePolicy(scope, { version: row!.version });
}

test('where agents are asked, an offer keeps a place, who takes control accepts, and what nobody answers goes to the next', async () => {
  await asking({ acceptSeconds: 20, wrapUpSeconds: 30 });
  const [first, second] = [await anAgent(1, { 'language:fi': 5 }), await anAgent(1, { 'language:fi': 2 })];
  const id = await aConversation('fi');
  const offers = () =>
    sql`select agent_id, state from routing_reservations where conversation_id = ${id} order by offered_at, id`;

  expect((await routeConversation(scope, id)).assigneeId).toBeNull();
  expect([await stateOf(id), await assigneeOf(id), await loadOf(first)]).toEqual(['reserved', null, 1]);
  await settleRouting(after(19));
  expect([...(await offers())]).toEqual([{ agentId: first, state: 'pending' }]);

  await settleRouting(after(20));
  expect([...(await offers())]).toEqual([
    { agentId: first, state: 'timed_out' },
    { agentId: second, state: 'pending' },
  ]);
  expect([await loadOf(first), await loadOf(second)]).toEqual([0, 1]);

  await takeControl({ ...after(25), viewer: { ...scope.viewer, agentId: second } }, id);
  expect([...(await offers())].map(({ state }) => state as string)).toEqual(['timed_out', 'accepted']);
  expect([await stateOf(id), await assigneeOf(id), await loadOf(second)]).toEqual(['assigned', second, 1]);

  await resolveConversation(after(60), id);
  await settleRouting(after(89));
  expect([await stateOf(id), await loadOf(second)]).toEqual(['wrapping', 1]);
  await settleRouting(after(90));
  expect([await stateOf(id), await loadOf(second)]).toEqual(['completed', 0]);
});

test('an offer to an agent who goes offline is taken back, and counts as no refusal', async () => {
  await asking({ acceptSeconds: 20, wrapUpSeconds: 0 });
  const agent = await anAgent(1);
  const id = await aConversation();
  await routeConversation(scope, id);

  await setPresence(after(1), agent, 'offline');
  await settleRouting(after(1));
  expect([await stateOf(id), await loadOf(agent)]).toEqual(['pending', 0]);

  await setPresence(after(2), agent, 'online');
  await settleRouting(after(2));
  expect([await stateOf(id), await loadOf(agent)]).toEqual(['reserved', 1]);
});
