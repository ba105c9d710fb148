import { beforeAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import type { AgentId } from '../../src/values/ids.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = systemScope(database);
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

async function anAgent() {
  const name = `agent${(count += 1)}`;
  const id: AgentId = await ensureAgent(scope, { externalId: name, name, capacity: 5, skills: {} });
  await setPresence(scope, id, 'online');
  const { secret } = await aKey(database, 'agent', { agentId: id });
  return { id, name, secret };
}
const aConversation = (text = 'Where is my parcel?') => {
  const name = `v${(count += 1)}`;
  return receiveMessage(scope, {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: name, displayName: 'Aino' },
    externalId: name,
    text,
    occurredAt: new Date(),
  });
};
const socketOf = async (secret: string) => new RawSocket(app.url.replace(/^http/, 'ws')).connected(secret);
const payloadsOf = (socket: RawSocket, id: string): Record<string, never>[] =>
  socket.of(id).flatMap(({ type, payload }) => (type === 'next' ? [Object.values(payload!['data'])[0] as never] : []));
const ask = async (secret: string, query: string, variables: Record<string, unknown>) => {
  const { body } = await post(app.url, secret, query, variables);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data as never)[0] as never as { userErrors: { code: string }[] };
};

const PACKETS = `subscription { contextPackets(assignedToMe: true) {
  leftCustomerId
  packet { customerId profile { displayName } conversations {
    id assignee { id } control { kind id } handoff { fromKind toKind summary } messages { text } } } } }`;

test('the packet goes along with a handoff: to the new agent whole, and the former one is told that the customer left', async () => {
  const [giver, taker] = [await anAgent(), await anAgent()];
  const { conversationId, customerId } = await aConversation();
  const [of, to] = [await socketOf(giver.secret), await socketOf(taker.secret)];
  of.subscribe('p', PACKETS);
  to.subscribe('p', PACKETS);
  await of.until(() => payloadsOf(of, 'p').length > 0);
  await to.until(() => payloadsOf(to, 'p').length > 0);
  const assigned = await ask(
    giver.secret,
    'mutation($id: ID!, $agent: ID!) { conversationAssign(id: $id, agentId: $agent) { userErrors { code } } }',
    { id: conversationId, agent: giver.id },
  );
  expect(assigned.userErrors).toEqual([]);
  await of.until(() => payloadsOf(of, 'p').some(({ packet }) => packet !== null));
  expect(payloadsOf(to, 'p').map(({ packet }) => packet)).toEqual([null]);

  const handed = await ask(
    giver.secret,
    `mutation($id: ID!, $to: ID!) { conversationHandOff(id: $id, idempotencyKey: "once", input: { to: { agentId: $to }, summary: "Parcel is lost" }) {
      handoff { summary from { kind agent { name } } to { agent { name } } } conversation { control { kind agent { id } } } userErrors { code } } }`,
    { id: conversationId, to: taker.id },
  );

  expect(handed).toEqual({
    handoff: {
      summary: 'Parcel is lost',
      from: { kind: 'AGENT', agent: { name: giver.name } },
      to: { agent: { name: taker.name } },
    },
    conversation: { control: { kind: 'AGENT', agent: { id: taker.id } } },
    userErrors: [],
  });
  await to.until(() => payloadsOf(to, 'p').some(({ packet }) => packet !== null));
  expect(payloadsOf(to, 'p').at(-1)).toMatchObject({
    packet: {
      customerId,
      profile: { displayName: 'Aino' },
      conversations: [
        {
          id: conversationId,
          assignee: { id: taker.id },
          control: { kind: 'AGENT', id: taker.id },
          handoff: { fromKind: 'AGENT', toKind: 'AGENT', summary: 'Parcel is lost' },
          messages: [{ text: 'Where is my parcel?' }],
        },
      ],
    },
  });
  await of.until(() => payloadsOf(of, 'p').some(({ leftCustomerId }) => leftCustomerId === customerId));
  of.close();
  to.close();
});

const SET =
  'mutation($id: ID!, $state: InvolvementState!) { conversationPresenceSet(id: $id, state: $state) { conversation { presence { state } } userErrors { code } } }';
