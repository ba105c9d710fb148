import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../src/services/routing/route-conversation.ts';
import { actingAt } from '../support/acting.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const scope = systemScope(database);
const app = await withApp(database);
const act = actingAt(app.url);
await ensureInbox(scope, { channel: 'live_chat', externalId: 'chat', name: 'Chat' });

const anAgent = async (name: string) => {
  const id = await ensureAgent(scope, { externalId: name, name, capacity: 3, skills: {} });
  await setPresence(scope, id, 'online');
  return { id, secret: (await aKey(database, 'agent', { agentId: id })).secret };
};
let count = 0;
const said = (text: string, sender = `s${(count += 1)}@example.com`) =>
  receiveMessage(scope, {
    ...{ inbox: 'chat', sender: { kind: 'email', value: sender }, externalId: `x${(count += 1)}`, text },
    ...{ language: 'fi', occurredAt: new Date() },
  });

const countedOf = (customerId: string) => database.sql`
  select 1 from events where type = 'conversation.clocks_counted' and ${`customer:${customerId}`} = any (streams)`;

const SERVICE = `service { waitingSince control { kind } signals { name text number words source at }
  clocks { kind state level targetSeconds dueAt remainingSeconds warnedAt breachedAt endedAt }
  participants { id mode state joinedAt agent { name presence } } }`;

interface Service {
  readonly waitingSince: string | null;
  readonly control: { kind: string } | null;
  readonly signals: {
    name: string;
    text: string | null;
    number: number | null;
    words: string[] | null;
    source: string;
    at: string | null;
  }[];
  readonly clocks: {
    kind: string;
    state: string;
    dueAt: string | null;
    remainingSeconds: number | null;
    warnedAt: string | null;
    breachedAt: string | null;
  }[];
  readonly participants: {
    id: string;
    mode: string;
    state: string;
    joinedAt: string | null;
    agent: { name: string; presence: string } | null;
  }[];
}
interface Packet {
  readonly version: number;
  readonly changed: string[];
  readonly causes: { type: string }[];
  readonly asOf: { service: string | null };
  readonly service: Service[];
}

async function watching(secret: string, id: string) {
  const socket = await new RawSocket(app.socketUrl).connected(secret);
  socket.subscribe(
    'p',
    `subscription($id: ID!) { contextPackets(conversationId: $id) {
      packet { version changed causes { type } asOf { service } ${SERVICE} } } }`,
    { id },
  );
  const packets = () =>
    socket.of('p').flatMap(({ payload }) => {
      const { data } = payload as never as { data: { contextPackets: { packet: Packet | null } } };
      return data.contextPackets.packet ?? [];
    });
  const shown = async (holds: (service: Service, packet: Packet) => boolean) => {
    const found = () => packets().find((packet) => packet.service[0] && holds(packet.service[0], packet));
    await socket.until(() => found() !== undefined);
    return found()!;
  };
  await socket.until(() => packets().length > 0);
  return { packets, shown };
}

