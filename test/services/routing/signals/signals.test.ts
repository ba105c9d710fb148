import { beforeAll, expect, test } from 'vitest';

import { assignConversation } from '../../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../../src/services/conversations/set-presence.ts';
import { updateConversation } from '../../../../src/services/conversations/update-conversation.ts';
import { setTraits } from '../../../../src/services/customers/set-traits.ts';
import { readInstallation } from '../../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { recordProducts } from '../../../../src/services/inventory/record-products.ts';
import { linkOrder } from '../../../../src/services/orders/link-order.ts';
import { recordOrderFacts } from '../../../../src/services/orders/record-order-facts.ts';
import { setConsents } from '../../../../src/services/privacy/set-consents.ts';
import { ENRICHERS } from '../../../../src/services/routing/signals/enrichers.ts';
import { gatherSignals } from '../../../../src/services/routing/signals/gather-signals.ts';
import { signalsOfConversations } from '../../../../src/services/routing/signals/read-signals.ts';
import { setSignals } from '../../../../src/services/routing/signals/set-signals.ts';
import type { Scope } from '../../../../src/services/scope.ts';
import { keepSegments } from '../../../../src/services/segments/keep-segments.ts';
import { createSegment } from '../../../../src/services/segments/write-segment.ts';
import type { ConversationId, CustomerId } from '../../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../../support/journal.ts';
import { factsOf } from '../../../support/orders.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const bot = aScope(database, 'bot', { principal: 'key_bot' });
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail', brand: 'Halla', market: 'FI' });
  await ensureInbox(scope, { externalId: 'wa', channel: 'whatsapp', name: 'WhatsApp' });
});

async function aConversation(who = `p${(count += 1)}@example.com`, inScope: Scope = scope) {
  const name = `m${(count += 1)}`;
  const { conversationId, customerId } = await receiveMessage(inScope, {
    ...{ inbox: 'mail', sender: { kind: 'email', value: who }, externalId: name, threadId: name },
    ...{ text: 'Moi', language: 'fi', occurredAt: inScope.now },
  });
  return { id: conversationId, customerId };
}
const later = (ms: number, of = scope): Scope => ({ ...of, now: new Date(scope.now.getTime() + ms) });
const valuesOf = async (id: ConversationId, in_ = scope) =>
  Object.fromEntries(Object.entries((await gatherSignals(in_, id))!).map(([name, { value }]) => [name, value]));
async function aLateOrder(customerId: CustomerId, estimatedDeliveryAt = '2026-11-19T12:00:00.000Z') {
  const number = `ORDER-${(count += 1)}`;
  const facts = factsOf(number, customerId);
  await recordOrderFacts(scope, [facts.placed(), facts.shipped({ estimatedDeliveryAt })]);
  const [order] = await sql<{ id: string }[]>`select id from orders where number = ${number}`;
  return order!.id;
}

test('of a new conversation it is known what the channel and the inbox say, who waits for how long, and nothing that nobody said', async () => {
  const { id } = await aConversation();

  expect(await valuesOf(id, later(90_000))).toEqual({
    ...{ language: 'fi', priority: 'normal', inbox: 'mail', brand: 'Halla', market: 'FI' },
    ...{ open_issues: 0, repeated_contacts: 0, waiting_seconds: 90, bucket: expect.any(Number) as number },
  });
  const signals = (await gatherSignals(later(90_000), id))!;
  expect(signals['language']).toEqual({ value: 'fi', source: 'conversation', at: later(90_000).now.getTime() });
  expect(signals['waiting_seconds']!.source).toBe('clock');
  expect(await gatherSignals(scope, 'cnv_none' as ConversationId)).toBeNull();
});

test('what came before counts: open issues, contacts within two weeks, who has served the person, the latest first', async () => {
  const [first, second] = [`a${(count += 1)}`, `a${(count += 1)}`].map((name) =>
    ensureAgent(scope, { externalId: name, name, capacity: 9, skills: {} }),
  );
  const agents = [await first!, await second!];
  const day = 86_400_000;
  const begun: ConversationId[] = [];
  for (const [i, days] of [-30, -10, -2].entries()) {
    const { id } = await aConversation('often@example.com', later(days * day));
    const agentId = agents[i % 2]!;
    await setPresence(scope, agentId, 'online');
    await assignConversation(scope, id, { agentId });
    begun.push(id);
  }
  await resolveConversation(scope, begun[0]!);
  const { id } = await aConversation('often@example.com');

  expect(await valuesOf(id)).toMatchObject({
    open_issues: 2,
    repeated_contacts: 2,
    earlier_agents: [agents[0], agents[1]],
  });
});