const EVENTS = `subscription($id: ID!) { conversationEvents(conversationId: $id) {
  event { type conversation { presence { partyKind state agent { name } } } } } }`;
const EVENTS_OF_CUSTOMER = `subscription($id: ID!) { conversationEvents(conversationId: $id) {
  event { type conversation { presence { partyKind state } } } } }`;

test('who looks and types is told when it changes and when it is over, and no packet wakes for it', async () => {
  const [agent, watcher] = [await anAgent(), await anAgent()];
  const { conversationId: id, customerId } = await aConversation();
  const customer = await aKey(database, 'customer', { customerId });
  const stranger = await aKey(database, 'customer', { customerId: (await aConversation()).customerId });
  const [staff, own] = [await socketOf(watcher.secret), await socketOf(customer.secret)];
  staff.subscribe('e', EVENTS, { id });
  staff.subscribe('p', `subscription { contextPackets(customerId: "${customerId}") { packet { causes { type } } } }`);
  own.subscribe('e', EVENTS_OF_CUSTOMER, { id });
  const [inbox] = await database.sql`select inbox_id from conversations where id = ${id}`;
  const filters = {
    inbox: `inboxId: "${inbox!['inboxId']}"`,
    channel: 'channel: LIVE_CHAT',
    elsewhere: 'channel: EMAIL',
  };
  for (const [name, filter] of Object.entries(filters))
    staff.subscribe(name, `subscription { conversationEvents(${filter}) { event { type } } }`);
  const presencesOf = (name: string) =>
    payloadsOf(staff, name).filter(({ event }) =>
      (event as never as { type: string } | null)?.type.includes('PRESENCE'),
    );
  await staff.until(() => Object.keys(filters).every((name) => payloadsOf(staff, name).length > 0));
  await staff.until(() => payloadsOf(staff, 'e').length > 0 && payloadsOf(staff, 'p').length > 0);
  await own.until(() => payloadsOf(own, 'e').length > 0);
  const seen = (socket: RawSocket) =>
    payloadsOf(socket, 'e').flatMap(({ event }) => (event ? [(event as never as Seen).conversation.presence] : []));

  for (const state of ['VIEWING', 'VIEWING', 'TYPING', 'TYPING']) await ask(agent.secret, SET, { id, state });
  await ask(customer.secret, SET, { id, state: 'TYPING' });
  expect((await ask(stranger.secret, SET, { id, state: 'TYPING' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);

  // The typing of both ends by itself: nobody says it again.
  await staff.until(() => seen(staff).length >= 5, 15_000);
  await own.until(() => seen(own).length > 1 && seen(own).at(-1)?.length === 0, 15_000);
  const told = seen(staff);
  expect(told[0]).toContainEqual(expect.objectContaining({ partyKind: 'AGENT', agent: { name: agent.name } }));
  expect(told.flat().some(({ partyKind, state }) => partyKind === 'CUSTOMER' && state === 'TYPING')).toBe(true);
  expect(told).toHaveLength(5);
  await staff.until(() => presencesOf('inbox').length === 5 && presencesOf('channel').length === 5);
  expect(presencesOf('elsewhere')).toEqual([]);
  expect(told.at(-1)).toEqual([]);
  expect(seen(own).flat()).toContainEqual({ partyKind: 'AGENT', state: 'TYPING' });
  expect(
    seen(own)
      .flat()
      .every(({ state, partyKind }) => state === 'TYPING' && partyKind === 'AGENT'),
  ).toBe(true);
  // How long the customer waits is counted after they came, and is in the packet.
  const [, ...later] = payloadsOf(staff, 'p') as unknown as { packet: { causes: { type: string }[] } }[];
  const causes = later.map(({ packet }) => packet.causes.map(({ type }) => type));
  expect(causes.filter((types) => types.join() !== 'CONVERSATION_CLOCKS_COUNTED')).toEqual([]);
  staff.close();
  own.close();
});

interface Seen {
  conversation: { presence: { partyKind: string; state: string; agent?: { name: string } | null }[] };
}