test('signals, clocks and who takes part change in the packet of whoever watches, as they change', async () => {
  const aino = await anAgent('Aino');
  const onni = await anAgent('Onni');
  const supervisor = (await aKey(database, 'supervisor')).secret;
  const bot = await aKey(database, 'bot');
  const { conversationId: id } = await said('Missä pakettini on?', 'angry@example.com');
  const desk = await watching(supervisor, id);

  // The clocks are counted a moment after the message, and told because somebody watches.
  const counted = await desk.shown(({ clocks }) => clocks.some(({ state }) => state === 'RUNNING'));
  expect(counted.changed).toContain('SERVICE');
  expect(counted.service[0]).toMatchObject({
    ...{ control: null, participants: [], waitingSince: expect.any(String) },
    clocks: [{ kind: 'FIRST_RESPONSE', level: 'everybody', targetSeconds: 300, warnedAt: null, breachedAt: null }],
  });
  const { waitingSince, clocks } = counted.service[0]!;
  expect(Date.parse(clocks[0]!.dueAt!) - Date.parse(waitingSince!)).toBe(300_000);

  await act(
    bot.secret,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [
      { name: "sentiment", value: { number: -0.9 } }, { name: "intent", value: { text: "where_is_my_order" } }]) { userErrors { code } } }`,
    { id },
  );
  const angry = await desk.shown(({ signals }) => signals.some(({ name }) => name === 'sentiment'));
  expect(angry.causes.map(({ type }) => type)).toContain('CONVERSATION_SIGNALS_CHANGED');
  const signals = new Map(angry.service[0]!.signals.map(({ name, ...signal }) => [name, signal]));
  expect(signals.get('sentiment')).toMatchObject({ number: -0.9, text: null, at: expect.any(String) });
  expect(signals.get('intent')).toMatchObject({ text: 'where_is_my_order', number: null });
  expect(signals.get('language')).toMatchObject({ text: 'fi', source: 'conversation', at: null });
  expect(signals.get('priority')).toMatchObject({ text: 'normal', source: 'conversation' });

  const [{ principal }] = await database.sql<[{ principal: string }]>`
    select distinct source as principal from conversation_signals where conversation_id = ${id}`;
  expect(signals.get('sentiment')!.source).toBe(principal);

  // The promise is about to be broken, and is.
  await database.sql`
    update service_clocks set due_at = now() + interval '1 second', look_at = now() where conversation_id = ${id}`;
  const warned = await desk.shown(({ clocks: [clock] }) => clock?.warnedAt != null);
  expect(warned.causes.map(({ type }) => type)).toContain('CONVERSATION_SLA_WARNED');
  const breached = await desk.shown(({ clocks: [clock] }) => clock?.breachedAt != null);
  expect(breached.service[0]!.clocks[0]).toMatchObject({ state: 'RUNNING' });
  expect(breached.version).toBeGreaterThan(warned.version);

  await routeConversation(scope, id);
  const [{ assigneeId }] = await database.sql<[{ assigneeId: string }]>`
    select assignee_id from conversations where id = ${id}`;
  const [holder, expert] = assigneeId === aino.id ? [aino, onni] : [onni, aino];
  const routed = await desk.shown(({ control }) => control?.kind === 'AGENT');
  expect(routed.service[0]!.signals).toContainEqual(
    expect.objectContaining({ name: 'open_issues', number: 0, source: 'history', at: expect.any(String) }),
  );

  await act(
    holder.secret,
    `mutation($id: ID!, $of: ID!) { conversationConsult(id: $id, input: { agentId: $of, question: "Is it lost?" }) {
      participant { id } userErrors { code message } } }`,
    { id, of: expert.id },
  );
  const asked = await desk.shown(({ participants }) => participants.length > 0);
  expect(asked.service[0]!.participants).toMatchObject([
    { mode: 'CONSULTED', state: 'ASKED', joinedAt: null, agent: { presence: 'ONLINE' } },
  ]);
  await act(
    expert.secret,
    'mutation($id: ID!) { conversationConsultationAnswer(id: $id, accept: true) { userErrors { code message } } }',
    { id: asked.service[0]!.participants[0]!.id },
  );
  await act(
    supervisor,
    'mutation($id: ID!) { conversationJoin(id: $id, mode: COACHING) { userErrors { code message } } }',
    { id },
  );
  const joined = await desk.shown(({ participants }) => participants.filter(({ joinedAt }) => joinedAt).length === 2);
  expect(joined.service[0]!.participants.map(({ mode, agent }) => [mode, agent === null])).toEqual([
    ['CONSULTED', false],
    ['COACHING', true],
  ]);
  // Whoever advises goes for lunch: the packet follows the agent, too.
  await setPresence(scope, expert.id, 'transfers_only');
  await desk.shown(({ participants }) => participants[0]?.agent?.presence === 'TRANSFERS_ONLY');

  await act(
    holder.secret,
    'mutation($id: ID!) { messageSend(id: $id, input: { text: "Katson." }) { userErrors { code } } }',
    { id },
  );
  const answered = await desk.shown(({ waitingSince: since }) => since === null);
  expect(answered.service[0]!.clocks[0]).toMatchObject({ kind: 'FIRST_RESPONSE', state: 'ENDED' });

  await act(
    holder.secret,
    'mutation($id: ID!) { conversationResolve(id: $id, input: { outcome: SOLVED }) { userErrors { code } } }',
    { id },
  );
  await until(
    () => desk.packets().at(-1)!,
    ({ service }) => service.length === 0,
  );
  expect(desk.packets().at(-1)!.asOf.service).toBeNull();
});

test('nobody who watches means no event, and who asks sees the clocks, also while they stand still', async () => {
  const { conversationId: id, customerId } = await said('Hello?');
  await until(
    () => database.sql`select 1 from service_clocks where conversation_id = ${id}`,
    ({ length }) => length === 1,
  );
  expect((await countedOf(customerId)).length).toBe(0);

  const supervisor = (await aKey(database, 'supervisor')).secret;
  const query = (fields: string) =>
    post(app.url, supervisor, `query($id: ID!) { contextPacket(customerId: $id) { ${fields} } }`, { id: customerId });
  const { body } = await query(SERVICE);
  expect(body.data).toMatchObject({ contextPacket: { service: [{ clocks: [{ state: 'RUNNING' }] }] } });

  await act(
    supervisor,
    'mutation($id: ID!, $until: DateTime!) { conversationSnooze(id: $id, until: $until) { userErrors { code message } } }',
    { id, until: new Date(Date.now() + 86_400_000) },
  );
  const paused = await query(SERVICE);
  const { clocks } = (paused.body.data as unknown as { contextPacket: Packet }).contextPacket.service[0]!;
  expect(clocks).toMatchObject([{ state: 'PAUSED', dueAt: null }]);
  expect(clocks[0]!.remainingSeconds).toBeGreaterThan(200);
  expect(clocks[0]!.remainingSeconds).toBeLessThanOrEqual(300);
});

test('a customer is shown neither signals nor clocks nor who listens, and hears of none of it', async () => {
  const { conversationId: id, customerId } = await said('Moi');
  const { secret } = await aKey(database, 'customer', { customerId });
  for (const field of ['signals { name }', 'clocks { kind }', 'participants { id }']) {
    const { body } = await post(
      app.url,
      secret,
      `query($id: ID!) { contextPacket(customerId: $id) { service { ${field} } } }`,
      { id: customerId },
    );
    expect(body.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
  }
  const socket = await new RawSocket(app.socketUrl).connected(secret);
  socket.subscribe(
    'p',
    `subscription { contextPackets(conversationId: "${id}") { packet { version causes { type } } } }`,
  );
  socket.subscribe('e', `subscription { conversationEvents(conversationId: "${id}") { event { type } } }`);
  await socket.until(() => socket.of('p').length > 0);
  // Whoever looks at the packet makes the count an event.
  await database.sql`update waiting_spells set is_counted = false where conversation_id = ${id}`;
  await until(
    () => countedOf(customerId),
    ({ length }) => length > 0,
  );
  await said('Onko siellä ketään?', `s${count - 1}@example.com`);
  await socket.until(() => JSON.stringify(socket.of('p')).includes('MESSAGE_RECEIVED'));
  await socket.until(() => JSON.stringify(socket.of('e')).includes('MESSAGE_RECEIVED'));
  const heard = JSON.stringify([socket.of('p'), socket.of('e')]);
  expect(heard).not.toMatch(/CLOCKS|SLA/);
});
