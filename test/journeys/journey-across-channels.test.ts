import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Webhook } from 'standardwebhooks';
import { afterAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { aBridgedInbox, aReceiver } from '../support/bridge.ts';
import { withBrowser } from '../support/browser.ts';
import { EventStreamReader } from '../support/event-stream-reader.ts';
import { anExample } from '../support/example-process.ts';
import { post } from '../support/graphql.ts';
import { anInboxWithHook, postHook, signed } from '../support/hooks.ts';
import { aMailServer } from '../support/mail-server.ts';
import { factsOf } from '../support/orders.ts';
import { aShopPage } from '../support/shop-page.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

// A browser, a bot, a mail server and a bridge beside a database on two busy cores: patience, no sleep.
const database = await withDatabase();
const { sql } = database;
const shop = await aShopPage();
const mailServer = await aMailServer();
const texts: { to: string; text: string }[] = [];
let smsSecret = '';
const gateway = await aReceiver(({ headers, body }, response) => {
  new Webhook(smsSecret).verify(body, headers as Record<string, string>);
  texts.push((JSON.parse(body) as { data: { to: string; text: string } }).data);
  response.end(JSON.stringify({ externalId: `SM-${texts.length}`, state: 'delivered' }));
});
const app = await withApp(database, {
  ...{ CORS_ORIGINS: shop.origin, SMTP_URL: mailServer.url },
  ...{ OUTBOUND_ALLOW: gateway.place, OUTBOUND_HTTP: 'allow' },
});
const scope = systemScope(database);
await ensureInbox(scope, { channel: 'live_chat', externalId: 'chat', name: 'Chat', market: 'FI' });
const mail = await anInboxWithHook(database, { channel: 'email', externalId: 'mail', address: 'care@shop.example' });
smsSecret = (
  await aBridgedInbox(database, { channel: 'sms', externalId: 'sms', name: 'SMS', market: 'FI' }, gateway.url)
).secret;
const agentId = await ensureAgent(scope, {
  externalId: 'aada',
  name: 'Aada',
  capacity: 3,
  skills: { 'language:en': 5 },
});
await setPresence(scope, agentId, 'online');
const { customerId } = await upsertCustomer(scope, {
  source: 'shop',
  identities: [
    { kind: 'email', value: 'tuuli@example.org', verified: true },
    { kind: 'phone', value: '+358401234567', verified: true },
  ],
  profile: { displayName: 'Tuuli' },
});
await recordOrderFacts(scope, [factsOf('O-77', customerId).placed()]);

const keys = {
  page: await aKey(database, 'integration', { scopes: ['graph:read', 'sessions:write'] }),
  shop: await aKey(database, 'integration'),
  agent: await aKey(database, 'agent', { agentId }),
  supervisor: await aKey(database, 'supervisor'),
  bot: await aKey(database, 'bot'),
};
shop.embeds(app.url, keys.page.secret, 'chat');
shop.backend.set('/chat-login', async (visitorToken) => {
  const query = `mutation ($input: VisitorSessionStartInput!) { visitorSessionStart(input: $input) { token } }`;
  const input = { inbox: 'chat', visitorToken, identity: { kind: 'EMAIL', value: 'tuuli@example.org' } };
  const { body } = await post(app.url, keys.shop.secret, query, { input });
  return (body.data!['visitorSessionStart'] as unknown as { token: string }).token;
});
const place = mkdtempSync(join(tmpdir(), 'punos-journey-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const visit = await withBrowser();

/** An act of the agent on the conversation; refused: the test ends. */
const act = async (name: string, input: string, id: string) => {
  const query = `mutation ($id: ID!) { ${name}(id: $id, input: ${input}) { userErrors { code message } } }`;
  const { body } = await post(app.url, keys.agent.secret, query, { id });
  expect(body).toMatchObject({ data: { [name]: { userErrors: [] } } });
};

interface Told {
  cursor: string;
  event: { type: string; conversation: { id: string } | null; message: { text: string } | null } | null;
}
interface Packets {
  cursor: string;
  packet: { version: number; causes: { type: string }[]; basket: { lines: { sku: string }[] } | null } | null;
}
const OF_THE_TALK = /^(CONVERSATION|MESSAGE|NOTE)_/;
/** Who types, how far an answer has come on its way, and how long somebody waits are no steps. */
const ASIDE = new Set(['CONVERSATION_PRESENCE_CHANGED', 'CONVERSATION_CLOCKS_COUNTED', 'MESSAGE_DELIVERY_CHANGED']);
const steps = (types: readonly string[]) => types.filter((type) => OF_THE_TALK.test(type) && !ASIDE.has(type));

const STEPS = [
  ...['CONVERSATION_OPENED', 'MESSAGE_RECEIVED'],
  // The bot takes it and answers.
  ...['CONVERSATION_CONTROL_CHANGED', 'MESSAGE_SENT'],
  // "A person": the bot notes and routes.
  ...['MESSAGE_RECEIVED', 'NOTE_ADDED', 'CONVERSATION_CONTROL_CHANGED', 'CONVERSATION_ASSIGNED'],
  // The agent in the chat; the guidance there, and the e-mail; its answer.
  ...['MESSAGE_SENT', 'CONVERSATION_CHANNEL_SWITCHED', 'MESSAGE_SENT', 'MESSAGE_SENT', 'MESSAGE_RECEIVED'],
  // The guidance by e-mail, the parcel's status by SMS, the end.
  ...['CONVERSATION_CHANNEL_SWITCHED', 'MESSAGE_SENT', 'MESSAGE_SENT', 'CONVERSATION_RESOLVED'],
];

test('one conversation from the basket over chat, bot, agent, e-mail and SMS to its end, and every watcher saw each step once', async () => {
  const supervisor = await new EventStreamReader<Told>({
    url: () => app.url,
    secret: keys.supervisor.secret,
    asked: {
      field: 'conversationEvents',
      document: `subscription ($after: String) {
        conversationEvents(after: $after) { cursor event { type conversation { id } message { text } } }
      }`,
      variables: {},
    },
  }).open();
  const agent = await new SocketReader<Packets>({
    url: () => app.url,
    secret: keys.agent.secret,
    asked: {
      field: 'contextPackets',
      document: `subscription ($after: String, $id: ID!) {
        contextPackets(customerId: $id, after: $after) { cursor packet { version causes { type } basket { lines { sku } } } }
      }`,
      variables: { id: customerId },
    },
  }).open();
  const bot = anExample('bot/bot.ts', {
    ...{ PUNOS_URL: app.url, PUNOS_KEY: keys.bot.secret, PUNOS_PLACE: join(place, 'place') },
  });
  const botSaid = (line: RegExp) =>
    until(
      () => bot.lines,
      (lines) => lines.some((each) => line.test(each)),
    );
  await botSaid(/The bot listens/);

  // A visitor nobody knows looks around, fills a basket, and logs in.
  const { page, troubles, strays } = await visit();
  await page.goto(shop.origin);
  await page.getByRole('button', { name: 'Chat with us' }).waitFor();
  await page.evaluate(`(async () => {
    await Punos.activity({ productView: { sku: 'LAMP' } });
    await Punos.activity({ basketChange: { lines: [{ sku: 'LAMP', quantity: 2 }] } });
    await Punos.identify(async (token) => (await fetch('/chat-login', { method: 'POST', body: token })).text());
  })()`);
  await until(
    () => agent.payloads.at(-1)?.packet?.basket?.lines,
    (lines) => lines?.[0]?.sku === 'LAMP',
  );

  // Asks in the widget; the bot answers from the packet, and hands over.
  const write = async (text: string) => {
    await page.getByLabel('Your message').fill(text);
    await page.keyboard.press('Enter');
  };
  const spoken = (text: string) => page.getByRole('list', { name: 'Messages' }).getByText(text).waitFor();
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await write('Where is my order O-77?');
  await spoken('Hello Tuuli! Your order O-77 is waiting to be packed.');
  await write('I want to talk to a person.');
  await botSaid(/^handed over/);
  const [conversation, ...others] = await sql<{ id: string; assigneeId: string }[]>`
    select id, assignee_id from conversations`;
  expect([others, conversation!.assigneeId]).toEqual([[], agentId]);
  const { id } = conversation!;

  // The agent answers in the chat and goes on by e-mail, where the customer answers.
  await act('messageSend', '{ text: "I am Aada. I will write you an e-mail." }', id);
  await spoken('I am Aada. I will write you an e-mail.');
  await act('conversationSwitchChannel', '{ toChannel: EMAIL, reason: CONVENIENCE }', id);
  await act('messageSend', '{ text: "Which address shall it go to?" }', id);
  const [ours] = await until(
    () => mailServer.mails,
    (mails) => mails.length > 0,
  );
  expect(ours).toMatchObject({ recipient: 'tuuli@example.org', text: expect.stringContaining('Which address') });
  const answer = [
    ...['From: Tuuli <tuuli@example.org>', 'To: care@shop.example', `Subject: Re: ${ours!.subject}`],
    ...['Message-ID: <answer@example.org>', `In-Reply-To: ${ours!.messageId}`, `Date: ${new Date().toUTCString()}`],
    ...[
      '',
      'To Kuusitie 1, please.',
      '',
      'On Sat, Nov 21, 2026 at 10:00 care@shop.example wrote:',
      '> Which address?',
      '',
    ],
  ].join('\r\n');
  const headers = { ...signed(mail.secret, answer), 'content-type': 'message/rfc822' };
  const hooked = await postHook(`${app.url}${mail.path}`, headers, answer);
  expect(hooked).toMatchObject({ status: 200, body: { type: 'message', conversationId: id } });

  // The parcel's status goes to the phone, and that was it.
  await act('conversationSwitchChannel', '{ toChannel: SMS, reason: CONVENIENCE }', id);
  await act('messageSend', '{ text: "O-77 is on its way to Kuusitie 1." }', id);
  await until(
    () => texts,
    (sent) => sent.length > 0,
  );
  await act('conversationResolve', '{ outcome: SOLVED, actionsTaken: "Address confirmed." }', id);
  await page.getByText('This conversation has ended.').waitFor();

  expect(texts).toMatchObject([{ to: '+358401234567', text: 'O-77 is on its way to Kuusitie 1.' }]);
  const legs = await sql<{ channel: string }[]>`
    select i.channel from legs l join endpoints e on e.id = l.endpoint_id join inboxes i on i.id = e.inbox_id
    where l.conversation_id = ${id} order by l.started_at, l.id`;
  expect(legs.map(({ channel }) => channel)).toEqual(['live_chat', 'email', 'sms']);
  expect(await sql`select status from conversations`).toEqual([{ status: 'resolved' }]);

  await until(
    () => supervisor.payloads.map(({ event }) => event?.type),
    (types) => types.includes('CONVERSATION_RESOLVED'),
  );
  const journal = await sql<{ type: string }[]>`select type from events order by position`;
  const happened = steps(journal.map(({ type }) => type.replace('.', '_').toUpperCase()));
  const heard = supervisor.payloads.flatMap(({ event }) => event ?? []);
  expect(steps(heard.map(({ type }) => type))).toEqual(STEPS);
  expect(happened).toEqual(STEPS);
  expect(new Set(heard.map((event) => event.conversation?.id))).toEqual(new Set([id]));
  const words = heard.filter(({ type }) => type === 'MESSAGE_RECEIVED' || type === 'MESSAGE_SENT');
  const stored = await sql<{ text: string }[]>`
    select text from messages where visibility = 'public' order by recorded_at, id`;
  expect(words.map(({ message }) => message?.text)).toEqual(stored.map(({ text }) => text));
  await until(
    () => agent.payloads.flatMap(({ packet }) => packet?.causes.map(({ type }) => type) ?? []),
    (types) => types.includes('CONVERSATION_RESOLVED'),
  );
  const causes = agent.payloads.flatMap(({ packet }) => packet?.causes.map(({ type }) => type) ?? []);
  expect(steps(causes)).toEqual(STEPS);
  expect(bot.lines.map((line) => line.replace(/ msg_.*/, ''))).toEqual(['The bot listens.', 'answered', 'handed over']);
  expect([troubles, strays]).toEqual([[], []]);

  await Promise.all([supervisor.close(), agent.close(), bot.end()]);
});
