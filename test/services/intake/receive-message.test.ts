import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import type { InboundMessage } from '../../../src/services/intake/inbound-message.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');

beforeAll(async () => {
  const inboxes = [
    { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' },
    { externalId: 'chat', channel: 'live_chat', name: 'Chat', market: 'FI' },
    { externalId: 'sms', channel: 'sms', name: 'Text messages', market: 'FI' },
  ] as const;
  for (const inbox of inboxes) await ensureInbox(scope, inbox);
});

let count = 0;
const aName = () => `somebody-${(count += 1)}`;

/** A message to the mail inbox. */
function aMessage(but: Partial<InboundMessage> = {}): InboundMessage {
  const name = aName();
  return {
    inbox: 'mail',
    sender: { kind: 'email', value: `${name}@example.com` },
    externalId: `ext-${name}`,
    text: 'Where is my parcel?',
    occurredAt: new Date('2026-11-20T11:59:00.000Z'),
    ...but,
  };
}

/** A person who is known by mail and by phone. */
async function aKnownPerson() {
  const email = `${aName()}@example.com`;
  const phone = `+35840${String(1_000_000 + (count += 1))}`;
  const { customerId } = await upsertCustomer(scope, {
    identities: [
      { kind: 'email', value: email },
      { kind: 'phone', value: phone },
    ],
    source: 'test',
  });
  return {
    customerId,
    byMail: (but: Partial<InboundMessage> = {}) => aMessage({ sender: { kind: 'email', value: email }, ...but }),
    byText: (but: Partial<InboundMessage> = {}) =>
      aMessage({ inbox: 'sms', sender: { kind: 'phone', value: phone }, ...but }),
  };
}

const conversationRow = async (id: string) => (await sql`select * from conversations where id = ${id}`)[0]!;

test('a first message makes a customer, an endpoint, a conversation with a leg, and names three facts', async () => {
  const receipt = await receiveMessage(
    scope,
    aMessage({ text: 'Missä minun tilaukseni on? Haluan palauttaa kengät.' }),
  );

  expect(receipt.isRedelivery).toBe(false);
  expect(await conversationRow(receipt.conversationId)).toMatchObject({
    customerId: receipt.customerId,
    reference: expect.stringMatching(/^C-[0-9A-HJKMNP-TV-Z]{6}$/),
    status: 'open',
    channel: 'email',
    language: 'fi',
    topic: 'returns',
    assigneeId: null,
  });
  const told = await journalOf(sql, `conversation:${receipt.conversationId}`);
  expect(told.map(({ type, versions }) => [type, versions])).toEqual([
    ['conversation.opened', [2, 1]],
    ['message.received', [3, 2]],
  ]);
  expect(told[1]!.streams).toEqual([`customer:${receipt.customerId}`, `conversation:${receipt.conversationId}`]);
  expect(told[1]!.topics).toEqual(
    expect.arrayContaining(['conversations', 'channel:email', expect.stringMatching(/^inbox:inb_/)]),
  );
  expect((await journalOf(sql, `customer:${receipt.customerId}`)).map(({ type }) => type)).toEqual([
    'customer.created',
    'conversation.opened',
    'message.received',
  ]);
});

test('no fact holds the text, the address or the external id', async () => {
  const message = aMessage({ text: 'my secret words', sender: { kind: 'email', value: 'hidden@example.com' } });

  const { conversationId, customerId } = await receiveMessage(scope, message);

  const told = JSON.stringify([
    await journalOf(sql, `conversation:${conversationId}`),
    await journalOf(sql, `customer:${customerId}`),
  ]);
  expect(told).not.toMatch(/secret|hidden@|ext-/);
});

test('an identity remembers when it was last seen, to the day', async () => {
  const sender = { kind: 'email', value: `${aName()}@example.com` } as const;
  const seen = async (occurredAt: string) => {
    await receiveMessage(scope, aMessage({ sender, occurredAt: new Date(occurredAt) }));
    const [row] = await sql`select last_seen_at from identities where normalized = ${sender.value}`;
    return (row!.lastSeenAt as Date).toISOString();
  };

  expect(await seen('2026-11-10T12:00:00.000Z')).toBe('2026-11-10T12:00:00.000Z');
  expect(await seen('2026-11-11T11:59:59.999Z')).toBe('2026-11-10T12:00:00.000Z');
  expect(await seen('2026-11-11T12:00:00.000Z')).toBe('2026-11-11T12:00:00.000Z');
  expect(await seen('2026-11-01T12:00:00.000Z')).toBe('2026-11-11T12:00:00.000Z');
});

test('a redelivery answers the first result and changes nothing', async () => {
  const message = aMessage();
  const first = await receiveMessage(scope, message);
  const before = await rowCounts(sql);

  const again = await receiveMessage(scope, message);

  expect(again).toEqual({ ...first, isRedelivery: true });
  expect(await rowCounts(sql)).toEqual(before);
});

test.each([
  ['another text', { text: 'Something else' }],
  ['another sender', { sender: { kind: 'email', value: 'other@example.com' } }],
] as const)('the same external id with %s is refused and changes nothing', async (_, but) => {
  const message = aMessage();
  await receiveMessage(scope, message);
  const before = await rowCounts(sql);

  const refused = receiveMessage(scope, { ...message, ...but });

  await expect(refused).rejects.toMatchObject({ code: 'EXTERNAL_ID_REUSED', field: ['input', 'externalId'] });
  expect(await rowCounts(sql)).toEqual(before);
});

test.each([
  ['an unknown inbox', { inbox: 'nowhere' }, 'NOT_FOUND', ['input', 'inbox']],
  ['an empty text', { text: ' \n' }, 'INVALID_INPUT', ['input', 'text']],
  ['a text of 100,001 characters', { text: 'a'.repeat(100_001) }, 'INVALID_INPUT', ['input', 'text']],
  ['NUL', { text: 'a\0b' }, 'INVALID_INPUT', ['input', 'text']],
  ['half a surrogate pair', { text: 'a\ud83d' }, 'INVALID_INPUT', ['input', 'text']],
  ['NUL in the external id', { externalId: 'a\0b' }, 'INVALID_INPUT', ['input', 'externalId']],
  ['a time that is none', { occurredAt: new Date(Number.NaN) }, 'INVALID_INPUT', ['input', 'occurredAt']],
  [
    'the day after tomorrow',
    { occurredAt: new Date('2026-11-22T12:00:00.000Z') },
    'INVALID_INPUT',
    ['input', 'occurredAt'],
  ],
  ['a language that is none', { language: 'Finnish!' }, 'INVALID_INPUT', ['input', 'language']],
] as const)('%s is refused and changes nothing', async (_, but, code, field) => {
  const before = await rowCounts(sql);

  const refused = receiveMessage(scope, aMessage(but));

  await expect(refused).rejects.toMatchObject({ name: 'Refusal', code, field });
  expect(await rowCounts(sql)).toEqual(before);
});

test('the longest text with characters outside the basic plane comes back exactly', async () => {
  const text = '🧶'.repeat(50_000);

  const { messageId } = await receiveMessage(scope, aMessage({ text }));

  expect((await sql`select text from messages where id = ${messageId}`)[0]!.text).toBe(text);
});

test('a viewer without the right cannot hand in messages', async () => {
  await expect(receiveMessage(aScope(database, 'agent'), aMessage())).rejects.toThrow('messages:receive');
});

test('a national phone number is read in the market of the inbox', async () => {
  const a = await receiveMessage(scope, aMessage({ inbox: 'sms', sender: { kind: 'phone', value: '040 555 1234' } }));
  const b = await receiveMessage(
    scope,
    aMessage({ inbox: 'sms', sender: { kind: 'phone', value: '+358 40 5551234' } }),
  );

  expect(b.customerId).toBe(a.customerId);
  expect(b.conversationId).toBe(a.conversationId);
});

test('a known person on another channel joins the open conversation within 72 hours', async () => {
  const person = await aKnownPerson();
  const first = await receiveMessage(scope, person.byMail({ occurredAt: new Date('2026-11-17T12:00:00.000Z') }));

  const second = await receiveMessage(scope, person.byText({ occurredAt: new Date('2026-11-20T12:00:00.000Z') }));

  expect(second.conversationId).toBe(first.conversationId);
  expect(await conversationRow(first.conversationId)).toMatchObject({ channel: 'sms' });
  expect((await journalOf(sql, `conversation:${first.conversationId}`)).at(-1)).toMatchObject({
    details: { joinedBy: 'window', left: expect.arrayContaining(['channel:email']) },
    topics: expect.arrayContaining(['channel:sms', 'channel:email']),
  });
  expect((await sql`select 1 from legs where conversation_id = ${first.conversationId}`).length).toBe(2);
});

test('a message one millisecond outside the window opens another conversation', async () => {
  const person = await aKnownPerson();
  const first = await receiveMessage(scope, person.byMail({ occurredAt: new Date('2026-11-17T12:00:00.000Z') }));

  const second = await receiveMessage(scope, person.byText({ occurredAt: new Date('2026-11-20T12:00:00.001Z') }));

  expect(second.conversationId).not.toBe(first.conversationId);
  expect(second.customerId).toBe(first.customerId);
});

test('a resolved conversation is not joined by the window', async () => {
  const person = await aKnownPerson();
  const first = await receiveMessage(scope, person.byMail());
  await sql`update conversations set status = 'resolved', resolved_at = now() where id = ${first.conversationId}`;

  const second = await receiveMessage(scope, person.byText());
  const third = await receiveMessage(scope, person.byMail());

  expect(second.conversationId).not.toBe(first.conversationId);
  expect(third.conversationId).toBe(second.conversationId);
});

test('a reference joins beyond the window, written in any case', async () => {
  const person = await aKnownPerson();
  const first = await receiveMessage(scope, person.byMail({ occurredAt: new Date('2026-10-01T12:00:00.000Z') }));
  const { reference } = await conversationRow(first.conversationId);
  const newer = await receiveMessage(scope, person.byText());

  const joined = await receiveMessage(scope, person.byText({ text: `About ${String(reference).toLowerCase()} again` }));

  expect(newer.conversationId).not.toBe(first.conversationId);
  expect(joined.conversationId).toBe(first.conversationId);
});

test('a reference of somebody else joins nothing', async () => {
  const victim = await receiveMessage(scope, aMessage());
  const { reference } = await conversationRow(victim.conversationId);

  const stranger = await receiveMessage(scope, aMessage({ text: `This is about ${reference}` }));

  expect(stranger.conversationId).not.toBe(victim.conversationId);
  expect(stranger.customerId).not.toBe(victim.customerId);
});

test('an order number that the person spoke of before joins beyond the window; of somebody else it joins nothing', async () => {
  const person = await aKnownPerson();
  const text = 'Where is my order #W7654321?';
  const first = await receiveMessage(scope, person.byMail({ text, occurredAt: new Date('2026-10-01T12:00:00.000Z') }));

  const joined = await receiveMessage(scope, person.byText({ text: 'order w7654321 is still missing' }));
  const stranger = await receiveMessage(scope, aMessage({ text: 'order W7654321 please' }));

  expect(joined.conversationId).toBe(first.conversationId);
  expect(stranger.conversationId).not.toBe(first.conversationId);
});

test('an address in the text joins the own conversation on it, never makes a link to somebody else', async () => {
  const person = await aKnownPerson();
  const mail = person.byMail({ occurredAt: new Date('2026-10-01T12:00:00.000Z') });
  const first = await receiveMessage(scope, mail);
  const text = `I wrote to you from ${mail.sender.value.toUpperCase()}`;

  const joined = await receiveMessage(scope, person.byText({ text }));
  const stranger = await receiveMessage(scope, aMessage({ text }));

  expect(joined.conversationId).toBe(first.conversationId);
  expect(stranger.conversationId).not.toBe(first.conversationId);
  expect((await sql`select 1 from person_links`).length).toBe(0);
});

test('members of one person share conversations, and the person is whose stream tells', async () => {
  const one = await receiveMessage(scope, aMessage());
  const other = aMessage({ inbox: 'chat', sender: { kind: 'visitor_id', value: aName() } });
  const alone = await receiveMessage(scope, other);
  await sql`insert into person_links values (${alone.customerId}, ${one.customerId}, now())`;
  await sql`update conversations set status = 'resolved' where id = ${alone.conversationId}`;

  const joined = await receiveMessage(scope, { ...other, externalId: aName() });

  expect(joined).toMatchObject({ conversationId: one.conversationId, customerId: alone.customerId });
  expect((await journalOf(sql, `conversation:${one.conversationId}`)).at(-1)!.streams[0]).toBe(
    `customer:${one.customerId}`,
  );
});

test('a thread keeps its messages together beside other open conversations, and reopens when it was resolved', async () => {
  const person = await aKnownPerson();
  const plain = await receiveMessage(scope, person.byMail());
  const first = await receiveMessage(scope, person.byMail({ threadId: 't1' }));
  const second = await receiveMessage(scope, person.byMail({ threadId: 't1' }));
  await sql`update conversations set status = 'resolved', resolved_at = now() where id = ${first.conversationId}`;

  const third = await receiveMessage(scope, person.byMail({ threadId: 't1' }));

  expect(first.conversationId).not.toBe(plain.conversationId);
  expect([second.conversationId, third.conversationId]).toEqual([first.conversationId, first.conversationId]);
  expect(await conversationRow(first.conversationId)).toMatchObject({ status: 'open', resolvedAt: null });
});

test('20 first messages of one sender at once end as one customer, one endpoint and one conversation', async () => {
  const sender = { kind: 'email', value: `${aName()}@example.com` } as const;

  const receipts = await Promise.all(Array.from({ length: 20 }, () => receiveMessage(scope, aMessage({ sender }))));

  expect(new Set(receipts.map(({ customerId }) => customerId)).size).toBe(1);
  expect(new Set(receipts.map(({ conversationId }) => conversationId)).size).toBe(1);
  expect(await journalOf(sql, `conversation:${receipts[0]!.conversationId}`)).toHaveLength(21);
});

test('a person who writes on two channels at once gets one conversation', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await aKnownPerson();
    const sent = Array.from({ length: 8 }, (_, i) => receiveMessage(scope, i % 2 ? person.byMail() : person.byText()));
    expect(new Set((await Promise.all(sent)).map(({ conversationId }) => conversationId)).size).toBe(1);
  }
});

test('in any order and with any repeats, each message is stored once and versions have no gap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ who: fc.nat(2), what: fc.nat(4) }), { minLength: 1, maxLength: 16 }),
      async (deliveries) => {
        const run = aName();
        const message = ({ who, what }: { who: number; what: number }) =>
          aMessage({
            sender: { kind: 'email', value: `${run}-${who}@example.com` },
            externalId: `${run}-${who}-${what}`,
          });

        const receipts = await Promise.all(deliveries.map((delivery) => receiveMessage(scope, message(delivery))));

        const ids = new Set(receipts.map(({ messageId }) => messageId));
        expect(ids.size).toBe(new Set(deliveries.map(({ who, what }) => `${who}-${what}`)).size);
        expect(receipts.filter(({ isRedelivery }) => !isRedelivery)).toHaveLength(ids.size);
        for (const id of new Set(receipts.map(({ conversationId }) => conversationId))) {
          const told = await journalOf(sql, `conversation:${id}`);
          expect(told.map(({ versions }) => versions[1])).toEqual(told.map((_, i) => i + 1));
        }
      },
    ),
    { numRuns: 15 },
  );
});
