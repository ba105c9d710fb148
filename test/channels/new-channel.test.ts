import { expect, test } from 'vitest';

import type { ChannelDialect } from '../../src/channels/channel-dialect.ts';
import { CHANNELS } from '../../src/channels/channels.ts';
import type { HookItem } from '../../src/services/intake/hook-item.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { post } from '../support/graphql.ts';
import { postHook, signed } from '../support/hooks.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

/** All that a new channel is: one file like this in src/channels. */
const telegram: ChannelDialect = {
  name: 'telegram',
  class: 'messaging',
  title: 'Telegram',
  description: 'Telegram, private chats with a bot.',
  senderKind: 'social_handle',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  longestText: 4_096,
  accepts: ['application/json'],
  read({ bytes }): HookItem[] {
    const { update_id: id, message } = JSON.parse(bytes.toString()) as {
      update_id: number;
      message?: { from: { username: string }; date: number; text: string };
    };
    if (!message) return [{ type: 'ignored', reason: 'no message' }];
    if (typeof message.text !== 'string') throw new Refusal('INVALID_INPUT', 'A text is missing.', ['message', 'text']);
    return [
      {
        type: 'message',
        message: {
          externalId: String(id),
          sender: { kind: 'social_handle', value: `telegram:${message.from.username}` },
          text: message.text,
          occurredAt: new Date(message.date * 1_000),
        },
      },
    ];
  },
  answerChallenge: ({ challenge, token }, credentials) =>
    typeof challenge === 'string' && token === credentials['verify_token'] ? challenge : null,
};

const database = await withDatabase();
const app = await withApp(database, {}, { channels: [...CHANNELS, telegram] });
const { secret: admin } = await aKey(database, 'admin');
const ask = async (query: string, variables: Record<string, unknown> = {}) => {
  const { body } = await post(app.url, admin, query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as unknown as Record<string, never>;
};

test('a channel that is new has its place in the graph, receives in its own words and sends', async () => {
  const { channels, inboxCreate } = {
    ...(await ask('{ channels { name class title sendsBy longestText } }')),
    ...(await ask(`mutation {
      inboxCreate(input: {
        channel: TELEGRAM, externalId: "bot", name: "Our bot", bridgeUrl: "https://bridge.example/telegram"
        credentials: [{ name: "verify_token", value: "open sesame" }]
      }) { inbox { id channel hookPath hasCredentials bridgeSecretPrefix } hookSecret bridgeSecret userErrors { message } }
    }`)),
  } as unknown as {
    channels: { name: string }[];
    inboxCreate: { inbox: { hookPath: string }; hookSecret: string; bridgeSecret: string };
  };
  expect(channels).toHaveLength(16);
  expect(channels.find(({ name }) => name === 'TELEGRAM')).toEqual({
    name: 'TELEGRAM',
    class: 'MESSAGING',
    title: 'Telegram',
    sendsBy: 'BRIDGE',
    longestText: 4_096,
  });
  const { inbox, hookSecret } = inboxCreate;
  expect(inbox).toMatchObject({ channel: 'TELEGRAM', hookPath: '/hooks/telegram/bot', hasCredentials: true });

  const update = {
    update_id: 7,
    message: { from: { username: 'anna' }, date: 1_795_000_000, text: 'Is it in stock?' },
  };
  const say = (what: unknown) => {
    const body = JSON.stringify(what);
    return postHook(`${app.url}${inbox.hookPath}`, signed(hookSecret, body), body);
  };
  const received = await say(update);
  expect(received.status).toBe(200);
  expect((await say({ update_id: 8 })).body).toEqual({ type: 'ignored', reason: 'no message' });
  expect((await say({ update_id: 9, message: { from: {} } })).status).toBe(422);

  const { messageSend } = (await ask(
    `mutation ($id: ID!) {
      messageSend(id: $id, input: { text: "Yes, three pieces." }) {
        message { id delivery { state } inbox { channel } } userErrors { code message }
      }
    }`,
    { id: received.body['conversationId'] },
  )) as unknown as { messageSend: { message: { id: string } } };
  expect(messageSend).toEqual({
    message: { id: expect.any(String), delivery: { state: expect.any(String) }, inbox: { channel: 'TELEGRAM' } },
    userErrors: [],
  });
  const { conversation } = await ask(
    'query ($id: ID!) { conversation(id: $id) { channel legs { channel address } messages { nodes { text } } } }',
    { id: received.body['conversationId'] },
  );
  expect(conversation).toEqual({
    channel: 'TELEGRAM',
    legs: [{ channel: 'TELEGRAM', address: 'telegram:anna' }],
    messages: { nodes: [{ text: 'Yes, three pieces.' }, { text: 'Is it in stock?' }] },
  });
});

test('E6: a medium that asks whether a hook is ours is answered in plain text, if it knows the word', async () => {
  const question = (token: string) =>
    postHook(`${app.url}/hooks/telegram/bot?challenge=4711&token=${encodeURIComponent(token)}`, {}, '', 'GET');

  const answer = await question('open sesame');
  expect([answer.status, answer.headers['content-type'], answer.body['text']]).toEqual([
    200,
    'text/plain; charset=utf-8',
    '4711',
  ]);
  expect((await question('sesame')).status).toBe(404);
  expect((await question('')).status).toBe(404);
});

test('what the graph says of the new channel is printed like the rest', async () => {
  const sdl = await (await fetch(`${app.url}/schema.graphql`)).text();

  expect(sdl).toContain('"""Telegram, private chats with a bot."""\n  TELEGRAM');
});
