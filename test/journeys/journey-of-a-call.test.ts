import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../src/services/routing/policies/create-policy.ts';
import { post } from '../support/graphql.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const scope = systemScope(database);
const document = JSON.stringify({ offers: { acceptSeconds: 60, wrapUpSeconds: 0 }, declineSeconds: 600 });
await createPolicy(scope, { document });
await activatePolicy(scope, { version: 2 });
const app = await withApp(database);
await ensureInbox(scope, { channel: 'voice', externalId: 'line', name: 'Line' });
await database.sql`update inboxes set routing = 'automatic'`;

async function anAgent(name: string, level: number) {
  const skills = { 'language:fi': level };
  const id = await ensureAgent(scope, { externalId: name, name, capacity: 1, skills });
  await setPresence(scope, id, 'online');
  return { id, secret: (await aKey(database, 'agent', { agentId: id })).secret };
}
const [aino, onni] = [await anAgent('Aino', 5), await anAgent('Onni', 3)];

const DESK = `subscription { contextPackets(assignedToMe: true) { packet { customerId } leftCustomerId } }`;
const EVENTS = `subscription { conversationEvents(assignedToMe: true) { event { type left routedToId reservation { id state expiresAt } } } }`;

interface RingingEvent {
  readonly type: string;
  readonly left: boolean;
  readonly routedToId: string | null;
  readonly reservation: { readonly id: string; readonly state: string; readonly expiresAt: string } | null;
}

async function aDesk(secret: string) {
  const socket = await new RawSocket(app.socketUrl).connected(secret);
  socket.subscribe('desk', DESK);
  socket.subscribe('events', EVENTS);
  const payloads = <T>(id: string, field: string): T[] =>
    socket.of(id).flatMap(({ payload }) => {
      const { data } = payload as never as { data: Record<string, T> };
      return data[field] ?? [];
    });
  const events = () =>
    payloads<{ event: RingingEvent | null }>('events', 'conversationEvents').flatMap(({ event }) => event ?? []);
  const callers = () =>
    payloads<{ packet: { customerId: string } | null }>('desk', 'contextPackets').flatMap(
      ({ packet }) => packet?.customerId ?? [],
    );
  const left = () =>
    payloads<{ leftCustomerId: string | null }>('desk', 'contextPackets').flatMap(
      ({ leftCustomerId }) => leftCustomerId ?? [],
    );
  await socket.until(() => socket.of('events').length > 0);
  return { socket, events, callers, left };
}

const answer = (secret: string, act: 'Accept' | 'Reject', id: string) =>
  post(
    app.url,
    secret,
    `mutation($id: ID!) { routingReservation${act}(id: $id) { routingReservation { state } userErrors { code message } } }`,
    { id },
  );

test('a call opens the caller’s packet at the desk that rings, before the answer; rejected it closes there and opens at the next', async () => {
  const [first, second] = [await aDesk(aino.secret), await aDesk(onni.secret)];
  const bot = await new RawSocket(app.socketUrl).connected((await aKey(database, 'bot')).secret);
  bot.subscribe('all', 'subscription { conversationEvents { event { type routedToId } } }');
  const shop = await new RawSocket(app.socketUrl).connected((await aKey(database, 'integration')).secret);
  shop.subscribe('all', 'subscription { conversationEvents { event { type } } }');
  await bot.until(() => bot.of('all').length > 0);
  await shop.until(() => shop.of('all').length > 0);

  const { customerId } = await receiveMessage(scope, {
    ...{ inbox: 'line', sender: { kind: 'phone', value: '+358401112223' }, externalId: 'call-1', text: 'Ringing' },
    ...{ language: 'fi', occurredAt: new Date() },
  });

  const offerAt = (desk: typeof first) => desk.events().find(({ type }) => type === 'ROUTING_OFFERED');
  await first.socket.until(() => first.callers().includes(customerId) && offerAt(first) !== undefined);
  const offer = offerAt(first)!;
  expect(offer).toMatchObject({ routedToId: aino.id, reservation: { state: 'PENDING' } });
  expect(new Date(offer.reservation!.expiresAt).getTime()).toBeGreaterThan(Date.now());
  const [standing] = await database.sql`select assignee_id from conversations`;
  expect(standing).toEqual({ assigneeId: null });
  expect(second.callers()).toEqual([]);

  await answer(aino.secret, 'Reject', offer.reservation!.id);
  await second.socket.until(() => second.callers().includes(customerId) && offerAt(second) !== undefined);
  await first.socket.until(() => first.left().includes(customerId));
  expect(first.events().at(-1)).toMatchObject({
    type: 'ROUTING_RETURNED',
    left: true,
    reservation: { state: 'REJECTED' },
  });

  const { body } = await answer(onni.secret, 'Accept', offerAt(second)!.reservation!.id);
  expect(body.data).toEqual({
    routingReservationAccept: { routingReservation: { state: 'ACCEPTED' }, userErrors: [] },
  });
  await second.socket.until(() => second.events().some(({ type }) => type === 'CONVERSATION_ASSIGNED'));

  // A bot that may route hears how it goes on, in order; who may not hears none of it.
  const heard = (socket: RawSocket) =>
    socket.of('all').flatMap(({ payload }) => {
      const { data } = payload as never as { data: { conversationEvents: { event: RingingEvent | null } } };
      return data.conversationEvents.event ?? [];
    });
  await bot.until(() => heard(bot).some(({ type }) => type === 'CONVERSATION_CONTROL_CHANGED'));
  expect(
    heard(bot)
      .filter(({ type }) => type.startsWith('ROUTING'))
      .map(({ type, routedToId }) => [type, routedToId]),
  ).toEqual([
    ['ROUTING_DECIDED', aino.id],
    ['ROUTING_OFFERED', aino.id],
    ['ROUTING_RETURNED', aino.id],
    ['ROUTING_DECIDED', onni.id],
    ['ROUTING_OFFERED', onni.id],
  ]);
  await shop.until(() => heard(shop).some(({ type }) => type === 'CONVERSATION_CONTROL_CHANGED'));
  expect(heard(shop).filter(({ type }) => type.startsWith('ROUTING'))).toEqual([]);
});
