import fc from 'fast-check';
import { expect, test } from 'vitest';

import { searchCustomers } from '../../../src/services/context/search-customers.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { wordsOf } from '../../../src/services/customers/words-of.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import type { Scope } from '../../../src/services/scope.ts';
import { editDistance, oneEditFrom } from '../../../src/values/edit-distance.ts';
import { newId } from '../../../src/values/ids.ts';
import { ALL_RIGHTS } from '../../../src/values/rights.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const without = (right: string) =>
  aScope(database, 'admin', { rights: new Set(ALL_RIGHTS.filter((each) => each !== right)) });

let count = 0;
async function aCustomer(displayName: string, ...more: { kind: 'phone' | 'loyalty_id' | 'email'; value: string }[]) {
  const identities = [{ kind: 'external_id' as const, value: `crm:${(count += 1)}` }, ...more];
  const { customerId } = await upsertCustomer(scope, {
    identities,
    profile: { displayName, market: 'FI' },
    source: 'crm',
  });
  return customerId;
}
async function find(query: string, as: Scope = scope, page: { first?: number; after?: string | null } = {}) {
  const { found } = await searchCustomers(as, query, { first: 20, after: null, ...page });
  return found.map(({ customer, matchedOn, score }) => [customer.displayName, matchedOn, score]);
}

const aino = await aCustomer(
  'Aino Mäkeläinen',
  { kind: 'email', value: 'aino.m@example.com' },
  { kind: 'phone', value: '040 123 4567' },
  { kind: 'loyalty_id', value: 'K-7781' },
);
const berta = await aCustomer('Berta Ainola');
await aCustomer('Sinéad O’Brien');
await recordOrderFacts(scope, [factsOf('#W4711', aino).placed()]);
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
const { conversationId } = await receiveMessage(scope, {
  ...{ inbox: 'mail', sender: { kind: 'email', value: 'aino.m@example.com' }, externalId: 'm1', text: 'Hello' },
  occurredAt: scope.now,
});
const [conversation] = await sql<
  { reference: string }[]
>`select reference from conversations where id = ${conversationId}`;

test.each([
  ['Aino Mäkeläinen', [['Aino Mäkeläinen', 'name', 0.9]]],
  ['MAKELAINEN aino', [['Aino Mäkeläinen', 'name', 0.9]]],
  ['mäke', [['Aino Mäkeläinen', 'name', 0.54]]],
  [
    'aino',
    [
      ['Aino Mäkeläinen', 'name', 0.9],
      ['Berta Ainola', 'name', 0.54],
    ],
  ],
  ['obrien', [['Sinéad O’Brien', 'name', 0.9]]],
  ['makelianen', [['Aino Mäkeläinen', 'name', 0.405]]],
  ['amkelainen', [['Aino Mäkeläinen', 'name', 0.405]]],
  ['ano makelainen', [['Aino Mäkeläinen', 'name', 0.6]]],
  ['berta ainolo', [['Berta Ainola', 'name', 0.6375]]],
  ['aino.m@', [['Aino Mäkeläinen', 'identity', 0.7]]],
  ['AINO.M@example.com', [['Aino Mäkeläinen', 'identity', 1]]],
  ['+358 40 123 4567', [['Aino Mäkeläinen', 'identity', 1]]],
  ['040-123 45 67', [['Aino Mäkeläinen', 'identity', 0.8]]],
  ['1234567', [['Aino Mäkeläinen', 'identity', 0.8]]],
  ['k-77', [['Aino Mäkeläinen', 'identity', 0.7]]],
  ['w4711', [['Aino Mäkeläinen', 'order_number', 1]]],
  ['#W47', [['Aino Mäkeläinen', 'order_number', 0.7]]],
  [conversation!.reference.toLowerCase(), [['Aino Mäkeläinen', 'conversation_reference', 1]]],
  ['nobody at all', []],
  ["%_\\'--", []],
])('"%s" finds %j', async (query, expected) => {
  expect((await find(query)).filter(([, , score]) => (score as number) > 0.1)).toEqual(expected);
});

test.each(['', ' ', 'a', 'x'.repeat(201), 'x'.repeat(10_240), 'a\0b', 'a\ud800'])(
  'what is no search is refused before anything is read: %j',
  async (query) => {
    await expect(find(query)).rejects.toMatchObject({ argument: 'query' });
  },
);

test('C9: nobody is found by an order number or a reference without the right to it', async () => {
  expect(await find('#W4711', without('orders:read'))).toEqual([]);
  expect(await find(conversation!.reference, without('conversations:read'))).toEqual([]);
  await expect(find('aino', without('customers:read'))).rejects.toThrow('customers:read');
});

