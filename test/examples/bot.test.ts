import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { anExample } from '../support/example-process.ts';
import { factsOf } from '../support/orders.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = aScope(database.database, 'admin', { now: new Date() });
const place = mkdtempSync(join(tmpdir(), 'punos-bot-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
const agentId = await ensureAgent(scope, {
  externalId: 'aada',
  name: 'Aada',
  capacity: 3,
  skills: { 'language:en': 5 },
});
await setPresence(scope, agentId, 'online');
const { secret } = await aKey(database, 'bot');

let sent = 0;
const write = (text: string, from = 'tuuli@example.org') =>
  receiveMessage(
    { ...scope, now: new Date() },
    {
      ...{ inbox: 'chat', externalId: `m${(sent += 1)}`, text, occurredAt: new Date() },
      sender: { kind: 'email', value: from, displayName: 'Tuuli' },
    },
  );
const spoken = () => database.sql<{ authorKind: string; text: string }[]>`
  select author_kind, text from messages where visibility = 'public' order by recorded_at, id`;
const aBot = () =>
  anExample('bot/bot.ts', { PUNOS_URL: app.url, PUNOS_KEY: secret, PUNOS_PLACE: join(place, 'place') });

test('the bot answers where an order is, hands over to a person, and repeats nothing when it was killed', async () => {
  const { customerId, conversationId } = await write('Hello');
  await recordOrderFacts(scope, [factsOf('O-77', customerId).placed()]);
  let bot = aBot();
  await until(
    () => bot.lines,
    (lines) => lines.includes('The bot listens.'),
  );
  const first = await write('Where is my order O-77?');
  await until(
    () => bot.lines,
    (lines) => lines.includes(`answered ${first.messageId}`),
  );
  const answers = (await spoken()).filter(({ authorKind }) => authorKind === 'bot');
  expect(answers).toHaveLength(1);
  expect(answers[0]!.text).toMatch(/^Hello Tuuli! Your order O-77 is waiting to be packed\. Write "person"/);

  await bot.end();
  const asked = await write('And my parcel of O-77 please?');
  bot = aBot();
  await until(
    () => bot.lines,
    (lines) => lines.includes(`answered ${asked.messageId}`),
  );
  const { messageId } = await write('I want to talk to a person.');
  await until(
    () => bot.lines,
    (lines) => lines.includes(`handed over ${messageId}`),
  );
  const [conversation] = await database.sql<{ assigneeId: string }[]>`
    select assignee_id from conversations where id = ${conversationId}`;
  expect(conversation!.assigneeId).toBe(agentId);

  // A person has it now: the bot stays silent; and of what it said before, nothing was said twice.
  await write('Where is my order O-77?');
  const { messageId: last } = await write('Hello?', 'somebody-else@example.org');
  await until(
    () => bot.lines,
    (lines) => lines.includes(`handed over ${last}`),
  );
  await bot.end();
  const byBot = (await spoken()).filter(({ authorKind }) => authorKind === 'bot');
  expect(byBot).toHaveLength(2);
});
