import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
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
await database.sql`update inboxes set routing = 'by_policy'`;
const agentId = await ensureAgent(scope, { externalId: 'aino', name: 'Aino', capacity: 20, skills: {} });
await setPresence(scope, agentId, 'online');
const supervisor = (await aKey(database, 'supervisor')).secret;

let count = 0;
const says = (sender: string, text = 'Hello') =>
  receiveMessage(systemScope(database), {
    ...{ inbox: 'chat', sender: { kind: 'email', value: `${sender}@example.com` }, externalId: `x${(count += 1)}` },
    ...{ text, occurredAt: new Date() },
  });

interface Shown {
  readonly assignee: { id: string } | null;
  readonly reception: {
    by: string;
    rule: string;
    policyVersion: number;
    signals: { name: string; value: string[]; source: string }[];
    explanation: string;
    finnish: string;
  } | null;
}
const shown = async (id: string): Promise<Shown> => {
  const { body } = await post(
    app.url,
    supervisor,
    `query($id: ID!) { conversation(id: $id) { assignee { id } reception { by rule policyVersion signals { name value source }
      explanation finnish: explanation(language: "fi") } } }`,
    { id },
  );
  return (body.data as unknown as { conversation: Shown }).conversation;
};
const tasksOf = (id: string) => database.sql`select 1 from routing_tasks where conversation_id = ${id}`;

test('without a bot a person comes first, and the decision says why', async () => {
  const { conversationId: id } = await says('first');
  const { reception } = await until(
    () => shown(id),
    ({ assignee }) => assignee?.id === agentId,
  );
  expect(reception).toMatchObject({
    ...{ by: 'PERSON', rule: 'there is no bot', policyVersion: 1 },
    signals: [{ name: 'has_bot', value: ['false'], source: 'access' }],
    explanation: 'A person comes first, by the rule “there is no bot”. Known: has_bot false.',
    finnish: 'Ensin vastaa ihminen säännön ”there is no bot” mukaan. Tiedossa: has_bot false.',
  });
});

test('with a bot the bot comes first, hears so, and keeps what it took; who is angry and finds nobody gets a person', async () => {
  const bot = (await aKey(database, 'bot')).secret;
  const listening = await new RawSocket(app.socketUrl).connected(bot);
  listening.subscribe('e', 'subscription { conversationEvents { cursor event { type conversationId } } }');
  await listening.until(() => listening.of('e').length > 0);
  const { conversationId: id } = await says('second');
  await listening.until(() => JSON.stringify(listening.of('e')).includes('ROUTING_RECEPTION_DECIDED'));
  expect(await shown(id)).toMatchObject({ assignee: null, reception: { by: 'BOT', rule: 'everything else' } });
  expect(await tasksOf(id)).toEqual([]);

  // Again, and nothing else is known: it is the same decision, kept once.
  await says('second', 'Anybody?');
  const kept = () => database.sql`select receiver from receptions where conversation_id = ${id} order by decided_at`;
  expect(await kept()).toEqual([{ receiver: 'bot' }]);

  await act(
    bot,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [{ name: "sentiment", value: { number: -0.9 } }]) {
      userErrors { code } } }`,
    { id },
  );
  await says('second', 'This is ridiculous');
  const { reception } = await until(
    () => shown(id),
    ({ assignee }) => assignee?.id === agentId,
  );
  expect(reception).toMatchObject({
    ...{ by: 'PERSON', rule: 'angry' },
    explanation: 'A person comes first, by the rule “angry”. Known: sentiment -0.9.',
  });
  expect(await kept()).toEqual([{ receiver: 'bot' }, { receiver: 'person' }]);

  // What the bot has taken is not decided again.
  const { conversationId: taken } = await says('third');
  await act(bot, 'mutation($id: ID!) { messageSend(id: $id, input: { text: "Hi" }) { userErrors { code } } }', {
    id: taken,
  });
  await act(
    bot,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [{ name: "sentiment", value: { number: -1 } }]) {
      userErrors { code } } }`,
    { id: taken },
  );
  await says('third', 'Ridiculous');
  expect(await shown(taken)).toMatchObject({ assignee: null, reception: { by: 'BOT' } });
  expect(await tasksOf(taken)).toEqual([]);
});

test('nobody but Punos says whether there is a bot', async () => {
  const { conversationId: id } = await says('fourth');
  const { body } = await post(
    app.url,
    supervisor,
    `mutation($id: ID!) { conversationSignalsSet(id: $id, signals: [{ name: "has_bot", value: { boolean: true } }]) {
      userErrors { code } } }`,
    { id },
  );
  expect(body.data).toEqual({ conversationSignalsSet: { userErrors: [{ code: 'INVALID_INPUT' }] } });
});