test('an order that it is about and that is late makes it a matter of delivery, beside what was bought', async () => {
  await recordProducts(scope, [
    {
      externalId: 'boots',
      title: 'Boots',
      category: 'Shoes: winter',
      variants: [{ sku: 'SKU-1', title: 'Boots', options: {} }],
    },
  ]);
  const { id, customerId } = await aConversation();
  const orderId = await aLateOrder(customerId);
  await linkOrder(scope, id, orderId);

  const signals = (await gatherSignals(scope, id))!;
  expect(signals['late_order']).toMatchObject({ value: true, source: 'orders' });
  expect(signals['areas']).toMatchObject({ value: ['delivery', 'shoes  winter'], source: 'orders' });
  expect(await valuesOf(id, { ...scope, now: new Date('2026-11-19T11:59:59.999Z') })).toMatchObject({
    areas: ['shoes  winter'],
  });
});

test('who names no order and asks for a delivery has their own late one looked at; of somebody else’s nothing is said', async () => {
  const { id, customerId } = await aConversation();
  const { id: others } = await aConversation();
  await aLateOrder(customerId);

  expect(await valuesOf(id)).toMatchObject({ late_order: true });
  expect(await valuesOf(id)).not.toHaveProperty('areas');
  await updateConversation(scope, id, { topic: 'delivery' });
  expect(await valuesOf(id)).toMatchObject({ late_order: true, topic: 'delivery', areas: ['delivery'] });
  expect(await valuesOf(others)).not.toHaveProperty('late_order');
});

test('what was concluded of the person counts unless they refused that, and is shown to who may look at traits', async () => {
  const { id, customerId } = await aConversation();
  await setTraits(scope, customerId, [
    { key: 'segment', trait: { kind: 'text', value: 'gold' }, source: 'crm' },
    { key: 'value', trait: { kind: 'number', value: 1200 }, source: 'crm' },
    { key: 'shoe_size', trait: { kind: 'number', value: 43 }, source: 'crm' },
  ]);
  expect(await valuesOf(id)).toMatchObject({ segment: 'gold', value: 1200 });
  expect(await valuesOf(id)).not.toHaveProperty('shoe_size');
  const forService = aScope(database, 'agent', { purposes: new Set(['service']) } as never);
  const shownTo = async (who: Scope) => (await signalsOfConversations(who, [id])).map(({ name }) => name);
  expect(await shownTo(scope)).toContain('segment');
  expect(await shownTo(forService)).not.toContain('segment');

  await setConsents(scope, customerId, [{ purpose: 'profiling', state: 'denied', source: 'app' }]);

  expect(await valuesOf(id)).not.toHaveProperty('segment');
});

test('a bot tells what it sees: it is the source, the past stays, the same again is no fact, and the fact has no value', async () => {
  const { id } = await aConversation();
  await setSignals(later(1_000, bot), id, [
    { name: 'sentiment', value: -0.2 },
    { name: 'intent', value: 'where_is_my_order' },
  ]);
  await setSignals(later(2_000, bot), id, [{ name: 'sentiment', value: -0.2 }]);
  await setSignals(later(3_000, bot), id, [{ name: 'sentiment', value: -0.9 }]);

  expect((await gatherSignals(later(4_000), id))!['sentiment']).toEqual({
    value: -0.9,
    source: 'key_bot',
    at: later(3_000).now.getTime(),
  });
  const told = (await journalOf(sql, `conversation:${id}`)).filter(({ type }) => type.includes('signals'));
  expect(told.map(({ details, topics }) => [details['names'], details['source'], topics.includes('routing')])).toEqual([
    [['intent', 'sentiment'], 'key_bot', true],
    [['sentiment'], 'key_bot', true],
  ]);
  expect(JSON.stringify(told)).not.toContain('0.9');
  const rows = await sql`
    select value, valid_from, valid_to from conversation_signals
    where conversation_id = ${id} and name = 'sentiment' order by valid_from`;
  expect([...rows]).toEqual([
    { value: -0.2, validFrom: later(1_000).now, validTo: later(3_000).now },
    { value: -0.9, validFrom: later(3_000).now, validTo: null },
  ]);
});

