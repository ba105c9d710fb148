import { getNamedType, type GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { executeOperation, textOf } from '../../src/execution/execute.ts';
import { openLiveEdge, type LiveEdge } from '../../src/live/live-edge.ts';
import type { LiveOperation } from '../../src/live/live-operation.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { toLiveOperation } from '../../src/server/to-live-operation.ts';
import { purposeSet } from '../../src/services/access/purposes.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readBatch, readSnapshot } from '../../src/services/events/read-events.ts';
import { AccessDenied } from '../../src/values/access-denied.ts';
import { InvalidRequest } from '../../src/values/invalid-request.ts';
import { ALL_RIGHTS, type Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import type { Role } from '../../src/values/vocabulary.ts';
import { aFullShop, documentOfMutation, type Shopper } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { everythingBelow } from '../support/full-documents.ts';
import { aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');
const berta = await shop.aShopper('berta');
// Berta is not to be written to; Anna may be.
await shop.act('customerPreferencesSet', { customerId: berta.customerId, input: { doNotContact: true } });
// Nor is it to be looked at what she did.
await shop.act('consentSet', {
  customerId: berta.customerId,
  consents: [{ purpose: 'PERSONALISATION', state: 'WITHDRAWN', source: 'app' }],
});

const edges: LiveEdge[] = [];
async function anEdge(contextCache = { entries: 0, megabytes: 0 }): Promise<LiveEdge> {
  const edge = await openLiveEdge({
    ...{ database, installation: shop.ground.installation, subscriptions: SUBSCRIPTIONS, contextCache },
    ...{ log: pino({ level: 'silent' }), checkpointIntervalMs: 600_000, stalledReaderMs: 600_000 },
    onViewerEvent: () => undefined,
  });
  edges.push(edge);
  return edge;
}
afterAll(() => Promise.all(edges.map((edge) => edge.close())));

async function visitorOf({ email }: Shopper): Promise<Viewer> {
  const { data } = await shop.ask(shop.admin, documentOfMutation(shop, 'visitorSessionStart', 'token'), {
    input: { identity: { kind: 'EMAIL', value: email } },
  });
  const { token } = data!['payload'] as unknown as { token: string };
  return (await verifyVisitorToken(database, shop.ground.installation, token))!.viewer;
}

const but = (...without: Right[]) => ALL_RIGHTS.filter((right) => !without.includes(right));
const viewer = (role: Role, principal: string, given: Partial<Viewer> = {}, scopes: readonly Right[] = ALL_RIGHTS) =>
  aViewer(role, { principal, rights: rightsOf(role, scopes), ...given });
const [agentId, otherAgentId] = shop.agentIds as [never, never];
const ORDER_SCOPES: readonly Right[] = ['graph:read', 'orders:read'];

/** Every kind of caller there is, beside others who differ from it in one thing: a right, a person, a name. */
const VIEWERS: readonly Viewer[] = [
  viewer('admin', 'key_admin'),
  viewer('admin', 'key_admin_of_orders', {}, ORDER_SCOPES),
  viewer('supervisor', 'key_supervisor'),
  // Who holds Anna's and Berta's conversations, a colleague of another team, and one whom the directory does not know.
  viewer('agent', 'key_agent', { agentId }),
  viewer('agent', 'key_agent_too', { agentId: otherAgentId }),
  viewer('agent', 'key_agent_nobody'),
  // The same rights, and not the same purposes.
  viewer('agent', 'key_agent_for_service', { agentId, purposes: purposeSet('agent', ['service', 'order_updates']) }),
  viewer('agent', 'key_agent_to_personalise', {
    agentId,
    purposes: purposeSet('agent', ['service', 'order_updates', 'personalisation']),
  }),
  viewer('agent', 'key_agent_without_notes', { agentId }, but('notes:read')),
  viewer('agent', 'key_agent_without_orders', { agentId }, but('orders:read', 'payments:read')),
  viewer('agent', 'key_agent_without_activity', { agentId: otherAgentId }, but('activity:read', 'customers:read')),
  viewer('bot', 'key_bot'),
  viewer('bot', 'key_bot_too'),
  viewer('bot', 'key_bot_without_conversations', {}, but('conversations:read')),
  viewer('integration', 'key_integration'),
  viewer('partner', 'key_partner', { partnerId: anna.partnerId }),
  viewer('partner', 'key_partner_narrow', { partnerId: anna.partnerId }, ORDER_SCOPES),
  viewer('partner', 'key_partner_of_berta', { partnerId: berta.partnerId }),
  viewer('customer', 'key_anna', { customerId: anna.customerId }),
  viewer('customer', 'key_anna_narrow', { customerId: anna.customerId }, ['graph:read', 'conversations:read']),
  viewer('customer', 'key_berta', { customerId: berta.customerId }),
  // Tokens of one subject, each with another claim of whom it speaks for.
  viewer('customer', 'jwt:one', { customerId: anna.customerId }),
  viewer('customer', 'jwt:one', { customerId: berta.customerId }),
  viewer('partner', 'jwt:two', { partnerId: anna.partnerId }),
  viewer('partner', 'jwt:two', { partnerId: berta.partnerId }),
  viewer('agent', 'jwt:three', { agentId }),
  viewer('agent', 'jwt:three', { agentId: otherAgentId }),
  await visitorOf(anna),
  await visitorOf(berta),
];
const nameOf = (one: Viewer) =>
  `${one.principal} ${[one.agentId, one.partnerId, one.customerId].filter(Boolean).join()}`.trim();

interface Question {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const DEEPEST = 3;
const selectionOf = (held: ReadonlySet<Right>, typeName: string) =>
  everythingBelow(shop.schema, shop.rights, held, DEEPEST)(shop.schema.getType(typeName) as GraphQLObjectType);

/** What is asked of each field beside nothing at all: whole and in part, of what is there twice. */
const ARGUMENTS: Readonly<Record<string, readonly Readonly<Record<string, readonly [string, unknown]>>[]>> = {
  channelOverview: [{}],
  contextPackets: [
    { customerId: ['ID', anna.customerId] },
    { customerId: ['ID', berta.customerId] },
    { conversationId: ['ID', anna.conversationId] },
    { assignedToMe: ['Boolean', true] },
  ],
  conversationEvents: [{}, { conversationId: ['ID', anna.conversationId] }, { assignedToMe: ['Boolean', true] }],
  orderEvents: [{}, { orderId: ['ID', berta.orderId] }],
  routingDecisions: [{}, { conversationId: ['ID', anna.conversationId] }],
  webhookEvents: [{}],
  stockEvents: [{}, { variantId: ['ID', shop.variantId] }],
};

/** Of each subscription what each set of rights can select of it: the narrower ones can be asked by those with wider rights too. */
function questions(): Question[] {
  const all = new Map<string, Question>();
  const sets = new Map(VIEWERS.map(({ rights }) => [[...rights].sort().join(), rights]));
  for (const field of Object.values(shop.schema.getSubscriptionType()!.getFields()))
    for (const held of sets.values()) {
      if (!held.has(shop.rights.get(`Subscription.${field.name}`)!)) continue;
      const set = selectionOf(held, getNamedType(field.type).name);
      for (const given of ARGUMENTS[field.name]!) {
        const names = Object.keys(given);
        const declared = names.map((name) => `$${name}: ${given[name]![0]}`).join(', ');
        const call = names.map((name) => `${name}: $${name}`).join(', ');
        const wrap = (text: string) => (text ? `(${text})` : '');
        const query = `subscription ${wrap(declared)} { ${field.name}${wrap(call)} { __typename ${set} } }`;
        const variables = Object.fromEntries(names.map((name) => [name, given[name]![1]]));
        all.set(query + JSON.stringify(variables), { query, variables });
      }
    }
  return [...all.values()];
}

interface Reading extends Question {
  readonly viewer: Viewer;
  readonly operation: LiveOperation;
  readonly texts: string[];
}

const isRefused = (error: unknown) =>
  error instanceof InvalidRequest || error instanceof AccessDenied || (error as Error).name === 'Rejection';

async function read(edge: LiveEdge, who: Viewer, question: Question): Promise<Reading | null> {
  const texts: string[] = [];
  try {
    const operation = toLiveOperation(shop.ground, shop.prepare(question, who), () => 'request-id');
    await edge.open(operation, {
      ...{ pendingBytes: 0, send: (text) => texts.push(text), onDrain: () => undefined },
      ...{ fail: (error) => texts.push(`failed: ${String(error)}`), closeStalled: () => undefined },
    });
    return { ...question, viewer: who, operation, texts };
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

interface Payload {
  event?: object | null;
  packet?: { customerId: string; version: number } | null;
  leftCustomerId?: string | null;
  overview?: object | null;
}

const payloadsOf = ({ texts }: Reading) =>
  texts.map((text) => {
    const { data, errors } = JSON.parse(text) as { data: Record<string, Payload> | null; errors?: unknown };
    return { payload: Object.values(data ?? {})[0] ?? {}, errors };
  });

/** What tells of the way and not of the place: how packets were merged, and when a part was looked at. */
const OF_THE_WAY = new Set(['changed', 'causes', 'asOf', 'cursor']);
const withoutTheWay = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => (OF_THE_WAY.has(key) ? undefined : inner));

/** What a reader knows in the end: of events all, of states the last. */
function knownBy(reading: Reading): string {
  const payloads = payloadsOf(reading);
  const packets = new Map<string, unknown>();
  for (const { payload } of payloads) {
    if (payload.packet) packets.set(payload.packet.customerId, payload.packet);
    if (payload.leftCustomerId) packets.set(payload.leftCustomerId, null);
  }
  return withoutTheWay({
    events: payloads.flatMap(({ payload: { event }, errors }) => (event ? [{ event, errors }] : [])),
    packets: [...packets].sort(([a], [b]) => (a < b ? -1 : 1)),
    overview: payloads.findLast(({ payload }) => payload.overview)?.payload.overview,
  });
}

/** The events that the subscription's own rules give to a reader, of those that came since. */
async function eventsDue({ operation }: Reading, since: Awaited<ReturnType<typeof readSnapshot>>): Promise<number> {
  const subscription = SUBSCRIPTIONS[operation.field]!;
  if (subscription.kind !== 'events') return 0;
  const scope = { db: database, viewer: operation.viewer, now: new Date() };
  const watch = await subscription.watch(scope, operation.args);
  const keys = new Set([...watch.streams, ...watch.topics]);
  let due = 0;
  for (const event of (await readBatch(sql, since)).events)
    if (
      [...event.streams, ...event.topics].some((key) => keys.has(key)) &&
      watch.select(event) &&
      (await watch.isVisible(scope, event))
    )
      due += 1;
  return due;
}

async function versionsNow(): Promise<Map<string, number>> {
  const names = [anna, berta].map(({ customerId }) => stream.customer(customerId));
  const rows = await sql<{ stream: string; version: number }[]>`
    select stream, version from stream_heads where stream = any (${names}::text[])`;
  return new Map(rows.map(({ stream: name, version }) => [name.slice('customer:'.length), version]));
}

/** One at a time: what an event shows is read when it is executed, and a second act would move that. */
const ACTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a note': () => shop.act('noteAdd', { id: anna.conversationId, input: { text: 'canary anna inner note' } }),
  'words of ours': () => shop.act('messageSend', { id: berta.conversationId, input: { text: 'canary berta words' } }),
  'a handoff': () =>
    shop.act('conversationHandOff', {
      id: anna.conversationId,
      input: { to: { agentId: otherAgentId }, summary: 'canary anna inner summary' },
    }),
  'a parcel on its way': () =>
    shop.act('trackingEventRecord', {
      input: {
        ...{ shipmentId: berta.shipmentId, source: 'posti', sourceEventId: 'berta', status: 'IN_TRANSIT' },
        ...{ place: 'canary berta place', occurredAt: new Date().toISOString() },
      },
    }),
  'a consent that is taken back': () =>
    shop.act('customerPreferencesSet', { customerId: anna.customerId, input: { doNotContact: true } }),
  'stock that is sold': () =>
    shop.act('stockSet', {
      input: { variantId: shop.variantId, locationId: shop.locationId, onHand: 42, source: 'till' },
    }),
  'a search': () =>
    shop.act('activityRecord', {
      input: { customerId: anna.customerId, source: 'site', search: { query: 'canary anna later search' } },
    }),
};

/** Words of the acts, the right that shows them, and to whom they belong. */
const CANARIES: readonly { text: string; right: Right; owner: Shopper | null }[] = [
  { text: 'canary anna inner note', right: 'notes:read', owner: null },
  { text: 'canary berta words', right: 'conversations:read', owner: berta },
  { text: '"number":"CANARY-berta"', right: 'orders:read', owner: berta },
  { text: 'canary anna later search', right: 'activity:read', owner: anna },
];

const maySee = ({ role, rights, customerId, partnerId }: Viewer, { right, owner }: (typeof CANARIES)[number]) =>
  rights.has(right) &&
  (role === 'customer'
    ? owner?.customerId === customerId
    : role !== 'partner' || (right === 'orders:read' && owner?.partnerId === partnerId));

describe('of what happens', () => {
  const together: Reading[] = [];
  const alone: Reading[] = [];
  let begunAt: Awaited<ReturnType<typeof readSnapshot>>;

  beforeAll(async () => {
    begunAt = await readSnapshot(sql);
    const company = await anEdge();
    const asked = questions();
    for (const who of VIEWERS) {
      const own = await anEdge();
      await Promise.all(
        asked.map(async (question) => {
          const [beside, apart] = [await read(company, who, question), await read(own, who, question)];
          if (!beside || !apart) return expect({ beside, apart }).toEqual({ beside: null, apart: null });
          together.push(beside);
          alone.push(apart);
        }),
      );
    }
    console.log(`${VIEWERS.length} viewers, ${asked.length} questions, ${together.length} readings`);
  });

  const allIsTold = async () => {
    const due = await Promise.all(together.map((reading) => eventsDue(reading, begunAt)));
    const versions = await versionsNow();
    const isTold = (reading: Reading, index: number) => {
      const payloads = payloadsOf(reading);
      if (payloads.length === 0) return false;
      if (payloads.filter(({ payload }) => payload.event).length !== due[index]) return false;
      const last = payloads.findLast(({ payload }) => payload.packet)?.payload.packet;
      return !last || last.version === versions.get(last.customerId);
    };
    await until(
      () =>
        together.findIndex((one, i) => !isTold(one, i) || !isTold(alone[i]!, i) || knownBy(one) !== knownBy(alone[i]!)),
      (first) => first === -1,
    ).catch(() => undefined);
    for (const [index, one] of together.entries()) {
      const context = { who: nameOf(one.viewer), asks: one.query, told: isTold(one, index), due: due[index] };
      expect({ ...context, knows: knownBy(one) }).toEqual({ ...context, told: true, knows: knownBy(alone[index]!) });
    }
  };

  test.each(Object.keys(ACTS))('who reads in company is told of %s what they are told alone', async (act) => {
    await ACTS[act]!();
    await allIsTold();
  });

  test('two who share an execution are told the same, and whoever is to be told something else shares none', () => {
    let [sharing, differing] = [0, 0];
    const known = alone.map(knownBy);
    for (const [index, one] of together.entries())
      for (let place = index + 1; place < together.length; place += 1) {
        const other = together[place]!;
        if (one.query !== other.query) continue;
        const isSame = known[index] === known[place];
        const isShared = one.operation.shareKey === other.operation.shareKey;
        if (isShared && !isSame)
          throw new Error(`${nameOf(one.viewer)} and ${nameOf(other.viewer)} share ${one.query.slice(0, 300)}`);
        if (isShared) sharing += 1;
        if (!isSame) differing += 1;
      }
    console.log(`${sharing} pairs share an execution, ${differing} pairs are told different things`);
    expect(sharing).toBeGreaterThan(0);
    expect(differing).toBeGreaterThan(0);
  });

  test('whoever lacks the right to a word, or to the person, is not told it; others are', () => {
    for (const canary of CANARIES) {
      const told = together.filter(({ texts }) => texts.some((text) => text.includes(canary.text)));
      expect(told.filter(({ viewer: who }) => !maySee(who, canary)).map(({ viewer: who }) => nameOf(who))).toEqual([]);
      expect(told.length, canary.text).toBeGreaterThan(0);
    }
    expect(shop.bugs).toEqual([]);
  });
});

test('of a context that is known, viewers of different rights who ask at once are each given their own text', async () => {
  const edge = await anEdge({ entries: 100, megabytes: 64 });
  const known = { ...shop.ground, contexts: edge.contexts };
  const sets = new Map(VIEWERS.map(({ rights }) => [[...rights].sort().join(), rights]));
  const asked = [...sets.values()]
    .filter((held) => held.has('context:read'))
    .flatMap((held) => {
      const set = selectionOf(held, 'ContextPacket');
      return [anna, berta].flatMap(({ customerId }) => [
        {
          query: `query ($id: ID!, $more: Boolean!) { contextPacket(customerId: $id) { customerId ... @include(if: $more) { ${set} } } }`,
          variables: { id: customerId, more: true },
        },
        {
          query: `query ($id: ID!, $more: Boolean!) { contextPacket(customerId: $id) { customerId ... @include(if: $more) { ${set} } } }`,
          variables: { id: customerId, more: false },
        },
        { query: `{ contextPacket(customerId: "${customerId}") { ${set} } }`, variables: {} },
      ]);
    });
  const all = VIEWERS.flatMap((who) =>
    asked.flatMap((question) => {
      try {
        return [{ who, question, operation: shop.prepare(question, who) }];
      } catch (error) {
        if (isRefused(error)) return [];
        throw error;
      }
    }),
  );
  const bodyOf = async (ground: typeof shop.ground, { operation }: (typeof all)[number]) => {
    const { data, errors } = await executeOperation(ground, operation, { requestId: 'request-id' });
    return textOf({ ...(errors ? { errors } : {}), data: data ?? null });
  };
  // Twice, so that the process keeps them.
  for (const { customerId } of [anna, berta, anna, berta]) await edge.contexts.current(customerId);
  await until(
    () => edge.contexts.current(anna.customerId),
    (context) => context !== null,
  );
  let texts = new Set<string>();
  for (const act of [() => Promise.resolve(), ACTS['a note']!]) {
    await act();
    // Without what the process knows nobody has anything to do with anybody else.
    const plain = await Promise.all(all.map((one) => bodyOf(shop.ground, one)));
    // All at once, from the last to the first, and once more when the answers are there.
    for (const order of [all.map((_, i) => i).reverse(), all.map((_, i) => i)]) {
      const answers = await Promise.all(order.map((i) => bodyOf(known, all[i]!)));
      for (const [place, i] of order.entries())
        expect({ who: nameOf(all[i]!.who), ...all[i]!.question, answer: withoutTheWay(answers[place]) }).toEqual({
          ...{ who: nameOf(all[i]!.who), ...all[i]!.question, answer: withoutTheWay(plain[i]) },
        });
    }
    texts = new Set(plain);
  }
  const answers = (await edge.contexts.current(anna.customerId))?.answers;
  console.log(`${all.length} questions at once, ${texts.size} different answers, ${answers?.size} documents kept`);
  expect(answers!.size).toBeGreaterThan(1);
  expect(texts.size).toBeGreaterThan(10);
});
