import { describe, expect, test } from 'vitest';

import { createApiKey } from '../../src/services/access/create-api-key.ts';
import { PARTNER_RIGHTS, ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { recordLocations } from '../../src/services/inventory/record-locations.ts';
import { recordProducts } from '../../src/services/inventory/record-products.ts';
import { setPickupSlots } from '../../src/services/inventory/set-pickup-slots.ts';
import { setStock } from '../../src/services/inventory/set-stock.ts';
import type { OrderFact } from '../../src/services/orders/order-fact.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { reservePickup } from '../../src/services/orders/reserve-pickup.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { setPartnerLocations } from '../../src/services/partners/set-partner-locations.ts';
import type { LocationId, VariantId } from '../../src/values/ids.ts';
import { PARTNER_KINDS, type PartnerKind } from '../../src/values/vocabulary.ts';
import { aReceiver } from '../support/bridge.ts';
import { EventStream } from '../support/event-stream.ts';
import { post } from '../support/graphql.ts';
import { aLine, at, factsOf } from '../support/orders.ts';
import { aViewer } from '../support/scopes.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { actOnWebhook, anEndpoint, settled } from '../support/webhooks.ts';
import { withDatabase } from '../support/with-database.ts';

// One order that a marketplace sells, a carrier brings and a store packs: all three see it, each its part.
const database = await withDatabase();
const { sql } = database;
const receiver = await aReceiver((_, response) => void response.end());
const app = await withApp(database, {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: receiver.place,
  RATE_COST_PER_SECOND: '100000',
  RATE_COST_BURST: '1000000',
});
const scope = systemScope(database);
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'anna@example.org' }],
  source: 'shop',
});
const [turku, oulu] = (await recordLocations(scope, [
  { externalId: 'turku', kind: 'store', name: 'Turku' },
  { externalId: 'oulu', kind: 'store', name: 'Oulu' },
])) as [LocationId, LocationId];
await recordProducts(scope, [
  {
    ...{ externalId: 'lamp', title: 'Lamp' },
    variants: ['SKU-1', 'SKU-2'].map((sku) => ({ sku, title: sku, options: {} })),
  },
]);
const [lamp, otherLamp] = await sql<{ id: VariantId }[]>`select id from variants order by sku`;
const variantId = lamp!.id;
const count = (onHand: number, locationId: LocationId, id = variantId) =>
  setStock(systemScope(database), [{ variantId: id, locationId, onHand, source: 'till' }]);
const aPartner = async (kind: PartnerKind) => {
  const partnerId = await ensurePartner(scope, { externalId: kind, name: kind, kind });
  return { partnerId, ...(await aKey(database, 'partner', { partnerId })) };
};
const partners = {
  carrier: await aPartner('carrier'),
  marketplace: await aPartner('marketplace'),
  store_chain: await aPartner('store_chain'),
};
await setPartnerLocations(scope, partners.store_chain.partnerId, [turku]);

const facts = factsOf('K-1', customerId);
const THE_ORDER: OrderFact[] = [
  facts.placed({
    partnerId: partners.marketplace.partnerId,
    lines: [aLine('1', { unitPriceMinor: 2_999 })],
    totalMinor: 2_999,
    shippingAddress: { line1: 'Kuusitie 1', postalCode: '20100', city: 'Turku', country: 'FI' },
  }),
  facts.money('payment_recorded', 2_999),
  {
    ...{ orderNumber: 'K-1', source: 'shop', sourceEventId: 'K-1/work', occurredAt: at('10:30') },
    kind: 'fulfilment_order_recorded',
    externalId: 'work',
    status: 'open',
    locationExternalId: 'turku',
  },
  facts.shipped({
    partnerId: partners.carrier.partnerId,
    fulfilmentOrderExternalId: 'work',
    lineExternalIds: ['1'],
    estimatedDeliveryAt: at('20:00').toISOString(),
  }),
  facts.returned(),
];

