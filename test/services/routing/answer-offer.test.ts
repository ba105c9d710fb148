import { beforeEach, expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { customersAssignedTo } from '../../../src/services/context/watched-customers.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { listReservations } from '../../../src/services/routing/read-reservations.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import { acceptOffer, rejectOffer } from '../../../src/services/routing/tasks/answer-offer.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;

const offers = { acceptSeconds: 20, wrapUpSeconds: 0 };
const policyId = await createPolicy(scope, { document: JSON.stringify({ offers, declineSeconds: 600 }) });
const [policy] = await sql<{ version: number }[]>`select version from routing_policies where id = ${policyId}`;
await activatePolicy(scope, { version: policy!.version });
await ensureInbox(scope, { externalId: 'voice', channel: 'voice', name: 'Line' });

beforeEach(async () => {
  await sql`update routing_tasks set state = 'canceled', due_at = null where state <> 'completed'`;
  await sql`update agents set presence = 'offline', load = 0`;
});

const after = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
const as = (agentId: AgentId, at = scope) => ({ ...at, viewer: { ...scope.viewer, agentId } });

/** With a level that says who is asked first. */
async function anAgent(level: number): Promise<AgentId> {
  const skills = { 'language:fi': level };
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity: 1, skills });
  await setPresence(scope, id, 'online');
  return id;
}

async function aCall(): Promise<ConversationId> {
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'voice',
    sender: { kind: 'phone', value: `+35840100${1_000 + (count += 1)}` },
    externalId: `x${(count += 1)}`,
    text: '…',
    language: 'fi',
    occurredAt: scope.now,
  });
  await routeConversation(scope, conversationId);
  return conversationId;
}

const openOf = async (agentId: AgentId) =>
  (await listReservations(scope, { agentId, isOpen: true }, readPageRequest(10, null))).nodes;
const standingOf = async (id: ConversationId) =>
  (
    await sql`select c.assignee_id, c.control_id, t.state from conversations c join routing_tasks t on t.conversation_id = c.id where c.id = ${id}`
  )[0];
const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;

test('whoever is rung sees the caller before the answer, and has the call with it; a repeat is answered as done', async () => {
  const agent = await anAgent(5);
  const call = await aCall();
  const [offer] = await openOf(agent);
  expect(offer).toMatchObject({ conversationId: call, state: 'pending', expiresAt: after(20).now, answeredAt: null });
  expect(await customersAssignedTo(scope, agent)).toHaveLength(1);
  expect(await standingOf(call)).toEqual({ assigneeId: null, controlId: null, state: 'reserved' });

  expect(await acceptOffer(as(agent, after(5)), offer!.id)).toBe(offer!.id);
  expect(await standingOf(call)).toEqual({ assigneeId: agent, controlId: agent, state: 'assigned' });
  expect([await loadOf(agent), await openOf(agent)]).toEqual([1, []]);
  const told = (await journalOf(sql, `conversation:${call}`)).map(({ type }) => type).slice(-2);
  expect(told).toEqual(['conversation.assigned', 'conversation.control_changed']);

  const before = await journalOf(sql, `conversation:${call}`);
  await acceptOffer(as(agent, after(6)), offer!.id);
  expect(await journalOf(sql, `conversation:${call}`)).toEqual(before);
  expect(await loadOf(agent)).toBe(1);
});

test('what an agent rejects goes to the next, and comes back to nobody who was asked', async () => {
  const [first, second] = [await anAgent(5), await anAgent(3)];
  const call = await aCall();
  const [offer] = await openOf(first);

  await rejectOffer(as(first), offer!.id);
  await rejectOffer(as(first), offer!.id);
  await settleRouting(after(1));
  expect([await loadOf(first), await loadOf(second)]).toEqual([0, 1]);
  const [next] = await openOf(second);
  await rejectOffer(as(second, after(2)), next!.id);
  await settleRouting(after(3));

  expect(await standingOf(call)).toEqual({ assigneeId: null, controlId: null, state: 'pending' });
  expect([await openOf(first), await openOf(second)]).toEqual([[], []]);
  const all = await listReservations(scope, {}, readPageRequest(2, null));
  expect(all.nodes.map(({ agentId, state }) => [agentId, state])).toEqual([
    [second, 'rejected'],
    [first, 'rejected'],
  ]);
  expect(await journalOf(sql, `conversation:${call}`)).toContainEqual(
    expect.objectContaining({
      type: 'routing.returned',
      details: expect.objectContaining({ agentId: first, reason: 'rejected' }),
    }),
  );
});

test('an offer is answered by whom it was made to, in time, and once', async () => {
  const [agent, other] = [await anAgent(5), await anAgent(3)];
  const call = await aCall();
  const [offer] = await openOf(agent);
  const before = await journalOf(sql, `conversation:${call}`);

  await expect(acceptOffer(as(other), offer!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(acceptOffer(scope, offer!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(acceptOffer(as(agent), 'rtv_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(acceptOffer(as(agent, after(20)), offer!.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await journalOf(sql, `conversation:${call}`)).toEqual(before);

  await acceptOffer(as(agent), offer!.id);
  await expect(rejectOffer(as(agent), offer!.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await standingOf(call)).toMatchObject({ assigneeId: agent, state: 'assigned' });
  await resolveConversation(after(9), call);
  expect(await loadOf(agent)).toBe(0);
});

test('of an acceptance and a rejection at once exactly one is done, and the place is taken or free accordingly', async () => {
  for (let round = 0; round < 10; round += 1) {
    const agent = await anAgent(5);
    const call = await aCall();
    const [offer] = await openOf(agent);
    const [accepted, rejected] = await Promise.allSettled([
      acceptOffer(as(agent), offer!.id),
      rejectOffer(as(agent), offer!.id),
    ]);

    expect([accepted.status, rejected.status].sort()).toEqual(['fulfilled', 'rejected']);
    const isAccepted = accepted.status === 'fulfilled';
    expect(await standingOf(call)).toMatchObject({ assigneeId: isAccepted ? agent : null });
    expect(await loadOf(agent)).toBe(isAccepted ? 1 : 0);
    await resolveConversation(scope, call);
    await setPresence(scope, agent, 'offline');
  }
});
