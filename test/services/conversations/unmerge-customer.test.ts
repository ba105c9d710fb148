import { beforeAll, expect, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { mergeCustomers } from '../../../src/services/context/merge-customers.ts';
import { previewMerge } from '../../../src/services/context/preview-merge.ts';
import { recordChannels } from '../../../src/services/conversations/channels.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { mergeConversation } from '../../../src/services/conversations/merge-conversation.ts';
import { conversationsByIds } from '../../../src/services/conversations/read-conversations.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { unmergeCustomer } from '../../../src/services/conversations/unmerge-customer.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { linkOrder } from '../../../src/services/orders/link-order.ts';
import { setConsents } from '../../../src/services/privacy/set-consents.ts';
import { customersByIds } from '../../../src/services/customers/read-customers.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });

beforeAll(async () => {
  await recordChannels(sql, CHANNELS);
  for (const [externalId, channel] of [
    ['mail', 'email'],
    ['sms', 'sms'],
  ] as const)
    await ensureInbox(scope, { externalId, channel, name: externalId, market: 'FI' });
});

let count = 0;
const anAddress = () => `w${(count += 1)}@example.com`;
const aPhone = () => `+35850${String(1_000_000 + (count += 1))}`;
const says = (value: string, text: string, seconds: number, threadId?: string) =>
  receiveMessage(at(seconds), {
    inbox: value.startsWith('+') ? 'sms' : 'mail',
    sender: { kind: value.startsWith('+') ? 'phone' : 'email', value },
    externalId: `x${(count += 1)}`,
    text,
    occurredAt: at(seconds).now,
    ...(threadId === undefined ? {} : { threadId }),
  });
/** What was said in a conversation: to and from which address, and under which customer the message stands. */
const wordsIn = async (id: string) => [
  ...(await sql<{ text: string; address: string; customerId: string }[]>`
    select m.text, e.address, m.customer_id from messages m join legs l on l.id = m.leg_id and l.conversation_id = m.conversation_id
      join endpoints e on e.id = l.endpoint_id
    where m.conversation_id = ${id} order by m.occurred_at, m.id`),
];
const conversationsOf = async (customerId: string) =>
  (
    await sql<{ id: string }[]>`select id from conversations where customer_id = ${customerId} order by opened_at, id`
  ).map(({ id }) => id);

test('wrong recipient: merge, reply, unmerge, reply: each answer goes to whoever wrote, before and after', async () => {
  const [mail, phone] = [anAddress(), aPhone()];
  const anna = await says(mail, 'A1', 0);
  const bert = await says(phone, 'B1', 1);
  expect(anna.conversationId).not.toBe(bert.conversationId);

  await mergeCustomers(at(2), [anna.customerId, bert.customerId]);
  // Each goes on in what was said last; the other one's words join, because they are one person.
  await sendMessage(at(3), anna.conversationId, 'to A');
  await sendMessage(at(4), bert.conversationId, 'to B');
  const joined = await says(mail, 'A2', 5);
  const other = joined.conversationId === anna.conversationId ? bert.conversationId : anna.conversationId;
  await sendMessage(at(6), joined.conversationId, 'to A again');

  const persons = await unmergeCustomer(at(7), bert.customerId);

  expect(persons).toEqual([anna.customerId, bert.customerId]);
  for (const [customerId, address, words] of [
    [anna.customerId, mail, ['A1', 'to A', 'A2', 'to A again']],
    [bert.customerId, phone, ['B1', 'to B']],
  ] as const) {
    const said = (await Promise.all((await conversationsOf(customerId)).map(wordsIn))).flat();
    expect(said.map(({ text }) => text).sort()).toEqual([...words].sort());
    expect(new Set(said.map((one) => one.address))).toEqual(new Set([address]));
    expect(new Set(said.map((one) => one.customerId))).toEqual(new Set([customerId]));
  }
  // A reply in whatever conversation there is goes to its own person.
  for (const [customerId, address] of [
    [anna.customerId, mail],
    [bert.customerId, phone],
  ] as const)
    for (const id of await conversationsOf(customerId)) {
      const messageId = await sendMessage(at(8), id as never, 'after');
      const [sent] = await sql`
        select e.address, m.customer_id from messages m join deliveries d on d.message_id = m.id
          join endpoints e on e.id = d.endpoint_id where m.id = ${messageId}`;
      expect(sent).toEqual({ address, customerId });
    }
  expect(other).not.toBe(joined.conversationId);
});

test('whoever wrote last in a conversation of the other gets a conversation of their own, and the other reads none of it', async () => {
  const [mail, phone] = [anAddress(), aPhone()];
  const anna = await says(mail, 'mine', 0);
  const bert = await says(phone, 'hello', -900_000);
  await mergeCustomers(scope, [anna.customerId, bert.customerId]);
  await resolveConversation(scope, bert.conversationId, { outcome: 'solved' });
  const late = await says(phone, 'a secret of mine', 10);
  expect(late.conversationId).toBe(anna.conversationId);
  const newest = await sendMessage(at(11), anna.conversationId, 'to the phone');
  expect((await wordsIn(anna.conversationId)).at(-1)).toEqual({
    text: 'to the phone',
    address: phone,
    customerId: bert.customerId,
  });

  await unmergeCustomer(at(12), bert.customerId);

  expect((await wordsIn(anna.conversationId)).map(({ text }) => text)).toEqual(['mine']);
  const [row] = await conversationsByIds(scope, [anna.conversationId]);
  expect(row).toMatchObject({ channel: 'email', status: 'open', lastMessageAt: at(0).now });
  const [waiting] = await sql`select waiting_since from conversations where id = ${anna.conversationId}`;
  expect(waiting!['waitingSince']).toEqual(at(0).now);
  const own = (await conversationsOf(bert.customerId)).filter((id) => id !== bert.conversationId);
  expect(own).toHaveLength(1);
  expect((await wordsIn(own[0]!)).map(({ text }) => text)).toEqual(['a secret of mine', 'to the phone']);
  const [newborn] = await conversationsByIds(scope, own as never);
  expect(newborn).toMatchObject({ channel: 'sms', status: 'open', customerId: bert.customerId, subject: null });
  expect(await sql`select conversation_id from messages where id = ${newest}`).toEqual([{ conversationId: own[0] }]);
  // It is told to each under their own name, and the one is not told of the other.
  const told = (await journalOf(sql, `customer:${anna.customerId}`)).at(-1)!;
  expect(told).toMatchObject({
    type: 'conversation.split',
    streams: [`customer:${anna.customerId}`, `conversation:${anna.conversationId}`],
  });
  expect(JSON.stringify(told.details)).not.toContain(own[0]!);
  // The next words of each go where their earlier ones are.
  expect((await says(phone, 'and more', 20)).conversationId).toBe(own[0]);
  expect((await says(mail, 'and more of mine', 21)).conversationId).toBe(anna.conversationId);
});

test('conversations that were merged into one while the persons were one are parted with them', async () => {
  const [mail, phone] = [anAddress(), aPhone()];
  const anna = await says(mail, 'A', 0);
  const bert = await says(phone, 'B', 1, 'thread-of-b');
  await mergeCustomers(scope, [anna.customerId, bert.customerId]);
  await mergeConversation(scope, bert.conversationId, anna.conversationId);
  expect(await wordsIn(anna.conversationId)).toHaveLength(2);

  await unmergeCustomer(scope, bert.customerId);

  expect((await wordsIn(anna.conversationId)).map(({ text }) => text)).toEqual(['A']);
  const [former] = await conversationsByIds(scope, [bert.conversationId]);
  const [survivor] = await conversationsByIds(scope, [former!.mergedIntoId!]);
  expect(survivor).toMatchObject({ customerId: bert.customerId, status: 'open' });
  expect((await wordsIn(survivor!.id)).map(({ text }) => text)).toEqual(['B']);
  expect((await says(phone, 'B again', 5, 'thread-of-b')).conversationId).toBe(survivor!.id);
});

test('an order of the one is no longer what a conversation of the other is about', async () => {
  const [mail, phone] = [anAddress(), aPhone()];
  const anna = await says(mail, 'A', 0);
  const bert = await says(phone, 'B', 1);
  const orderOf = async (customerId: CustomerId) =>
    (await recordOrderFacts(scope, [factsOf(`U${(count += 1)}`, customerId).placed()])).orderIds[0]!;
  await mergeCustomers(scope, [anna.customerId, bert.customerId]);
  const [hers, his] = [await orderOf(anna.customerId), await orderOf(bert.customerId)];
  await linkOrder(scope, anna.conversationId, hers);
  await linkOrder(scope, anna.conversationId, his);

  await unmergeCustomer(scope, anna.customerId);

  const about = await sql`select order_id from conversation_orders where conversation_id = ${anna.conversationId}`;
  expect([...about]).toEqual([{ orderId: hers }]);
});

test('of a person, everybody who was merged into it leaves; without the right nobody does', async () => {
  const [a, b, c] = [await says(anAddress(), 'a', 0), await says(anAddress(), 'b', 0), await says(anAddress(), 'c', 0)];
  await mergeCustomers(scope, [b.customerId, c.customerId]);
  await mergeCustomers(scope, [a.customerId, b.customerId]);

  for (const role of ['bot', 'customer', 'integration', 'partner'] as const)
    await expect(unmergeCustomer(aScope(database, role), a.customerId)).rejects.toThrow(/customers:merge/);
  await expect(mergeCustomers(aScope(database, 'bot'), [a.customerId, b.customerId])).rejects.toThrow(
    /customers:merge/,
  );
  const persons = await unmergeCustomer(aScope(database, 'agent'), a.customerId);

  expect(persons).toEqual([a.customerId, b.customerId]);
  expect(await sql`select member_id, person_id, into_id from person_links where person_id = ${b.customerId}`).toEqual([
    { memberId: c.customerId, personId: b.customerId, intoId: null },
  ]);
  await expect(unmergeCustomer(scope, a.customerId)).rejects.toMatchObject({ code: 'NOT_MERGED', field: ['id'] });
});

test('a preview counts what would join and names what contradicts, and changes nothing', async () => {
  const [mail, phone] = [anAddress(), aPhone()];
  const anna = await says(mail, 'A', 0);
  const bert = await says(phone, 'B', 1);
  await sql`update customers set display_name = 'Anna', language = 'fi' where id = ${anna.customerId}`;
  await sql`update customers set display_name = 'Bert', language = 'fi', market = 'FI' where id = ${bert.customerId}`;
  const strong = (customerId: string, kind: string, value: string) => sql`
    insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
    values (${`idn_${(count += 1)}`}, ${customerId}, ${kind}, ${value}, ${value}, true, 'test', now(), now())`;
  await strong(anna.customerId, 'loyalty_id', `L-${mail}`);
  await strong(bert.customerId, 'loyalty_id', `L-${phone}`);
  await strong(anna.customerId, 'external_id', `shop:${mail}`);
  await strong(bert.customerId, 'external_id', `till:${phone}`);
  const agrees = (customerId: string, state: 'granted' | 'withdrawn') =>
    setConsents(scope, customerId, [{ purpose: 'marketing', channel: 'email', state, source: 'form' }]);
  await agrees(anna.customerId, 'granted');
  await agrees(bert.customerId, 'withdrawn');
  const events = (await journalOf(sql)).length;

  const { joined, personId } = await mergeCustomers(scope, [anna.customerId, bert.customerId], { dryRun: true });
  const preview = await previewMerge(scope, joined);

  const nothing = { orders: 0, activities: 0, traits: 0 };
  expect(personId).toBeNull();
  expect(preview).toEqual({
    personId: anna.customerId,
    persons: [
      {
        customerId: anna.customerId,
        memberCount: 1,
        counts: { identities: 3, conversations: 1, messages: 1, ...nothing },
      },
      {
        customerId: bert.customerId,
        memberCount: 1,
        counts: { identities: 3, conversations: 1, messages: 1, ...nothing },
      },
    ],
    fields: [
      { field: 'displayName', kept: 'Anna', others: [{ customerId: bert.customerId, value: 'Bert' }] },
      { field: 'market', kept: null, others: [{ customerId: bert.customerId, value: 'FI' }] },
    ],
    consents: [
      {
        ...{ purpose: 'marketing', channel: 'email', jurisdiction: null, kept: 'withdrawn' },
        states: [
          { customerId: anna.customerId, state: 'granted' },
          { customerId: bert.customerId, state: 'withdrawn' },
        ],
      },
    ],
    strong: [
      {
        kind: 'loyalty_id',
        identities: [
          { customerId: anna.customerId, value: `L-${mail}`, verified: true },
          { customerId: bert.customerId, value: `L-${phone}`, verified: true },
        ],
      },
    ],
  });
  expect(await journalOf(sql)).toHaveLength(events);
  expect(await sql`select 1 from merges where person_id = ${anna.customerId}`).toHaveLength(0);
  await expect(mergeCustomers(scope, [anna.customerId])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(mergeCustomers(scope, [anna.customerId, anna.customerId])).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('I7: erased as one, nobody comes back by an unmerge; parted first, the other one stays whole', async () => {
  const [a, b] = [await says(anAddress(), 'a', 0), await says(anAddress(), 'b', 0)];
  await mergeCustomers(scope, [a.customerId, b.customerId]);
  await erasePerson(scope, b.customerId, { suppressionDays: 1 });

  await expect(unmergeCustomer(scope, b.customerId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await customersByIds(scope, [a.customerId, b.customerId])).toEqual([null, null]);
  expect(await sql`select 1 from merges where merged_id = ${b.customerId}`).toHaveLength(0);

  const [mail, phone] = [anAddress(), aPhone()];
  const [c, d] = [await says(mail, 'I7 c', 0), await says(phone, 'I7 d', 1)];
  await mergeCustomers(scope, [c.customerId, d.customerId]);
  await says(phone, 'I7 d again', 2);
  await unmergeCustomer(scope, d.customerId);
  await erasePerson(scope, d.customerId, { suppressionDays: 1 });

  await expect(mergeCustomers(scope, [c.customerId, d.customerId])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const [left] = await customersByIds(scope, [c.customerId]);
  expect(left!.id).toBe(c.customerId);
  const words = await sql`select text from messages where text like 'I7 %'`;
  expect([...words]).toEqual([{ text: 'I7 c' }]);
});