/** Who may ask for a part of an order, and what it then says; nobody else gets any of it. */
const PARTS: readonly (readonly [string, readonly PartnerKind[], object])[] = [
  ['status', PARTNER_KINDS, { status: 'RETURN_STARTED' }],
  ['lines { sku quantity }', PARTNER_KINDS, { lines: [{ sku: 'SKU-1', quantity: 1 }] }],
  ['returns { reason }', PARTNER_KINDS, { returns: [{ reason: 'too small' }] }],
  [
    'shipments { trackingNumber estimatedDeliveryAt }',
    PARTNER_KINDS,
    { shipments: [{ trackingNumber: 'T-K-1', estimatedDeliveryAt: at('20:00').toISOString() }] },
  ],
  ['fulfilmentOrders { method }', PARTNER_KINDS, { fulfilmentOrders: [{ method: 'SHIP' }] }],
  [
    'shippingAddress { line1 postalCode }',
    ['carrier'],
    { shippingAddress: { line1: 'Kuusitie 1', postalCode: '20100' } },
  ],
  ['total { amountMinor }', ['marketplace'], { total: { amountMinor: 2_999 } }],
  ['lines { unitPrice { amountMinor } }', ['marketplace'], { lines: [{ unitPrice: { amountMinor: 2_999 } }] }],
  ['payments { method }', ['marketplace'], { payments: [{ method: 'credit_card' }] }],
  ['paymentStatus', ['marketplace'], { paymentStatus: 'PAID' }],
  ['paymentStatusLabel', ['marketplace'], { paymentStatusLabel: 'paid' }],
  ['statusHistory { paymentStatus }', ['marketplace'], {}],
  ['lines { variant { id } }', ['store_chain'], { lines: [{ variant: { id: variantId } }] }],
  ['customerId', [], {}],
  ['customer { id }', [], {}],
  ['partner { id }', [], {}],
  ['notices { nodes { kind } }', [], {}],
  ['promises { kind }', [], {}],
];
const partsOf = (kind: PartnerKind, isTheirs: boolean) =>
  PARTS.filter(([, kinds]) => kinds.includes(kind) === isTheirs);
const isForbidden = (errors: { extensions: Record<string, unknown> }[] | undefined) =>
  errors?.every(({ extensions }) => extensions['code'] === 'FORBIDDEN') ?? false;
const documentOf = (field: string) => `subscription { orderEvents { cursor event { order { ${field} } } } }`;

const wholeOf = (kind: PartnerKind) => ['number', ...partsOf(kind, true).map(([field]) => field)].join(' ');
const endpoints = new Map<PartnerKind, string>();
for (const kind of PARTNER_KINDS) {
  const asked = { url: `http://${receiver.place}/${kind}`, document: documentOf(wholeOf(kind)) };
  endpoints.set(kind, (await anEndpoint(app.url, partners[kind].secret, asked)).id);
}
await recordOrderFacts(systemScope(database), THE_ORDER);

describe.each(PARTNER_KINDS)('a %s', (kind) => {
  const { secret } = partners[kind];

  test('is sent its parts of an order', async () => {
    await settled(database, endpoints.get(kind)!);

    const { body } = await post(app.url, secret, `{ orderByNumber(number: "K-1") { ${wholeOf(kind)} } }`);
    const bodies = receiver.posts.filter(({ path }) => path === `/${kind}`).map((one) => one.body);
    for (const one of bodies) {
      const { data } = JSON.parse(one) as { data: { orderEvents: { event: { order: object } } } };
      expect(data.orderEvents.event.order).toEqual(body.data!['orderByNumber']);
    }
    expect(bodies.length).toBeGreaterThan(0);
    const bytes = bodies.join();
    expect(bytes.includes('Kuusitie')).toBe(kind === 'carrier');
    expect(bytes.includes('"amountMinor":2999')).toBe(kind === 'marketplace');
    expect(bytes.includes('credit_card')).toBe(kind === 'marketplace');
    expect(bytes.includes('anna@example.org')).toBe(false);
  });

  test('registers no webhook and no subscription for what is not its own', async () => {
    for (const [field] of partsOf(kind, false)) {
      const input = `{ name: "x", url: "https://partner.example/", document: ${JSON.stringify(documentOf(field))} }`;
      const refused = await actOnWebhook(app.url, secret, 'webhookEndpointCreate', `input: ${input}`, 'secret');
      expect([field, refused.secret, refused.userErrors]).toMatchObject([
        field,
        null,
        [{ code: 'NOT_ALLOWED', field: ['input', 'document'] }],
      ]);
      const stream = await EventStream.open(app.url, secret, { query: documentOf(field) });
      await stream.ended;
      expect([field, stream.text]).toEqual([field, expect.stringContaining('FORBIDDEN')]);
    }
  });

  test.each(PARTS)('asks for %s over HTTP: %j', async (field, kinds, says) => {
    const { body } = await post(app.url, secret, `{ orderByNumber(number: "K-1") { ${field} } }`);

    if (kinds.includes(kind)) expect(body.data!['orderByNumber']).toMatchObject(says);
    else expect([isForbidden(body.errors), body.data ?? null]).toEqual([true, null]);
  });
});

