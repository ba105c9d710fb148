import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { activatePolicy } from '../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../src/services/routing/policies/create-policy.ts';
import { actingAt } from '../support/acting.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const scope = systemScope(database);
await createPolicy(scope, {
  document: JSON.stringify({ offers: { acceptSeconds: 120, wrapUpSeconds: 0 }, declineSeconds: 600 }),
});
await activatePolicy(scope, { version: 2 });
const app = await withApp(database);
await ensureInbox(scope, { channel: 'whatsapp', externalId: 'wa', name: 'WhatsApp', market: 'FI' });
await ensureInbox(scope, { channel: 'voice', externalId: 'line', name: 'Line', market: 'FI' });

async function anAgent(name: string, skills: Record<string, number>) {
  const id = await ensureAgent(scope, { externalId: name, name, capacity: 2, skills });
  await setPresence(scope, id, 'online');
  return { id, secret: (await aKey(database, 'agent', { agentId: id })).secret };
}
const aino = await anAgent('Aino', { 'language:fi': 5, 'area:delivery': 4 });
const onni = await anAgent('Onni', { 'language:fi': 4, 'area:delivery': 3 });
const sven = await anAgent('Sven', { 'language:sv': 5, 'area:delivery': 5 });
await anAgent('Tuula', { 'language:fi': 5, 'area:delivery': 1 });
const bot = (await aKey(database, 'bot')).secret;
const supervisor = (await aKey(database, 'supervisor')).secret;

const act = actingAt(app.url);
const ERRORS = 'userErrors { code message }';

interface Decision {
  readonly explanation: string;
  readonly finnish: string;
  readonly chosenAgent: { readonly id: string } | null;
  readonly requirements: readonly { readonly skill: string; readonly level: number; readonly source: string }[];
}
const DECISION =
  'explanation finnish: explanation(language: "fi") chosenAgent { id } requirements { skill level source }';

/** What this agent is asked to take. */
const offerTo = async ({ id, secret }: { id: string; secret: string }): Promise<string> => {
  const read = () =>
    act<{ nodes: { id: string }[] }>(
      secret,
      'query($id: ID!) { routingReservations(agentId: $id, isOpen: true) { nodes { id } } }',
      { id },
    );
  return (await until(read, ({ nodes }) => nodes.length === 1)).nodes[0]!.id;
};

/** What everybody who watches is to have seen, whatever was told together. */
const STEPS = [
  ...['MESSAGE_RECEIVED', 'MESSAGE_SENT', 'CONVERSATION_SIGNALS_CHANGED', 'CONVERSATION_HANDED_OFF'],
  ...['ROUTING_DECIDED', 'ROUTING_OFFERED', 'ROUTING_RETURNED'],
  ...['CONVERSATION_ASSIGNED', 'CONVERSATION_CONTROL_CHANGED', 'CONVERSATION_CHANNEL_SWITCHED'],
  ...['CONVERSATION_CONSULTATION_ASKED', 'CONVERSATION_PARTICIPANT_JOINED', 'CONVERSATION_PARTICIPANT_LEFT'],
  ...['NOTE_ADDED', 'CONVERSATION_RESOLVED'],
];
const ONLY_STAFF = /^(NOTE|ROUTING)_|_(SIGNALS_CHANGED|CONSULTATION_ASKED|PARTICIPANT_JOINED|PARTICIPANT_LEFT)$/;

