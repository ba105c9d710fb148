import { expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { post } from '../support/graphql.ts';
import { rowCounts } from '../support/journal.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const { secret } = await aKey(database, 'integration');
await ensureInbox(systemScope(database), { externalId: 'mail', channel: 'email', name: 'Mail' });

const aMessage = (index: number, but: object = {}) => ({
  inbox: 'mail',
  sender: { kind: 'EMAIL', value: `somebody-${index % 5}@example.com` },
  externalId: `m-${index}`,
  text: `Question ${index}`,
  occurredAt: '2026-11-20T10:00:00.000Z',
  ...but,
});
const receive = async (messages: readonly object[], key: string | null = null) => {
  const query = `mutation ($messages: [MessageReceiveInput!]!, $key: String) {
    messagesReceive(messages: $messages, idempotencyKey: $key) {
      receipts { isRedelivery message { text } } userErrors { code field }
    }
  }`;
  const { body } = await post(app.url, secret, query, { messages, key });
  return body.data!['messagesReceive'] as unknown as {
    receipts: { isRedelivery: boolean; message: { text: string } }[] | null;
    userErrors: { code: string; field: string[] }[];
  };
};

test('a hundred messages are received in one call, in their order, and again without a second effect', async () => {
  const messages = Array.from({ length: 100 }, (_, index) => aMessage(index));

  const first = await receive(messages, 'once');
  const stored = await rowCounts(database.sql);
  const [byKey, byName] = [await receive(messages, 'once'), await receive(messages)];

  expect(first.userErrors).toEqual([]);
  expect(first.receipts).toEqual(messages.map(({ text }) => ({ isRedelivery: false, message: { text } })));
  for (const again of [byKey, byName])
    expect(again.receipts).toEqual(messages.map(({ text }) => ({ isRedelivery: true, message: { text } })));
  expect(await rowCounts(database.sql)).toEqual(stored);
});

test.each([
  ['an inbox that is not there', [aMessage(200), aMessage(201, { inbox: 'nobody' })], 'NOT_FOUND', ['1', 'inbox']],
  ['an empty text', [aMessage(202), aMessage(203), aMessage(204, { text: '' })], 'INVALID_INPUT', ['2', 'text']],
  ['too many', Array.from({ length: 101 }, (_, index) => aMessage(300 + index)), 'INVALID_INPUT', []],
  ['none', [], 'INVALID_INPUT', []],
])('%s: all are refused, and the one at fault is named', async (_, messages, code, place) => {
  const stored = await rowCounts(database.sql);

  expect(await receive(messages)).toEqual({ receipts: null, userErrors: [{ code, field: ['messages', ...place] }] });
  expect(await rowCounts(database.sql)).toEqual(stored);
});
