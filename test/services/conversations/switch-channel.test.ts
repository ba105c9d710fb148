import { beforeAll, expect, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { recordChannels } from '../../../src/services/conversations/channels.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { placesOfReply } from '../../../src/services/conversations/places-of-reply.ts';
import { conversationsByIds, legsOfConversations } from '../../../src/services/conversations/read-conversations.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { switchChannel } from '../../../src/services/conversations/switch-channel.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { ConversationId } from '../../../src/values/ids.ts';
import type { IdentityKind } from '../../../src/values/vocabulary.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
let count = 0;

beforeAll(async () => {
  await recordChannels(sql, CHANNELS);
  const inboxes = [
    ['mail', 'email', 'FI'],
    ['mail-se', 'email', 'SE'],
    ['sms', 'sms', 'FI'],
    ['chat', 'live_chat', 'FI'],
    ['x', 'x', 'FI'],
    ['reviews', 'review', 'FI'],
  ] as const;
  for (const [externalId, channel, market] of inboxes)
    await ensureInbox(scope, { externalId, channel, name: externalId, market });
});

interface Said {
  inbox: string;
  kind: IdentityKind;
  value: string;
  text?: string;
  isPublic?: boolean;
  language?: string;
  at?: number;
}
const say = async ({ inbox, kind, value, text = 'Hello', isPublic, language = 'en', at: seconds = 0 }: Said) =>
  receiveMessage(at(seconds), {
    inbox,
    sender: { kind, value },
    externalId: `s${(count += 1)}`,
    text,
    language,
    occurredAt: at(seconds).now,
    ...(isPublic === undefined ? {} : { isPublic }),
  });
const addIdentity = (customerId: string, kind: IdentityKind, normalized: string) => sql`
  insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
  values (${`idn_${(count += 1)}`}, ${customerId}, ${kind}, ${normalized}, ${normalized}, true, 'test', now(), now())`;
const outOf = async (id: ConversationId) => [
  ...(await sql<{ channel: string; isPublic: boolean; text: string }[]>`
    select i.channel, e.is_public, m.text from messages m join legs l on l.id = m.leg_id
    join endpoints e on e.id = l.endpoint_id join inboxes i on i.id = m.inbox_id
    where m.conversation_id = ${id} and m.direction = 'outbound' order by m.recorded_at, m.id`),
];

test('a conversation goes on over another channel of the person, who is told where in their language', async () => {
  const who = `v${(count += 1)}`;
  const { conversationId: id, customerId } = await say({
    inbox: 'chat',
    kind: 'visitor_id',
    value: who,
    language: 'fi',
  });
  await addIdentity(customerId, 'email', `${who}@example.com`);

  await switchChannel(at(10), id, { toChannel: 'email', reason: 'harder' });
  await sendMessage(at(20), id, 'By mail');

  const [conversation] = await conversationsByIds(scope, [id]);
  expect(conversation!.channel).toBe('email');
  expect(await outOf(id)).toEqual([
    {
      channel: 'live_chat',
      isPublic: false,
      text: `Tämä vaatii tarkempaa selvittelyä, joten jatkamme sähköpostitse. Sinun ei tarvitse toistaa mitään: meillä on kaikki, mitä olet kertonut. Viitteesi on ${conversation!.reference}.`,
    },
    { channel: 'email', isPublic: false, text: 'By mail' },
  ]);
  const [legs] = await legsOfConversations(scope, [id]);
  expect(legs!.map(({ address }) => address)).toEqual([`${who}@example.com`, who]);
  expect((await journalOf(sql, `conversation:${id}`)).find(({ type }) => type.endsWith('switched'))).toMatchObject({
    topics: expect.arrayContaining(['channel:email', 'channel:live_chat']),
    details: { reason: 'harder', channel: 'email', left: expect.arrayContaining(['channel:live_chat']) },
  });

  const again = await say({ inbox: 'mail', kind: 'email', value: `${who}@example.com`, at: 30 });
  expect(again.conversationId).toBe(id);
  await sendMessage(at(40), id, 'To the chat all the same', { channel: 'live_chat' });
  await sendMessage(at(50), id, 'By mail again');
  expect((await outOf(id)).slice(2).map(({ channel }) => channel)).toEqual(['live_chat', 'email']);

  await say({ inbox: 'chat', kind: 'visitor_id', value: who, at: 60 });
  await sendMessage(at(70), id, 'Where the customer is');
  expect((await outOf(id)).at(-1)!.channel).toBe('live_chat');
});

test('nothing private is said in public: the post is told of a private message, the rest goes there', async () => {
  const handle = `x:@maija${(count += 1)}`;
  const { conversationId: id } = await say({ inbox: 'x', kind: 'social_handle', value: handle, text: 'Order 1234?' });
  const [conversation] = await conversationsByIds(scope, [id]);

  await switchChannel(at(10), id, { toChannel: 'x', reason: 'privacy', guidance: 'Maija, about order 1234' });

  expect(await outOf(id)).toEqual([
    { channel: 'x', isPublic: true, text: 'Thank you for your message. We have sent you a private message.' },
    { channel: 'x', isPublic: false, text: 'Maija, about order 1234' },
  ]);
  // Another post of the customer does not draw the answer into the open.
  await say({ inbox: 'x', kind: 'social_handle', value: handle, text: 'Well?', at: 20 });
  await sendMessage(at(30), id, 'It is on its way');
  expect((await outOf(id)).at(-1)).toEqual({ channel: 'x', isPublic: false, text: 'It is on its way' });

  const [legs] = await legsOfConversations(scope, [id]);
  const open = legs!.find(({ isPublic }) => isPublic)!;
  const before = await rowCounts(sql);
  await expect(sendMessage(at(40), id, 'Oops', { legId: open.id })).rejects.toMatchObject({ code: 'PUBLIC_REPLY' });
  expect(await rowCounts(sql)).toEqual(before);
  await sendMessage(at(40), id, 'Solved, thank you', { legId: open.id, isPublic: true });
  expect((await outOf(id)).at(-1)).toMatchObject({ isPublic: true, text: 'Solved, thank you' });
  expect(conversation!.reference).toMatch(/^C-/);
});

test('a review is public, and the text for everybody names no reference', async () => {
  const { conversationId: id, customerId } = await say({ inbox: 'reviews', kind: 'external_id', value: 'shop:77' });
  await addIdentity(customerId, 'phone', '+358401112223');
  const [conversation] = await conversationsByIds(scope, [id]);

  await switchChannel(at(10), id, { toChannel: 'sms', reason: 'privacy' });

  const [post, text] = await outOf(id);
  expect(post).toMatchObject({ channel: 'review', isPublic: true });
  expect(post!.text).not.toContain(conversation!.reference);
  expect(text).toMatchObject({ channel: 'sms', text: expect.stringContaining(conversation!.reference) });
});

test('what cannot be reached is refused with what is missing, and changes nothing', async () => {
  const { conversationId: id, customerId } = await say({ inbox: 'chat', kind: 'visitor_id', value: 'lonely' });
  const other = await say({ inbox: 'mail', kind: 'email', value: 'else@example.com' });
  const [foreign] = (await legsOfConversations(scope, [other.conversationId]))[0]!;
  const before = await rowCounts(sql);
  const reason = 'convenience';

  const refused = [
    [() => switchChannel(scope, id, { toChannel: 'email', reason }), 'NO_ENDPOINT', /know no address/],
    [() => switchChannel(scope, id, { toChannel: 'whatsapp', reason }), 'NO_ENDPOINT', /no such inbox/],
    [() => switchChannel(scope, id, { toChannel: 'live_chat', reason }), 'CONFLICT', /already/],
    [() => switchChannel(scope, id, { reason }), 'INVALID_INPUT', /exactly one/],
    [() => switchChannel(scope, id, { toChannel: 'email', reason: 'fallback' }), 'INVALID_INPUT', /our own/],
    [() => sendMessage(scope, id, 'x', { legId: foreign!.id }), 'NOT_FOUND', /no such leg/],
    [() => sendMessage(scope, id, 'x', { channel: 'email' }), 'NO_ENDPOINT', /Switch it there/],
  ] as const;
  for (const [act, code, message] of refused)
    await expect(act()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });

  expect(await rowCounts(sql)).toEqual(before);
  // With an address it works, through the inbox of the same market and not the other one.
  await addIdentity(customerId, 'email', 'lonely@example.com');
  const places = await placesOfReply(scope, [id]);
  expect(places.map(({ channel }) => channel)).toEqual(['live_chat', 'email']);
  expect(places[1]!.inboxId).toBe(
    (await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'mail', market: 'FI' })).id,
  );
});

test('the channel that the person prefers comes first', async () => {
  const { conversationId: id, customerId } = await say({ inbox: 'mail', kind: 'email', value: 'pref@example.com' });
  await addIdentity(customerId, 'phone', '+358405556667');
  await sql`update customers set preferred_channel = 'sms' where id = ${customerId}`;

  const places = await placesOfReply(scope, [id]);

  expect(places.map(({ channel, address, isPreferred }) => [channel, address, isPreferred])).toEqual([
    ['sms', '+358405556667', true],
    ['email', 'pref@example.com', false],
  ]);
  const customer = aScope(database, 'customer', { customerId: 'cus_other' as never });
  expect(await placesOfReply(customer, [id])).toEqual([]);
});