test('from a late order on WhatsApp over the bot to the agent who speaks Finnish and knows deliveries, on to the phone, with the supervisor, to the end', async () => {
  const said = (externalId: string, text: string) =>
    receiveMessage(scope, {
      ...{ inbox: 'wa', sender: { kind: 'phone', value: '+358401234567' }, externalId, text },
      occurredAt: new Date(),
    });
  const { conversationId: id, customerId } = await said(
    'w1',
    'Hei, missä minun pakettini viipyy? Tilauksen toimitus on jo monta päivää myöhässä.',
  );
  const facts = factsOf('O-7', customerId);
  const estimatedDeliveryAt = new Date(Date.now() - 86_400_000).toISOString();
  await recordOrderFacts(scope, [facts.placed(), facts.shipped({ estimatedDeliveryAt })]);
  const customer = (await aKey(database, 'customer', { customerId })).secret;

  const watch = async (secret: string) => {
    const socket = await new RawSocket(app.socketUrl).connected(secret);
    socket.subscribe('p', `subscription { contextPackets(conversationId: "${id}") { packet { causes { type } } } }`);
    socket.subscribe('e', `subscription { conversationEvents(conversationId: "${id}") { event { type } } }`);
    await socket.until(() => socket.of('p').length > 0 && socket.of('e').length > 0);
    return socket;
  };
  const watchers = await Promise.all([bot, aino.secret, onni.secret, supervisor].map(watch));
  const ofCustomer = await watch(customer);

  // The bot answers; that does not help.
  await act(bot, `mutation($id: ID!) { messageSend(id: $id, input: { text: "Katson heti." }) { ${ERRORS} } }`, { id });
  await said('w2', 'Tämä on aivan naurettavaa! Haluan puhua ihmisen kanssa.');
  await act(
    bot,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [{ name: "sentiment", value: { number: -0.9 } }]) { ${ERRORS} } }`,
    { id },
  );

  // Handed to whoever knows deliveries: that it is to be in Finnish nobody has to say.
  await act(
    bot,
    `mutation($id: ID!) { conversationHandOff(id: $id, input: { to: { skill: { skill: "area:delivery", level: 3 } },
      summary: "Parcel O-7 is late; angry, wants a person." }) { handoff { id } ${ERRORS} } }`,
    { id },
  );
  const firstOffer = await offerTo(aino);
  await act(aino.secret, `mutation($id: ID!) { routingReservationReject(id: $id) { ${ERRORS} } }`, { id: firstOffer });
  const secondOffer = await offerTo(onni);
  await act(onni.secret, `mutation($id: ID!) { routingReservationAccept(id: $id) { ${ERRORS} } }`, { id: secondOffer });
  const late = await post(
    app.url,
    bot,
    'mutation($id: ID!) { messageSend(id: $id, input: { text: "Minä taas." }) { userErrors { code } } }',
    { id },
  );
  expect(late.body.data).toEqual({ messageSend: { userErrors: [{ code: 'CONTROL_HELD' }] } });

  // On to the phone; a colleague is asked; the supervisor listens, then speaks. One party has control all the time.
  await act(
    onni.secret,
    `mutation($id: ID!) { conversationSwitchChannel(id: $id, input: { toChannel: VOICE, reason: HARDER }) { ${ERRORS} } }`,
    { id },
  );
  const { participant } = await act<{ participant: { id: string } }>(
    onni.secret,
    `mutation($id: ID!, $to: ID!) { conversationConsult(id: $id, input: { agentId: $to, question: "Where is O-7?" }) { participant { id } ${ERRORS} } }`,
    { id, to: aino.id },
  );
  await act(aino.secret, `mutation($id: ID!) { conversationConsultationAnswer(id: $id, accept: true) { ${ERRORS} } }`, {
    id: participant.id,
  });
  await act(aino.secret, `mutation($id: ID!) { conversationLeave(id: $id) { ${ERRORS} } }`, { id: participant.id });
  for (const mode of ['LISTENING', 'SPEAKING'])
    await act(supervisor, `mutation($id: ID!) { conversationJoin(id: $id, mode: ${mode}) { ${ERRORS} } }`, { id });
  const [standing] =
    await database.sql`select channel, assignee_id, control_kind, control_id from conversations where id = ${id}`;
  expect(standing).toEqual({ channel: 'voice', assigneeId: onni.id, controlKind: 'agent', controlId: onni.id });
  await act(
    onni.secret,
    `mutation($id: ID!) { conversationResolve(id: $id, input: { outcome: SOLVED }) { ${ERRORS} } }`,
    { id },
  );

  // Every decision is explained, in the language of who asks.
  const { nodes } = await act<{ nodes: Decision[] }>(
    supervisor,
    `query($id: ID!) { routingDecisions(conversationId: $id) { nodes { ${DECISION} } } }`,
    { id },
  );
  expect(nodes.map(({ chosenAgent }) => chosenAgent?.id)).toEqual([onni.id, aino.id]);
  for (const [i, name] of ['Onni', 'Aino'].entries()) {
    const { explanation, finnish, requirements } = nodes[i]!;
    expect(explanation).toMatch(new RegExp(`^${name} takes it`));
    expect(finnish).toContain(name);
    expect(finnish).not.toBe(explanation);
    expect(requirements).toContainEqual({ skill: 'language:fi', level: 1, source: 'language' });
    expect(requirements).toContainEqual({ skill: 'area:delivery', level: 3, source: 'transfer' });
  }
  const reservations = await database.sql`select agent_id, state from routing_reservations order by offered_at, id`;
  expect(reservations).toEqual([
    { agentId: aino.id, state: 'rejected' },
    { agentId: onni.id, state: 'accepted' },
  ]);
  expect(reservations.some(({ agentId }) => agentId === sven.id)).toBe(false);

  const seenBy = (socket: RawSocket) => {
    const types = socket.of('p').flatMap(({ payload }) => {
      const { data } = payload as never as {
        data: { contextPackets: { packet: { causes: { type: string }[] } | null } };
      };
      return data.contextPackets.packet?.causes.map(({ type }) => type) ?? [];
    });
    return new Set(types);
  };
  for (const socket of watchers) {
    await socket.until(() => STEPS.every((step) => seenBy(socket).has(step)));
    expect(STEPS.filter((step) => !seenBy(socket).has(step))).toEqual([]);
  }
  // The customer sees what is theirs, and nothing of who listened, was asked, or was tried.
  await ofCustomer.until(() => seenBy(ofCustomer).has('CONVERSATION_RESOLVED'));
  const heard = ofCustomer.of('e').flatMap(({ payload }) => {
    const { data } = payload as never as { data: { conversationEvents: { event: { type: string } | null } } };
    return data.conversationEvents.event?.type ?? [];
  });
  expect(heard).toContain('CONVERSATION_CHANNEL_SWITCHED');
  expect([...seenBy(ofCustomer), ...heard].filter((type) => ONLY_STAFF.test(type))).toEqual([]);
  // Nobody keeps a place.
  expect(await database.sql`select name from agents where load > 0`).toEqual([]);
});