test('a store sees what is there, is held and is picked up in its own stores; carriers and marketplaces none of it', async () => {
  const hour = (n: number) => new Date(Date.now() + n * 3_600_000);
  await count(5, oulu, otherLamp!.id);
  for (const locationId of [turku, oulu]) {
    await count(7, locationId);
    await setPickupSlots(scope, locationId, [{ startsAt: hour(24), endsAt: hour(25), capacity: 3 }]);
    const wanted = { conversationId: null, customerId, locationId, slotId: null, minutes: 30 };
    await reservePickup(scope, { ...wanted, lines: [{ sku: 'SKU-1', quantity: 1 }] });
  }
  const QUESTIONS: readonly (readonly [string, object])[] = [
    [
      'availability(sku: "SKU-1") { nodes { locationId available } }',
      { availability: { nodes: [{ locationId: turku, available: 6 }] } },
    ],
    ['substitutes(sku: "SKU-1") { reason }', { substitutes: [] }],
    [
      `holds(locationId: "${turku}") { nodes { lines { sku } } }`,
      { holds: { nodes: [{ lines: [{ sku: 'SKU-1' }] }] } },
    ],
    [`holds(locationId: "${oulu}") { nodes { id } }`, { holds: { nodes: [] } }],
    [`pickupSlots(locationId: "${turku}") { capacity }`, { pickupSlots: [{ capacity: 3 }] }],
    [`pickupSlots(locationId: "${oulu}") { capacity }`, { pickupSlots: [] }],
    [`node(id: "${variantId}") { ... on Variant { totalAvailable } }`, { node: { totalAvailable: 6 } }],
  ];

  for (const [question, says] of QUESTIONS) {
    const { body } = await post(app.url, partners.store_chain.secret, `{ ${question} }`);
    expect([question, body.errors ?? body.data]).toEqual([question, says]);
    for (const kind of ['carrier', 'marketplace'] as const) {
      const refused = await post(app.url, partners[kind].secret, `{ ${question} }`);
      expect([question, kind, isForbidden(refused.body.errors)]).toEqual([question, kind, true]);
    }
  }
});

test('a store hears of stock in its own stores, all of them or one, and of no others', async () => {
  const open = (args: string) =>
    EventStream.open(app.url, partners.store_chain.secret, {
      query: `subscription { stockEvents${args} { event { locationId onHand } } }`,
    });
  const streams = await Promise.all([
    open(''),
    open(`(variantId: "${variantId}")`),
    open(`(locationId: "${turku}")`),
    open(`(locationId: "${oulu}")`),
  ]);
  // Each begins with a checkpoint.
  for (const stream of streams) await stream.until(() => stream.events.length > 0);

  await count(80, oulu);
  await count(70, turku);

  const heard = ({ events }: EventStream) =>
    events.flatMap(({ data }) => {
      const { event } = (data as { data: { stockEvents: { event: object | null } } }).data.stockEvents;
      return event ? [event] : [];
    });
  for (const stream of streams.slice(0, 3)) {
    await stream.until(() => heard(stream).length > 0);
    expect(heard(stream)).toEqual([{ locationId: turku, onHand: 70 }]);
  }
  expect(heard(streams[3]!)).toEqual([]);
  for (const stream of streams) stream.close();
});

test('a key has what its partner needs unless its maker says otherwise, and never more than the role can have', async () => {
  const scopesOf = async (id: string) =>
    (await sql<{ scopes: string[] }[]>`select scopes from api_keys where id = ${id}`)[0]!.scopes;
  for (const kind of PARTNER_KINDS) expect(await scopesOf(partners[kind].id)).toEqual([...PARTNER_RIGHTS[kind]]);
  for (const right of Object.values(PARTNER_RIGHTS).flat()) expect(ROLE_RIGHTS.partner).toHaveProperty([right]);

  const { partnerId } = partners.store_chain;
  const granted = await aKey(database, 'partner', {
    partnerId,
    scopes: [...PARTNER_RIGHTS.store_chain, 'payments:read'],
  });
  const paid = await post(app.url, granted.secret, '{ orderByNumber(number: "K-1") { paymentStatus } }');
  expect(paid.body.data).toEqual({ orderByNumber: { paymentStatus: 'PAID' } });
  await expect(aKey(database, 'partner', { partnerId, scopes: ['customers:read'] })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('whoever may not see addresses makes no key that does, also not by leaving its rights out', async () => {
  const without = aViewer('admin');
  const rights = new Set([...without.rights].filter((right) => right !== 'addresses:read'));
  const giver = { ...scope, viewer: { ...without, rights } };
  const before = await sql`select 1 from api_keys`;

  const made = createApiKey(
    giver,
    await readInstallation(sql),
    {
      ...{ name: 'x', role: 'partner', scopes: null, agentId: null, customerId: null, expiresAt: null },
      partnerId: partners.carrier.partnerId,
    },
    null,
  );

  await expect(made).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await sql`select 1 from api_keys`).toHaveLength(before.length);
});