test('of two who tell one name the later is believed, until it takes that back', async () => {
  const { id } = await aConversation();
  const model = { ...bot, viewer: { ...bot.viewer, principal: 'key_model' } };
  await setSignals(later(1, bot), id, [{ name: 'complexity', value: 2 }]);
  await setSignals(later(2, model), id, [{ name: 'complexity', value: 5 }]);
  expect(await valuesOf(id)).toMatchObject({ complexity: 5 });

  await setSignals(later(3, model), id, [{ name: 'complexity', value: null }]);

  expect((await gatherSignals(scope, id))!['complexity']).toMatchObject({ value: 2, source: 'key_bot' });
});

test('who knows the product areas better than the orders do is believed', async () => {
  const { id, customerId } = await aConversation();
  await linkOrder(scope, id, await aLateOrder(customerId));
  await setSignals(bot, id, [{ name: 'areas', value: ['warranty'] }]);

  expect((await gatherSignals(scope, id))!['areas']).toMatchObject({ value: ['warranty'], source: 'key_bot' });
});

test('twenty who tell at once leave one value each, and it is one of theirs', async () => {
  const { id } = await aConversation();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => setSignals(later(i % 5, bot), id, [{ name: 'mood', value: i }])),
  );

  const rows = await sql`
    select value from conversation_signals where conversation_id = ${id} and name = 'mood' and valid_to is null`;
  expect(rows).toHaveLength(1);
});

test.each([
  ['language', 'fi', 'conversationUpdate'],
  ['open_issues', 3, 'is read from what Punos has'],
  ['channel', 'voice', 'is read from what Punos has'],
  ['Sentiment', 0, 'small letters'],
  ['__proto__', 0, 'small letters'],
  ['sentiment', -1.01, 'from -1'],
  ['sentiment', 'angry', 'from -1'],
  ['sentiment', Number.NaN, 'finite'],
  ['complexity', 2.5, 'from 1 to 5'],
  ['complexity', 6, 'from 1 to 5'],
  ['areas', 'shoes', 'a list of words'],
  ['areas', [], '1 to 20 words'],
  ['mood', '\0', 'NUL'],
  ['mood', 'x'.repeat(201), '200 characters'],
] as const)('%s = %s is refused and changes nothing', async (name, value, words) => {
  const { id } = await aConversation();
  const before = await rowCounts(sql);

  await expect(setSignals(bot, id, [{ name, value } as never])).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining(words),
  });

  expect(await rowCounts(sql)).toEqual(before);
});

test('no two enrichers give one name', () => {
  const names = ENRICHERS.flatMap((enricher) => enricher.names);
  expect(new Set(names).size).toBe(names.length);
});

test('how long is left until a target is missed is known, and negative when it was', async () => {
  const { id } = await aConversation();
  await sql`
    insert into service_clocks (conversation_id, kind, started_at, target_seconds, warn_before_seconds, policy_version, level,
      counted_ms, running_since, due_at)
    values (${id}, 'first_response', ${scope.now}, 300, 60, 1, 'default', 0, ${scope.now}, ${later(300_000).now})
    on conflict (conversation_id, kind) do update set running_since = excluded.running_since, due_at = excluded.due_at`;

  expect(await valuesOf(id, later(240_000))).toMatchObject({ sla_seconds: 60 });
  expect(await valuesOf(id, later(310_000))).toMatchObject({ sla_seconds: -10 });
});

test('segments that are saved here stand beside what a source calls the person, and neither does after a refusal', async () => {
  const { id, customerId } = await aConversation();
  await createSegment(scope, { name: 'Finns', filter: { knownBy: ['email'] } });
  while (await keepSegments(scope, await readInstallation(sql)));
  expect((await valuesOf(id))['segment']).toEqual(['Finns']);
  await setTraits(scope, customerId, [{ key: 'segment', trait: { kind: 'text', value: 'gold' }, source: 'crm' }]);
  expect((await valuesOf(id))['segment']).toEqual(['gold', 'Finns']);

  await setConsents(scope, customerId, [{ purpose: 'profiling', state: 'denied', source: 'form' }]);

  expect(await valuesOf(id)).not.toHaveProperty('segment');
});
