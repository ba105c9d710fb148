import type { ServerResponse } from 'node:http';

import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

import { deliveriesOfMessages } from '../../src/services/conversations/read-deliveries.ts';
import { reportDelivery } from '../../src/services/conversations/report-delivery.ts';
import { sendMessage } from '../../src/services/conversations/send-message.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import type { MessageId } from '../../src/values/ids.ts';
import { aPicture, upload } from '../support/attachments.ts';
import { aBridgedInbox, aReceiver, type Post } from '../support/bridge.ts';
import { post } from '../support/graphql.ts';
import { journalOf } from '../support/journal.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

type Answer = (post: Post, response: ServerResponse, nth: number) => void;

const answers = new Map<string, Answer>();
const database = await withDatabase();
const { sql } = database;
const textOf = (post: Post) => (JSON.parse(post.body) as { data: { text: string } }).data.text;
const receiver = await aReceiver((post, response) => {
  const answer = answers.get(textOf(post).split(' ')[0]!);
  if (answer) return answer(post, response, postsOf(textOf(post)).length);
  return void response.end();
});
const postsOf = (text: string) => receiver.posts.filter((post) => textOf(post) === text);
const app = await withApp(database, {
  OUTBOUND_ALLOW: receiver.place,
  // What answers at all answers within it, also on a busy machine; what does not is waited for three times.
  OUTBOUND_DEADLINE_MS: '1000',
  DELIVERY_RETRY_BASE_MS: '10',
  DELIVERY_TRIES: '3',
});
await ensureInbox(systemScope(database), { externalId: 'quiet', channel: 'sms', name: 'Nobody carries it' });
let count = 0;

/** A message of ours in a new conversation; in an inbox of its own, because troubles of one open the breaker for the next. */
async function aReply(text: string, given?: string) {
  const value = `+35840123${String((count += 1)).padStart(4, '0')}`;
  const sender = { kind: 'phone', value } as const;
  const scope = systemScope(database);
  const externalId = given ?? `sms-${count}`;
  const inbox = given ? null : await aBridgedInbox(database, { externalId, channel: 'sms', name: 'SMS' }, receiver.url);
  const message = { inbox: externalId, sender, externalId: `in-${count}`, text: 'Hi', occurredAt: scope.now };
  const { conversationId } = await receiveMessage(scope, message);
  return {
    conversationId,
    value,
    inbox: inbox!,
    externalId,
    messageId: await sendMessage(scope, conversationId, text),
  };
}
const deliveryOf = async (id: MessageId) => (await deliveriesOfMessages(systemScope(database), [id]))[0]!;
const settled = (id: MessageId) =>
  until(
    () => deliveryOf(id),
    ({ state }) => state !== 'queued',
  );

test('F1: a bridge gets the message signed, and says by what name it knows it', async () => {
  answers.set('first', (_, response) => response.end(JSON.stringify({ externalId: 'SM-77', state: 'delivered' })));

  const { messageId, conversationId, value, inbox, externalId } = await aReply('first äö');

  expect(await settled(messageId)).toMatchObject({ state: 'delivered', attemptCount: 1, failure: null });
  const [post] = postsOf('first äö');
  const verified = new Webhook(inbox.secret).verify(post!.body, post!.headers as Record<string, string>);
  expect(verified).toMatchObject({
    type: 'message.send',
    data: { messageId, conversationId, channel: 'sms', inbox: externalId, to: value, text: 'first äö' },
  });
  expect(() => new Webhook(inbox.secret).verify(`${post!.body} `, post!.headers as Record<string, string>)).toThrow();
  await reportDelivery(systemScope(database), {
    ...{ inboxId: inbox.id, externalId: 'SM-77', state: 'read', occurredAt: new Date() },
  });
  expect((await deliveryOf(messageId)).state).toBe('read');
  expect(
    (await journalOf(sql, `conversation:${conversationId}`)).map(({ type, details }) => [type, details['state']]),
  ).toEqual(
    expect.arrayContaining([
      ['message.delivery_changed', 'delivered'],
      ['message.delivery_changed', 'read'],
    ]),
  );
});

