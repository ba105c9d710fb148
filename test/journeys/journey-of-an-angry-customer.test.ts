import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { actingAt } from '../support/acting.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = systemScope(database);
await ensureInbox(scope, { channel: 'whatsapp', externalId: 'wa', name: 'WhatsApp', market: 'FI' });

async function anAgent(name: string) {
  const skills = { 'language:fi': 5, 'area:delivery': 4 };
  const id = await ensureAgent(scope, { externalId: name, name, capacity: 3, skills });
  await setPresence(scope, id, 'online');
  return { id, secret: (await aKey(database, 'agent', { agentId: id })).secret };
}
const [aino, onni] = [await anAgent('Aino'), await anAgent('Onni')];
const bot = (await aKey(database, 'bot')).secret;
const supervisor = (await aKey(database, 'supervisor')).secret;

const act = actingAt(app.url);
const offerTo = (secret: string, id: string, agentId: string) =>
  act<{ controlOffer: { id: string } }>(
    secret,
    `mutation($id: ID!, $to: ID!) { conversationControlOffer(id: $id, input: { to: { agentId: $to }, summary: "Angry, parcel late" }) {
      controlOffer { id } userErrors { code message } } }`,
    { id, to: agentId },
  );

const STEPS = [
  ...[
    'MESSAGE_SENT',
    'CONVERSATION_SIGNALS_CHANGED',
    'CONVERSATION_CONTROL_OFFERED',
    'CONVERSATION_CONTROL_OFFER_ENDED',
  ],
  ...[
    'CONVERSATION_HANDED_OFF',
    'CONVERSATION_ASSIGNED',
    'CONVERSATION_CONTROL_CHANGED',
    'NOTE_ADDED',
    'CONVERSATION_RESOLVED',
  ],
];

test('who is angry about a late parcel goes from the bot to the agent who accepts, and every watcher saw each step', async () => {
  const said = (externalId: string, text: string) =>
    receiveMessage(scope, {
      ...{ inbox: 'wa', sender: { kind: 'phone', value: '+358401234567' }, externalId, text, language: 'fi' },
      occurredAt: new Date(),
    });
  const { conversationId: id, customerId } = await said('w1', 'Missä pakettini on? Toimitus on myöhässä.');
  const facts = factsOf('O-9', customerId);
  const estimatedDeliveryAt = new Date(Date.now() - 86_400_000).toISOString();
  await recordOrderFacts(scope, [facts.placed(), facts.shipped({ estimatedDeliveryAt })]);
  const watchers = await Promise.all(
    [bot, aino.secret, onni.secret, supervisor].map(async (secret) => {
      const socket = await new RawSocket(app.url.replace(/^http/, 'ws')).connected(secret);
      socket.subscribe('p', `subscription { contextPackets(conversationId: "${id}") { packet { causes { type } } } }`);
      await socket.until(() => socket.of('p').length > 0);
      return socket;
    }),
  );

  await act(
    bot,
    'mutation($id: ID!) { messageSend(id: $id, input: { text: "Katson heti." }) { userErrors { code } } }',
    { id },
  );
  await said('w2', 'Tämä on aivan naurettavaa!');
  await act(
    bot,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [{ name: "sentiment", value: { number: -0.9 } }]) {
      userErrors { code message } } }`,
    { id },
  );
  const { signals } = await act<{ signals: { name: string; number: number | null; words: string[] | null }[] }>(
    supervisor,
    'query($id: ID!) { conversation(id: $id) { signals { name number boolean words source } } }',
    { id },
  );
  const known = Object.fromEntries(signals.map(({ name, ...signal }) => [name, signal]));
  expect(known['sentiment']).toMatchObject({ number: -0.9 });
  expect(known['late_order']).toMatchObject({ boolean: true, source: 'orders' });
  expect(known['areas']).toMatchObject({ words: ['delivery'] });

  const first = await offerTo(bot, id, aino.id);
  await act(aino.secret, 'mutation($id: ID!) { controlOfferDecline(id: $id) { userErrors { code } } }', {
    id: first.controlOffer.id,
  });
  const second = await offerTo(bot, id, onni.id);
  await act(onni.secret, 'mutation($id: ID!) { controlOfferAccept(id: $id) { userErrors { code } } }', {
    id: second.controlOffer.id,
  });
  const { body: late } = await post(
    app.url,
    bot,
    'mutation($id: ID!) { messageSend(id: $id, input: { text: "Vielä minä." }) { userErrors { code } } }',
    { id },
  );
  expect(late.data).toEqual({ messageSend: { userErrors: [{ code: 'CONTROL_HELD' }] } });
  await act(
    supervisor,
    'mutation($id: ID!) { noteAdd(id: $id, input: { text: "Refund is fine." }) { userErrors { code } } }',
    { id },
  );
  await act(
    onni.secret,
    'mutation($id: ID!) { conversationResolve(id: $id, input: { outcome: SOLVED }) { userErrors { code } } }',
    { id },
  );

  for (const socket of watchers) {
    const seen = () =>
      new Set(
        socket.of('p').flatMap(({ payload }) => {
          const { contextPackets } = (
            payload as never as { data: { contextPackets: { packet: { causes: { type: string }[] } | null } } }
          ).data;
          return contextPackets.packet?.causes.map(({ type }) => type) ?? [];
        }),
      );
    await socket.until(() => seen().has('CONVERSATION_RESOLVED'));
    expect(STEPS.filter((step) => !seen().has(step))).toEqual([]);
  }
  const [conversation] = await database.sql`select status, assignee_id from conversations where id = ${id}`;
  expect(conversation).toEqual({ status: 'resolved', assigneeId: onni.id });
});
