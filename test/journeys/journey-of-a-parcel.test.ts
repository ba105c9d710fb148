import { Webhook } from 'standardwebhooks';
import { afterAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { aReceiver, type Post } from '../support/bridge.ts';
import { aConnector, signedByEasyPost, signedByShopify } from '../support/connectors.ts';
import { EventStreamReader } from '../support/event-stream-reader.ts';
import { post } from '../support/graphql.ts';
import { postHook, signed } from '../support/hooks.ts';
import { aServerProcess } from '../support/server-process.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey, systemScope } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { anEndpoint, settled } from '../support/webhooks.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const scope = systemScope(database);

/** The partner takes what comes, and answers unless it is told to be silent. */
let isSilent = false;
let partnerSecret = '';
const partnerServer = await aReceiver(({ headers, body }, response) => {
  new Webhook(partnerSecret).verify(body, headers as Record<string, string>);
  if (!isSilent) response.end();
});
const server = await aServerProcess(database.applicationUrl, {
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: partnerServer.place,
  // Whom it tells and when is a test of its own; here they would write into the chat.
  NOTICE_KINDS: 'none',
});
await server.start();
afterAll(async () => void (server.isRunning && (await server.end('SIGTERM'))));

await ensureInbox(scope, { channel: 'live_chat', externalId: 'chat', name: 'Chat', market: 'FI' });
const partnerId = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const keys = {
  agent: (await aKey(database, 'agent')).secret,
  bot: (await aKey(database, 'bot')).secret,
  partner: (await aKey(database, 'partner', { partnerId })).secret,
  shop: (await aKey(database, 'integration')).secret,
};
const shop = await aConnector(database, {
  dialect: 'shopify',
  name: 'web-shop',
  currency: 'EUR',
  secret: 'shop-secret',
});
const carrier = await aConnector(database, { dialect: 'easypost', name: 'easypost', secret: 'carrier-secret' });
const warehouse = await aConnector(database, { dialect: 'facts', name: 'warehouse' });

const began = Date.now();
const hoursAgo = (hours: number) => new Date(began - hours * 3_600_000).toISOString();

async function fromShop(topic: string, what: object): Promise<void> {
  const body = JSON.stringify(what);
  const { status } = await postHook(`${server.url}${shop.path}`, signedByShopify(shop.secret, body, { topic }), body);
  expect([topic, status]).toEqual([topic, 200]);
}
/** As carriers do it: again and again until it is taken; a server that starts on a busy machine takes its time. */
const fromCarrier = (body: string) =>
  until(
    () =>
      postHook(`${server.url}${carrier.path}`, signedByEasyPost(carrier.secret, body), body).then(
        ({ status }) => status,
        () => null,
      ),
    (status) => status === 200,
    200_000,
    100,
  );
const LINE = { id: 11, variant_id: 21, sku: 'LAMP', title: 'Lamp', quantity: 1, price: '29.95' };
const anOrder = (hours: number, but: object = {}) => ({
  ...{ id: 1001, name: '#1001', currency: 'EUR', total_price: '29.95', financial_status: 'pending' },
  ...{ email: 'anna@example.com', created_at: hoursAgo(50), updated_at: hoursAgo(hours), line_items: [LINE] },
  customer: { id: 7, first_name: 'Anna' },
  ...but,
});
type Scan = readonly [hours: number, status: string, message: string];
/** A webhook about the parcel; each brings all that was scanned so far. */
const tracker = (scans: readonly Scan[], estimate: string | null = null) =>
  JSON.stringify({
    ...{ id: `evt_${scans.length}`, object: 'Event', description: 'tracker.updated' },
    result: {
      ...{ id: 'trk_1', object: 'Tracker', tracking_code: 'JJFI-1', carrier: 'Posti', status: scans.at(-1)![1] },
      ...{ created_at: hoursAgo(40), updated_at: hoursAgo(0), est_delivery_date: estimate },
      tracking_details: scans.map(([hours, status, message]) => ({
        ...{ object: 'TrackingDetail', status, message, datetime: hoursAgo(hours) },
      })),
    },
  });
/** Refused: the test ends. */
const act = async (secret: string, name: string, args: string, selection = '') => {
  const { body } = await post(
    server.url,
    secret,
    `mutation { ${name}(${args}) { ${selection} userErrors { code message } } }`,
  );
  expect(body).toMatchObject({ data: { [name]: { userErrors: [] } } });
  return body.data![name] as never;
};

interface Happened {
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
}
type OrderEvent = Happened & { readonly status: string };
interface Told<Event> {
  readonly cursor: string;
  readonly event: Event | null;
}
interface ChatEvent {
  readonly type: string;
  readonly conversation: { readonly id: string; readonly holds: readonly object[] };
}
interface Packets {
  readonly cursor: string;
  readonly packet: {
    readonly causes: readonly Happened[];
    readonly orders: readonly { readonly number: string; readonly status: string }[];
    readonly stock: readonly object[];
  } | null;
}
const MOMENTS = 'type occurredAt recordedAt';
const ORDER_EVENTS = `subscription ($after: String) { orderEvents(after: $after) { cursor event { ${MOMENTS} status } } }`;
const CHAT_EVENTS = `subscription ($after: String) {
  conversationEvents(after: $after) { cursor event { type conversation { id holds { state lines { sku quantity } } } } }
}`;
const PACKETS = `subscription ($after: String, $id: ID!) {
  contextPackets(customerId: $id, after: $after) {
    cursor packet { causes { ${MOMENTS} } orders { number status } stock { sku locations { name available } } }
  }
}`;
const watching = (secret: string, field: string, document: string, variables = {}) => ({
  ...{ url: () => server.url, secret },
  asked: { field, document, variables },
});

/** What a partner that remembers ids took in. The same id again must be the same event again. */
function takenIn(posts: readonly Post[]): OrderEvent[] {
  const byId = new Map<string, OrderEvent>();
  for (const { headers, body } of posts) {
    const { event } = (JSON.parse(body) as { data: { orderEvents: Told<OrderEvent> } }).data.orderEvents;
    const id = String(headers['webhook-id']);
    if (byId.has(id)) expect(event).toEqual(byId.get(id));
    else byId.set(id, event!);
  }
  return [...byId.values()];
}
/** Events of the order with its status after each. */
const OF_THE_ORDER = [
  'ORDER_RECORDED PROCESSED',
  'SHIPMENT_RECORDED PROCESSED',
  'ORDER_UPDATED PROCESSED',
  // Accepted, and when it is expected.
  'TRACKING_RECORDED IN_TRANSIT',
  'TRACKING_RECORDED IN_TRANSIT',
  'ORDER_STATUS_CHANGED IN_TRANSIT',
  // In Turku, and expected later than that; that it snowed is told last.
  'TRACKING_RECORDED IN_TRANSIT',
  'TRACKING_RECORDED IN_TRANSIT',
  'TRACKING_RECORDED IN_TRANSIT',
  // Taken by the partner when the server died; stored; sent by the carrier while nobody was there.
  'TRACKING_RECORDED IN_TRANSIT',
  'TRACKING_RECORDED IN_TRANSIT',
  'TRACKING_RECORDED IN_TRANSIT',
  'ORDER_UPDATED CANCELLED',
  'ORDER_STATUS_CHANGED CANCELLED',
];
const BEFORE_THE_CRASH = 9;
const AFTER_THE_CRASH = 12;
const OF_THE_CUSTOMER = [
  ...['NOTICE_RAISED', 'CONVERSATION_OPENED', 'MESSAGE_RECEIVED'],
  ...['HOLD_MADE', 'CONVERSATION_CONTROL_CHANGED', 'MESSAGE_SENT'],
];
const moments = (events: readonly Happened[]) =>
  events.map(({ type, occurredAt, recordedAt }) => ({ type, occurredAt, recordedAt }));

test('a parcel from the shop over its delays to a pickup in a chat, with a crash on the way: packets, bot and partner hear the same, in order, once', async () => {
  await fromShop('locations/create', { id: 41, name: 'Turku', country_code: 'FI', updated_at: hoursAgo(60) });
  const variant = { id: 21, sku: 'LAMP', title: 'Lamp', price: '29.95', inventory_item_id: 31 };
  await fromShop('products/create', { id: 5, title: 'Lamp', updated_at: hoursAgo(60), variants: [variant] });
  await fromShop('inventory_levels/update', {
    ...{ inventory_item_id: 31, location_id: 41, available: 3, updated_at: hoursAgo(1) },
  });
  await fromShop('customers/create', { id: 7, email: 'anna@example.com', updated_at: hoursAgo(60) });
  const [customer] = await sql<{ id: string }[]>`select id from customers`;
  const [location] = await sql<{ id: string }[]>`select id from locations`;

  const agent = await new SocketReader<Packets>(
    watching(keys.agent, 'contextPackets', PACKETS, { id: customer!.id }),
  ).open();
  const bot = await new EventStreamReader<Told<OrderEvent>>(watching(keys.bot, 'orderEvents', ORDER_EVENTS)).open();
  const chat = await new EventStreamReader<Told<ChatEvent>>(
    watching(keys.bot, 'conversationEvents', CHAT_EVENTS),
  ).open();
  const url = `http://${partnerServer.place}/punos`;
  const endpoint = await anEndpoint(server.url, keys.partner, { url, document: ORDER_EVENTS });
  partnerSecret = endpoint.secret;

  const causes = () => agent.payloads.flatMap(({ packet }) => packet?.causes ?? []);
  const seen = {
    agent: () => causes().filter(({ type }) => /^(ORDER|SHIPMENT|TRACKING)_/.test(type)),
    bot: () => bot.payloads.flatMap(({ event }) => event ?? []),
    partner: () => takenIn(partnerServer.posts),
  };
  const allHeard = (count: number) =>
    until(
      () => Object.values(seen).map((events) => events().length),
      (counts) => counts.every((each) => each >= count),
    );

  // The warehouse is faster than the shop: its parcel waits for the order, and is the partner’s from the first event on.
  const parcel = {
    ...{ specVersion: 1, type: 'shipment.created', id: 'w-1', occurredAt: hoursAgo(49), order: { number: '#1001' } },
    shipment: { id: 'box-1', carrier: 'Posti', trackingNumber: 'JJFI-1', lineIds: ['11'], partnerId },
  };
  const early = JSON.stringify(parcel);
  const taken = await postHook(`${server.url}${warehouse.path}`, signed(warehouse.secret, early), early);
  expect(taken).toMatchObject({ status: 200, body: { taken: 1, waiting: 1 } });
  await fromShop('orders/create', anOrder(50));
  await fromShop('orders/paid', anOrder(48, { financial_status: 'paid' }));
  await fromShop('orders/paid', anOrder(48, { financial_status: 'paid' }));

  const scans: Scan[] = [
    [40, 'in_transit', 'Accepted in Helsinki'],
    [30, 'in_transit', 'Delayed by snow'],
    [20, 'in_transit', 'Arrived in Turku'],
    [4, 'out_for_delivery', 'With the courier'],
    [3, 'in_transit', 'Nobody was at home'],
    [2, 'in_transit', 'The door code is missing'],
  ];
  await fromCarrier(tracker(scans.slice(0, 1), hoursAgo(-5)));
  // Later than promised; told twice; and something that happened before comes last.
  await fromCarrier(tracker([scans[0]!, scans[2]!], hoursAgo(-72)));
  await fromCarrier(tracker([scans[0]!, scans[2]!], hoursAgo(-72)));
  await fromCarrier(tracker(scans.slice(0, 2)));
  await allHeard(BEFORE_THE_CRASH);

  // The partner takes one more, and the server dies before it hears so; the next one is stored, and told to nobody for certain.
  isSilent = true;
  await fromCarrier(tracker(scans.slice(0, 4)));
  await until(
    () => takenIn(partnerServer.posts).length,
    (count) => count > BEFORE_THE_CRASH,
  );
  await fromCarrier(tracker(scans.slice(0, 5)));
  const { signal } = await server.end('SIGKILL');
  expect(signal).toBe('SIGKILL');
  isSilent = false;
  const insisting = fromCarrier(tracker(scans));
  // What the dead one held is free when the longest attempt would be over; nobody waits for that here.
  await sql`update webhook_deliveries set claimed_until = now() where claimed_until is not null`;
  await server.start();
  await insisting;
  await fromCarrier(tracker(scans.slice(0, 5)));
  await allHeard(AFTER_THE_CRASH);

  // Anna asks in the chat; the bot keeps one for her in the store.
  await act(
    keys.shop,
    'messageReceive',
    `input: { inbox: "chat", externalId: "m-1", occurredAt: "${hoursAgo(0)}",
      sender: { kind: EMAIL, value: "anna@example.com" }, text: "Where is my lamp? I need it today." }`,
  );
  const [asked] = await until(
    () => chat.payloads.flatMap(({ event }) => (event?.type === 'MESSAGE_RECEIVED' ? event : [])),
    (events) => events.length > 0,
  );
  const conversationId = asked!.conversation.id;
  const slot = `{ startsAt: "${hoursAgo(-2)}", endsAt: "${hoursAgo(-3)}", capacity: 1 }`;
  const { slots } = (await act(
    keys.shop,
    'pickupSlotsSet',
    `locationId: "${location!.id}", slots: [${slot}]`,
    'slots { id }',
  )) as { slots: { id: string }[] };
  await act(
    keys.bot,
    'pickupReserve',
    `input: { conversationId: "${conversationId}", locationId: "${location!.id}", slotId: "${slots[0]!.id}",
      lines: [{ sku: "LAMP", quantity: 1 }] }`,
  );
  await act(keys.bot, 'messageSend', `id: "${conversationId}", input: { text: "One is kept for you in Turku." }`);
  await fromShop('orders/cancelled', anOrder(0, { financial_status: 'paid', cancelled_at: hoursAgo(0) }));
  await allHeard(OF_THE_ORDER.length);
  await until(
    () => chat.payloads.map(({ event }) => event?.type),
    (types) => types.includes('MESSAGE_SENT'),
  );
  expect(seen.bot().map(({ type, status }) => `${type} ${status}`)).toEqual(OF_THE_ORDER);
  expect(seen.partner()).toEqual(seen.bot());
  expect(moments(seen.agent())).toEqual(moments(seen.bot()));
  // How long somebody waited is no step, and is counted a moment after an answer.
  const others = causes().filter(
    ({ type }) => /^(NOTICE|CONVERSATION|MESSAGE|HOLD)_/.test(type) && type !== 'CONVERSATION_CLOCKS_COUNTED',
  );
  expect(others.map(({ type }) => type)).toEqual(OF_THE_CUSTOMER);
  // The bot heard of its hold from the chat, the agent sees what is left.
  const kept = [{ state: 'OPEN', lines: [{ sku: 'LAMP', quantity: 1 }] }];
  expect(chat.payloads.flatMap(({ event }) => (event ? [[event.type, event.conversation.holds]] : []))).toEqual([
    ['CONVERSATION_OPENED', []],
    ['MESSAGE_RECEIVED', []],
    ['CONVERSATION_CONTROL_CHANGED', kept],
    ['MESSAGE_SENT', kept],
  ]);
  expect(agent.payloads.findLast(({ packet }) => packet)?.packet).toMatchObject({
    orders: [{ number: '#1001', status: 'CANCELLED' }],
    stock: [{ sku: 'LAMP', locations: [{ name: 'Turku', available: 2 }] }],
  });
  // What the crash cost: one delivery to the partner twice, under its id; a connection of everybody else.
  const ledger = await settled(database, endpoint.id, OF_THE_ORDER.length);
  expect(ledger.map(({ state }) => state)).toEqual(OF_THE_ORDER.map(() => 'delivered'));
  expect(partnerServer.posts.length).toBeGreaterThan(OF_THE_ORDER.length);
  for (const reader of [agent, bot, chat]) {
    expect(reader.connections).toBeGreaterThan(1);
    expect(reader.refusals).toEqual([]);
    await reader.close();
  }
});