test('C10: a customer finds only themselves, and no page tells of others', async () => {
  const me = aScope(database, 'customer', { customerId: berta });

  const mine = await searchCustomers(me, 'aino', { first: 1, after: null });

  expect(mine.found.map(({ customer }) => customer.id)).toEqual([berta]);
  expect(mine.hasNextPage).toBe(false);
  for (const query of ['aino.m@example.com', '#W4711', conversation!.reference, '1234567', 'crm:1', 'makelianen'])
    expect(await find(query, me)).toEqual([]);
});

test('several customer ids of one person are found once, by the best of them', async () => {
  const member = await aCustomer('Zelda Zoo', { kind: 'email', value: 'zelda@example.com' });
  const person = await aCustomer('Zelda Zoological');
  await sql`insert into person_links values (${member}, ${person}, now())`;

  expect(await find('zelda zoo')).toEqual([['Zelda Zoological', 'name', 0.9]]);
});

test('X19: pages go on behind the last one, each person once, also while others arrive', async () => {
  for (let i = 0; i < 25; i += 1) await aCustomer(`Maria Number${i}`);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = await searchCustomers(scope, 'maria', { first: 4, after });
    seen.push(...page.found.map(({ customer }) => customer.id));
    after = page.hasNextPage ? page.found.at(-1)!.cursor : null;
    await aCustomer('Maria Late');
  } while (after && seen.length < 100);

  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThanOrEqual(25);
  await expect(searchCustomers(scope, 'maria', { first: 4, after: 'nonsense' })).rejects.toMatchObject({
    argument: 'after',
  });
});

test.each([
  ['maria', 'maria', 0],
  ['mraia', 'maria', 1],
  ['mara', 'maria', 1],
  ['makelianen', 'makelainen', 1],
  ['virtanen', 'vertainen', 2],
  ['abc', 'xyz', 3],
])('from "%s" to "%s" it is %i', (one, other, distance) => {
  expect(editDistance(one, other, 2)).toBe(distance);
  if (distance === 1) expect(oneEditFrom(one)).toContain(other);
});

test('whoever is asked for by the full name is on the first page, however common each word of it is', async () => {
  // Half are called alike by the first name and half by the last, but few by both; some have a third word, as common as those.
  const word = (most: number, start: string) =>
    fc.integer({ min: 0, max: most }).map((n) => `${start}${String.fromCharCode(97 + (n % 26), 97 + ((n / 26) % 26))}`);
  const name = fc.oneof(
    { weight: 45, arbitrary: fc.tuple(fc.constant('Jane'), word(600, 'Rare')) },
    { weight: 45, arbitrary: fc.tuple(word(600, 'Seldom'), fc.constant('Doe')) },
    { weight: 30, arbitrary: fc.tuple(fc.constantFrom('Jane', 'Janet'), fc.constant('Middle'), word(20, 'Last')) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('Jane'), fc.constant('Doe')) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('Jane'), fc.constant('Middle'), fc.constant('Doe')) },
  );
  const people = fc
    .sample(name, { numRuns: 4_000, seed: 7 })
    .map((parts) => ({ id: newId('customer', Math.floor(Math.random() * 2 ** 40)), name: parts.join(' ') }))
    .map((person) => ({ ...person, words: wordsOf(person.name) }));
  await sql`
    with made as (
      insert into customers (id, display_name, created_at, updated_at)
      select id, name, now(), now() from jsonb_to_recordset(${sql.json(people)}::jsonb) as p(id text, name text)
    )
    insert into customer_words (customer_id, word)
    select id, word from jsonb_to_recordset(${sql.json(people)}::jsonb) as p(id text, words text[]), unnest(words) as word`;
  await sql`analyze customer_words`;

  const namesakes = (words: readonly string[]) =>
    people.filter((other) => words.every((each) => other.words.includes(each))).length;
  const distinct = Map.groupBy(people, (person) => [...person.words].sort().join(' '));
  const asked = [...distinct.values()].filter(([one]) => namesakes(one!.words) < 20);
  const rare = asked.filter(([one]) => !/rare|seldom/i.test(one!.name));
  expect(rare.length).toBeGreaterThan(0);
  for (const same of [...rare, ...asked.slice(0, 150)]) {
    const { found } = await searchCustomers(scope, same[0]!.name.toUpperCase(), { first: 20, after: null });
    const ids = found.map(({ customer }) => customer.id);
    expect(same.filter(({ id }) => !ids.includes(id))).toEqual([]);
  }
});