test('F2: a retry keeps its id and renews clock and signature', async () => {
  answers.set('again', (_, response, nth) => response.writeHead(nth < 2 ? 500 : 200).end());

  const { messageId, conversationId, inbox } = await aReply('again');

  expect(await settled(messageId)).toMatchObject({ state: 'sent', attemptCount: 2 });
  const [first, second] = postsOf('again');
  expect([first!.headers['webhook-id'], second!.headers['webhook-id']]).toEqual([messageId, messageId]);
  const states = (await journalOf(sql, `conversation:${conversationId}`)).flatMap(({ type, details }) =>
    type === 'message.delivery_changed' ? [[details['state'], details['reason'], details['attemptCount']]] : [],
  );
  expect(states).toEqual([
    ['queued', 'channel_down', 1],
    ['sent', null, 2],
  ]);
  for (const post of [first!, second!]) {
    expect(() => new Webhook(inbox.secret).verify(post.body, post.headers as Record<string, string>)).not.toThrow();
    expect(Math.abs(Number(post.headers['webhook-timestamp']) * 1_000 - post.at)).toBeLessThan(60_000);
  }
});

test.each<[string, Answer, string, number]>([
  ['F3: 500', (_, response) => response.writeHead(500).end('oh'), 'channel_down', 3],
  ['F3: 404', (_, response) => response.writeHead(404).end(), 'not_configured', 3],
  ['F3: a reset', (_, response) => response.destroy(), 'channel_down', 3],
  ['F3: silence', () => undefined, 'timed_out', 3],
  ['F3: a slow body', (_, response) => void response.writeHead(200).write('{'), 'timed_out', 3],
  [
    'a message it cannot take',
    (_, response) => response.writeHead(422).end('{"reason":"ADDRESS_REJECTED"}'),
    'address_rejected',
    1,
  ],
  ['one that is too long', (_, response) => response.writeHead(413).end(), 'too_long', 1],
  ...[301, 302, 303, 307, 308].map((status): [string, Answer, string, number] => [
    `F6: ${status}, which is never followed`,
    (_, response) => response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end(),
    'not_configured',
    3,
  ]),
])('%s is a failure with its reason, after the tries that may help', async (name, answer, failure, attemptCount) => {
  const word = name.replace(/\W/g, '');
  answers.set(word, answer);
  const posted = receiver.posts.length;

  const { messageId } = await aReply(word);

  expect(await settled(messageId)).toMatchObject({ state: 'failed', failure, attemptCount, nextAttemptAt: null });
  expect(postsOf(word)).toHaveLength(attemptCount);
  expect(receiver.posts).toHaveLength(posted + attemptCount);
});

test('F4: a wait that is asked for is kept, and an absurd one is cut', async () => {
  answers.set('wait', (_, response) => response.writeHead(429, { 'retry-after': '315360000' }).end());

  const { messageId } = await aReply('wait');

  const waiting = await until(
    () => deliveryOf(messageId),
    ({ attemptCount }) => attemptCount === 1,
  );
  expect(waiting).toMatchObject({ state: 'queued', failure: 'rate_limited' });
  const waitMs = waiting.nextAttemptAt!.getTime() - Date.now();
  expect(waitMs).toBeGreaterThan(3_500_000);
  expect(waitMs).toBeLessThanOrEqual(3_600_000);
});

test('F12: of an endless answer 16 KB are read and 1,000 characters kept', async () => {
  let written = 0;
  answers.set('endless', (_, response) => {
    response.writeHead(422);
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  });

  const { messageId } = await aReply('endless');

  const { failureText } = await settled(messageId);
  expect(failureText).toHaveLength(1_000);
  expect(written).toBeLessThan(50_000_000);
});

test('F7: what was sent but not marked is sent again under the same id; what was marked is not', async () => {
  const superuser = singleConnection(database.superuserUrl);
  await superuser`create function stumble() returns trigger language plpgsql as 'begin raise exception ''stumbled''; end'`;
  await superuser`create trigger stumble before update on deliveries for each row when (new.state = 'sent') execute function stumble()`;
  const { messageId } = await aReply('marked');
  await until(
    () => postsOf('marked').length,
    // Twice: the first answer could be marked after the trigger is gone.
    (length) => length >= 2,
  );
  expect((await deliveryOf(messageId)).state).toBe('queued');
  await superuser`drop trigger stumble on deliveries`;
  await superuser.end();

  expect(await settled(messageId)).toMatchObject({ state: 'sent', attemptCount: 1 });

  const posts = postsOf('marked');
  expect(posts.length).toBeGreaterThan(1);
  expect(new Set(posts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([messageId]));
  await aReply('something later');
  await until(
    () => postsOf('something later').length,
    (length) => length === 1,
  );
  expect(postsOf('marked')).toHaveLength(posts.length);
});

test('X11: a transaction that runs again sends nothing again', async () => {
  const superuser = singleConnection(database.superuserUrl);
  await superuser`create sequence tries_of_x11`;
  await superuser`grant usage on sequence tries_of_x11 to public`;
  await superuser`
    create function collide() returns trigger language plpgsql as $$ begin
      if nextval('tries_of_x11') <= 2 then raise exception 'collided' using errcode = '40001'; end if;
      return new;
    end $$`;
  await superuser`create trigger collide before update on deliveries for each row when (new.state = 'sent') execute function collide()`;

  const { messageId } = await aReply('once');

  expect(await settled(messageId)).toMatchObject({ state: 'sent', attemptCount: 1 });
  expect(postsOf('once')).toHaveLength(1);
  const [{ tries }] = (await superuser`select last_value::int as tries from tries_of_x11`) as unknown as [
    { tries: number },
  ];
  expect(tries).toBe(3);
  await superuser`drop trigger collide on deliveries`;
  await superuser.end();
});

test('an inbox that nobody of ours carries keeps its messages queued, without a job', async () => {
  const { messageId } = await aReply('quiet', 'quiet');

  expect(await deliveryOf(messageId)).toMatchObject({ state: 'queued', attemptCount: 0, nextAttemptAt: null });
  expect(await sql`select 1 from pgboss.job where data ->> 'messageId' = ${messageId}`).toHaveLength(0);
});

test('F5: 410 stops the inbox: nothing more is posted until it is set anew', async () => {
  answers.set('gone', (_, response) => response.writeHead(410).end());
  const gone = await aBridgedInbox(database, { externalId: 'gone', channel: 'sms', name: 'Gone' }, receiver.url);

  const first = await settled((await aReply('gone', 'gone')).messageId);
  const posted = receiver.posts.length;
  const second = await settled((await aReply('gone too', 'gone')).messageId);

  expect([first, second]).toMatchObject([
    { state: 'failed', failure: 'not_configured', attemptCount: 1 },
    { state: 'failed', failure: 'not_configured', attemptCount: 1 },
  ]);
  expect(receiver.posts).toHaveLength(posted);
  expect(
    (await sql`select sending_stopped_at from inboxes where id = ${gone.id}`)[0]!['sendingStoppedAt'],
  ).not.toBeNull();
});

test('the figures tell of tries and of what waits', async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();

  expect(text).toMatch(/punos_message_attempts_total\{channel="sms",outcome="sent"\} [1-9]/);
  expect(text).toMatch(/punos_messages_waiting \d/);
  expect(text).toMatch(/punos_messages_waiting_oldest_seconds \d/);
});

test('F8: a bridge that is dead and has a queue holds up nobody else', async () => {
  answers.set('stuck', () => undefined);
  const dead = await aBridgedInbox(database, { externalId: 'dead', channel: 'sms', name: 'Dead' }, receiver.url);
  await Promise.all(Array.from({ length: 20 }, (_, index) => aReply(`stuck ${index}`, 'dead')));

  const others = await Promise.all(Array.from({ length: 10 }, (_, index) => aReply(`lively ${index}`)));
  const delivered = await Promise.all(others.map(({ messageId }) => settled(messageId)));

  expect(delivered.map(({ state }) => state)).toEqual(others.map(() => 'sent'));
  // Two workers of eight are all that the dead one has, and its queue takes them many deadlines yet.
  const waiting = await sql`
    select 1 from deliveries d join messages m on m.id = d.message_id where m.inbox_id = ${dead.id} and d.state = 'queued'`;
  expect(waiting.length).toBeGreaterThan(0);
  const busy = await sql`select 1 from pgboss.job where group_id = ${dead.id} and state = 'active'`;
  expect(busy.length).toBeLessThanOrEqual(2);
});

test('a bridge is given the files of a message as URLs that need no key', async () => {
  const { conversationId } = await aReply('without files');
  const { secret } = await aKey(database, 'agent');
  const { body } = await upload(
    app.url,
    secret,
    { conversation: conversationId, filename: 'map.png' },
    aPicture('map'),
  );
  const query = `mutation ($id: ID!, $ids: [ID!]) {
    messageSend(id: $id, input: { text: "with a file", attachmentIds: $ids }) { message { id } userErrors { code } } }`;
  await post(app.url, secret, query, { id: conversationId, ids: [body.attachmentId] });

  const [posted] = await until(
    () => postsOf('with a file'),
    (posts) => posts.length > 0,
  );
  const { data } = JSON.parse(posted!.body) as { data: { attachments: { url: string }[] } };
  const url = expect.stringMatching(/^\/attachments\/att_/) as string;
  const { attachmentId: id, filename, contentType, sizeBytes } = body;
  expect(data.attachments).toEqual([{ id, filename, contentType, sizeBytes, url }]);
  const answer = await fetch(app.url + data.attachments[0]!.url);
  expect(Buffer.from(await answer.arrayBuffer()).equals(aPicture('map'))).toBe(true);
});
