import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { singleConnection } from '../../../src/database/single-connection.ts';
import { openLog } from '../../../src/server/request-log.ts';
import { aFullShop, type Shopper } from '../../support/a-full-shop.ts';
import { asking } from '../../support/asking.ts';
import { upload, withDataDir } from '../../support/attachments.ts';
import { canaryScan } from '../../support/byte-scan.ts';
import { aReceiver } from '../../support/bridge.ts';
import { aConnector, signedByEasyPost, signedByShopify } from '../../support/connectors.ts';
import { post } from '../../support/graphql.ts';
import { anInboxWithHook, postHook, signed } from '../../support/hooks.ts';
import { hasNats, startNatsCluster } from '../../support/nats-cluster.ts';
import { SocketReader } from '../../support/socket-reader.ts';
import { aKey, withApp } from '../../support/start-app.ts';
import { startTestCluster } from '../../support/test-cluster.ts';
import { until } from '../../support/until.ts';
import { anEndpoint } from '../../support/webhooks.ts';
import { withDatabase } from '../../support/with-database.ts';

// One person with a canary in every text that can be theirs, put through every door there is; and somebody else beside.
// On a server of their own: `vacuum full` also takes what all databases of a server share, and others make and drop theirs meanwhile.
const cluster = await startTestCluster(inject('cluster').version);
afterAll(cluster.stop);
const database = await withDatabase(cluster);
const { sql } = database;
const dataDir = withDataDir();
const shop = await aFullShop(await asking(database.database));

// Everything that the process writes down, and everything that goes over NATS.
const logged: Buffer[] = [];
const ours = openLog('trace');
const log = pino(
  { level: 'trace', serializers: ours[pino.symbols.serializersSym as never] },
  new Writable({ write: (chunk: Buffer, _, done) => (logged.push(chunk), done()) }),
);
const natsStore = mkdtempSync(join(tmpdir(), 'punos-jetstream-'));
const nats = hasNats ? await startNatsCluster(1, { settings: `jetstream { store_dir: "${natsStore}" }` }) : null;
const onNats: Uint8Array[] = [];
const spy = nats ? await connect({ servers: nats.url }) : null;
spy?.subscribe('>', { callback: (_, message) => void onNats.push(Buffer.from(message.subject), message.data) });
afterAll(async () => {
  await spy?.close();
  await nats?.stop();
  rmSync(natsStore, { recursive: true, force: true });
});

const partner = await aReceiver((_, response) => void response.writeHead(204).end());
// Takes what is posted and says nothing of it until the person is gone: the queue of its endpoint is full then.
const held: ServerResponse[] = [];
let isSilent = true;
const slow = await aReceiver((_, response) => void (isSilent ? held.push(response) : response.writeHead(204).end()));
const app = await withApp(
  database,
  {
    ...{ DATA_DIR: dataDir, MAX_BAD_SIGNATURES_PER_MINUTE: '1000000', LOG_LEVEL: 'trace' },
    ...{ RATE_COST_PER_SECOND: '1000000', RATE_COST_BURST: '10000000' },
    ...{ WEBHOOK_DEADLINE_MS: '60000', WEBHOOK_WORKERS_PER_ENDPOINT: '2' },
    ...{ WEBHOOK_ALLOWED_PRIVATE_HOSTS: `${partner.place},${slow.place}` },
    ...(nats ? { NATS_URL: nats.url } : {}),
  },
  { log },
);
const admin = await aKey(database, 'admin');
const bot = await aKey(database, 'bot');
const chat = await anInboxWithHook(database, { channel: 'sms', externalId: 'hooked' });
const mail = await anInboxWithHook(database, { channel: 'web_form', externalId: 'forms' });
const source = await aConnector(database, { dialect: 'facts', name: 'webshop' });
const secret = 'a-secret-of-the-shop';
const shopify = await aConnector(database, { dialect: 'shopify', name: 'web-shop', currency: 'EUR', secret });
const carrier = await aConnector(database, { dialect: 'easypost', name: 'carrier', secret });

const canaries: string[] = [];
/** A text that stands nowhere else; odd enough that no compression or index makes it by chance. */
const canary = (what: string): string => {
  const text = `zq${canaries.length}${what.replaceAll(/\W/g, '')}xkanarie`;
  canaries.push(text);
  return text;
};
/** One that has to stand in a table before: a door that let nothing in would prove nothing. */
const stored: string[] = [];
const kept = (what: string): string => {
  const text = canary(what);
  stored.push(text);
  return text;
};
const phone = '+358457389012';
canaries.push(phone.slice(1));
const scan = () => canaryScan(canaries);

const act = (mutation: string, variables: Record<string, unknown>) => shop.act(mutation, variables);
const now = (secondsAgo = 30) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
const email = `${canary('mail')}@example.com`;
const card = canary('card');
const street = canary('street');
const tracking = canary('tracking').toUpperCase();

const hook = (message: object, id: string, to = chat) => {
  const body = JSON.stringify({ type: 'message', occurredAt: now(), ...message });
  return postHook(`${app.url}${to.path}`, signed(to.secret, body, { id }), body);
};
const tell = (facts: object[], id: string) => {
  const body = JSON.stringify({ facts });
  return postHook(`${app.url}${source.path}`, signed(source.secret, body, { id }), body);
};
const placed = (number: string) => ({
  ...{ type: 'order.placed', id: `${number}/placed`, occurredAt: now(), order: { number, id: `id-${number}` } },
  customer: { email, displayName: canary('buyer') },
  ...{ currency: 'EUR', totalMinor: 5_000 },
  lines: [
    {
      ...{ id: '1', sku: 'RING', title: canary('title'), quantity: 1, unitPriceMinor: 5_000 },
      options: { engraving: canary('engraving') },
    },
  ],
  shippingAddress: { line1: street, postalCode: canary('code'), city: canary('city'), country: 'FI' },
});
const late = placed('W-2');

interface Seen {
  readonly customerId: string;
  readonly conversationId: string;
}

/** A message over a channel, as its senders are known there, and known to be the same person. */
async function writesOn({ name, senderKind, longestText }: (typeof CHANNELS)[number]): Promise<void> {
  const inbox = await anInboxWithHook(database, { channel: name, externalId: `${name}-inbox` });
  // Of some kinds a person has one.
  const known: Partial<Record<typeof senderKind, string>> = { phone, email, loyalty_id: card };
  const value = known[senderKind] ?? kept(`${name} sender`);
  const text = `${kept(`${name} text`)} please`;
  expect(text.length).toBeLessThan(longestText ?? 1_000);
  const { status, body } = await hook(
    {
      ...{
        externalId: kept(`${name} id`),
        threadId: kept(`${name} thread`),
        subject: kept(`${name} subject`),
        text,
      },
      sender: {
        ...{ kind: senderKind, value, displayName: canary(`${name} display`) },
        identities: [{ kind: 'phone', value: phone }],
      },
    },
    canary(`${name} request`),
    inbox,
  );
  expect([name, status, body['type']]).toEqual([name, 200, 'message']);
}

/** A raw mail with a file, and what it quotes. */
async function writesMail(): Promise<void> {
  const { path, secret: key } = await anInboxWithHook(database, { channel: 'email', externalId: 'raw' });
  const file = Buffer.from(`${canary('mailed file')} and more`).toString('base64');
  const mail = [
    `From: "${canary('mail name')}" <${email}>`,
    ...['To: care@shop.example', `Subject: ${kept('mail subject')}`, `Date: ${new Date().toUTCString()}`],
    ...[`Message-ID: <${kept('mail id')}@example.com>`, `X-Mailer: ${canary('mail header')}`, 'MIME-Version: 1.0'],
    ...['Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain; charset=utf-8', ''],
    ...[kept('mail text'), '', `> ${kept('mail quoted')}`, '--b', 'Content-Type: text/plain'],
    ...[`Content-Disposition: attachment; filename="${kept('mail filename')}.txt"`],
    ...['Content-Transfer-Encoding: base64', '', file, '--b--', ''],
  ].join('\r\n');
  const answer = await postHook(
    `${app.url}${path}`,
    { ...signed(key, mail, { id: canary('mail request') }), 'content-type': 'message/rfc822' },
    mail,
  );
  expect(answer.status).toBe(200);
}

/** What other systems tell in their own dialects. */
async function isToldByOthers(): Promise<void> {
  const order = JSON.stringify({
    ...{ id: 4711, name: '#4711', currency: 'EUR', total_price: '29.95', financial_status: 'pending', email },
    ...{ created_at: now(), updated_at: now(), note: canary('shopify note'), browser_ip: canary('shopify ip') },
    line_items: [
      { ...{ id: 11, variant_id: 21, sku: 'LAMP', title: kept('shopify title'), quantity: 1, price: '29.95' } },
    ],
    customer: { id: 7, email, first_name: canary('shopify first'), last_name: canary('shopify last') },
    shipping_address: {
      address1: kept('shopify street'),
      zip: '20100',
      city: kept('shopify city'),
      country_code: 'FI',
    },
  });
  const sold = signedByShopify(secret, order, { topic: 'orders/create', id: canary('shopify request') });
  expect((await postHook(`${app.url}${shopify.path}`, sold, order)).status).toBe(200);
  const scan = JSON.stringify({
    ...{ id: canary('easypost id'), object: 'Event', description: 'tracker.updated' },
    result: {
      ...{ id: 'trk_1', object: 'Tracker', tracking_code: tracking, status: 'in_transit', carrier: 'Posti' },
      ...{ updated_at: now(), signed_by: canary('signed by') },
      tracking_details: [
        {
          ...{ object: 'TrackingDetail', message: kept('carrier words'), status: 'in_transit', datetime: now() },
          tracking_location: { object: 'TrackingLocation', city: kept('carrier city'), country: 'FI' },
        },
      ],
    },
  });
  expect((await postHook(`${app.url}${carrier.path}`, signedByEasyPost(secret, scan), scan)).status).toBe(200);
}

/** Requests that are refused: what they were about is nobody's to keep either. */
async function isRefused(conversationId: string): Promise<void> {
  const body = JSON.stringify({ type: 'message', text: canary('refused hook'), a_stranger: canary('refused field') });
  expect((await postHook(`${app.url}${chat.path}`, signed(chat.secret, body), body)).status).toBe(422);
  await postHook(`${app.url}${chat.path}?${canary('query')}=1`, signed(chat.secret, body), body);
  expect((await postHook(`${app.url}${chat.path}`, signed(`whsec_${'A'.repeat(32)}`, body), body)).status).toBe(401);
  await post(app.url, admin.secret, shop.documentOf('noteAdd'), {
    id: conversationId,
    input: { words: canary('variable') },
  });
  await post(app.url, admin.secret, `{ customerSearch(query: "${canary('searched')}") { nodes { id } } }`);
  await post(app.url, admin.secret, `{ noSuchField(text: "${canary('literal')}") }`);
  await fetch(`${app.url}/${canary('path')}/${canary('more')}?${canary('parameter')}`);
}

async function aPersonEverywhere(): Promise<Seen> {
  const first = await hook(
    {
      ...{ sender: { kind: 'phone', value: phone, displayName: canary('display') }, text: kept('sms') },
      ...{ externalId: canary('external'), threadId: canary('thread'), subject: canary('subject') },
    },
    canary('requestid'),
  );
  expect(first.status).toBe(200);
  const conversationId = String(first.body['conversationId']);
  const [{ customerId }] = await sql<[{ customerId: string }]>`
    select customer_id from conversations where id = ${conversationId}`;
  await act('customerUpsert', {
    input: {
      source: 'crm',
      identities: [
        { kind: 'PHONE', value: phone },
        { kind: 'EMAIL', value: email },
        { kind: 'LOYALTY_ID', value: card },
      ],
      profile: {
        ...{ givenName: canary('given'), familyName: canary('family') },
        address: { line1: street, city: canary('town'), country: 'FI' },
      },
    },
    idempotencyKey: canary('idempotency'),
  });
  await act('customerUpsert', {
    input: { source: 'crm', identities: [{ kind: 'EMAIL', value: email }], profile: { givenName: canary('newname') } },
  });
  await act('traitsSet', { customerId, traits: [{ key: 'note', source: 'crm', value: { text: kept('trait') } }] });
  await hook(
    { sender: { kind: 'email', value: email }, text: kept('form'), externalId: 'form-1' },
    'form-request',
    mail,
  );
  for (const channel of CHANNELS) await writesOn(channel);
  await writesMail();
  // What goes out while somebody listens to all of it, and while the receiver is down.
  for (const [receiver, key] of [
    [partner, admin],
    [slow, bot],
  ] as const)
    await anEndpoint(app.url, key.secret, {
      url: receiver.url,
      document: 'subscription { conversationEvents { cursor event { type message { text } } } }',
    });
  await act('inboxUpdate', { id: shop.smsInboxId, input: { bridgeUrl: slow.url } });
  await act('consentSet', {
    customerId,
    consents: [
      {
        purpose: 'MARKETING',
        state: 'GRANTED',
        channel: 'SMS',
        source: kept('consent source'),
        proof: kept('proof'),
      },
    ],
  });
  await act('messageSend', {
    id: conversationId,
    input: { text: kept('told'), purpose: 'ORDER_UPDATES', about: kept('about') },
  });
  // A file, on the disk and in a message.
  const { body: file } = await upload(
    app.url,
    admin.secret,
    { conversation: conversationId, filename: `${canary('filename')}.txt` },
    `A letter: ${canary('file')}`,
  );
  const sent = await post(app.url, admin.secret, shop.documentOf('messageSend'), {
    id: conversationId,
    input: { text: kept('reply'), attachmentIds: [file.attachmentId] },
    idempotencyKey: canary('sendkey'),
  });
  expect(sent.body.data!['payload']).toMatchObject({ userErrors: [] });
  await act('noteAdd', { id: conversationId, input: { text: kept('note') } });
  await act('conversationUpdate', { id: conversationId, input: { tags: [kept('tag')] } });
  await act('conversationHandOff', {
    id: conversationId,
    input: { to: { agentId: shop.agentIds[1] }, summary: kept('summary') },
  });
  await act('promiseMake', {
    input: {
      conversationId,
      kind: 'OTHER',
      text: kept('promise'),
      dueAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
  });
  await act('pickupReserve', {
    input: { conversationId, locationId: shop.locationId, lines: [{ sku: 'LAMP', quantity: 3 }], minutes: 30 },
  });
  await act('activityRecord', { input: { customerId, source: 'site', search: { query: kept('search') } } });
  await act('activityRecord', {
    input: { customerId, source: 'site', review: { rating: 1, text: kept('review'), isPublic: true } },
  });
  // A browser that turns out to be theirs: a merge.
  const session = await shop.ask(shop.admin, shop.documentOf('visitorSessionStart'), { input: {} });
  const { token, customer } = session.data!['payload'] as unknown as { token: string; customer: { id: string } | null };
  const [visitor] = await sql<{ customerId: string }[]>`
    select customer_id from visitor_sessions order by started_at desc, id desc limit 1`;
  await act('activityRecord', {
    input: { customerId: customer?.id ?? visitor!.customerId, source: 'site', search: { query: kept('anonymous') } },
  });
  await shop.ask(shop.admin, shop.documentOf('visitorSessionStart'), {
    input: { visitorToken: token, identity: { kind: 'EMAIL', value: email } },
  });
  // An order, a parcel on its way, a return, and a fact that cannot be true.
  const order = { number: 'W-1' };
  const told = await tell(
    [
      placed('W-1'),
      {
        type: 'payment.recorded',
        id: 'p',
        occurredAt: now(),
        order,
        payment: { id: 'p', method: 'card', amountMinor: 5_000, currency: 'EUR' },
      },
      {
        type: 'payment.recorded',
        id: 'wrong',
        occurredAt: now(),
        order,
        payment: { id: 'q', method: 'card', amountMinor: 5_000, currency: 'SEK' },
      },
      {
        type: 'shipment.created',
        id: 's',
        occurredAt: now(),
        order,
        shipment: { id: 'parcel', carrier: 'Posti', trackingNumber: tracking, lineIds: ['1'] },
      },
      {
        type: 'tracking.recorded',
        id: 't',
        occurredAt: now(20),
        shipmentId: 'parcel',
        status: 'delivered',
        place: kept('place'),
        rawStatus: kept('raw'),
      },
      {
        type: 'return.recorded',
        id: 'r',
        occurredAt: now(10),
        order,
        return: { id: 'r', status: 'requested', reason: kept('reason') },
      },
      {
        type: 'customer.recorded',
        id: 'c',
        occurredAt: now(),
        customer: { externalId: kept('shopid'), email, displayName: kept('told') },
      },
    ],
    canary('delivery'),
  );
  expect([told.status, told.body]).toMatchObject([200, {}]);
  await isToldByOthers();
  await isRefused(conversationId);
  return { customerId, conversationId };
}
let berta: Shopper;
let person: Seen;
/** A place in the journal from before all of it. */
let before: string;
let theirs: Record<string, string[]>;

/** The rows that are Berta's, as they are. */
async function bertasRows(): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select tablename as name from pg_tables
    where schemaname = 'public'
      -- That she is watched meanwhile is put down there; nothing of it can be changed (services/access/audit-trail.test.ts). Keys to match persons by
      -- are made every minute.
      and tablename not in ('audit_entries', 'match_keys')
    order by tablename`;
  const mine = [berta.customerId, berta.conversationId, berta.orderId, berta.orderNumber, 'canary berta', berta.email];
  const found: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await sql<{ text: string }[]>`
      select t::text as text from ${sql(name)} t
      where exists (select from unnest(${mine}::text[]) as m(word) where strpos(t::text, m.word) > 0) order by 1`;
    if (rows.length > 0) found[name] = rows.map(({ text }) => text);
  }
  return found;
}

const superuser = singleConnection(database.superuserUrl);
afterAll(() => superuser.end());

beforeAll(async () => {
  const { body } = await post(app.url, admin.secret, '{ cursor }');
  before = String(body.data!['cursor']);
  berta = await shop.aShopper('berta');
  person = await aPersonEverywhere();
  // What is on its way has arrived.
  await until(
    async () =>
      (await sql`select 1 from pgboss.job where state in ('created', 'active') and name = 'check-attachments'`).length,
    (waiting) => waiting === 0,
  );
  await superuser`analyze`;
  theirs = await bertasRows();
}, 60_000);

const ERASE = `mutation ($id: ID!, $key: String) { erasureRequest(customerId: $id, idempotencyKey: $key) {
  erasure { id customerIds erasedAt suppressedCount erasedRows { table rows } } userErrors { code field } } }`;
interface Certificate {
  readonly id: string;
  readonly customerIds: string[];
  readonly suppressedCount: number;
  readonly erasedRows: { table: string; rows: number }[];
}
const erase = async (id: string, key: string | null = null) => {
  const { body } = await post(app.url, admin.secret, ERASE, { id, key });
  expect(body.errors).toBeUndefined();
  return body.data!['erasureRequest'] as unknown as { erasure: Certificate | null; userErrors: object[] };
};

const packetsOf = (customerId: string) =>
  new SocketReader<{ cursor: string }>({
    url: () => app.url,
    secret: admin.secret,
    comesBack: false,
    asked: {
      field: 'contextPackets',
      document:
        'subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { customerId profile { displayName } } } }',
      variables: { id: customerId },
    },
  });

test('G18, I3: of a person who is erased nothing is found: not in a table, a file, a page of the database, a log, a metric, nor in NATS', async () => {
  const found = await scan().inRows(superuser);
  expect(stored.filter((text) => !found.some((place) => place.endsWith(text)))).toEqual([]);
  expect(scan().inFiles(join(dataDir, 'attachments')).length).toBeGreaterThan(1);
  const members = await sql<{ id: string }[]>`
    select ${person.customerId} as id union select member_id from person_links where person_id = ${person.customerId}`;
  const [written] = await sql<[{ messages: number }]>`
    select count(*)::int as messages from messages where customer_id = any(${members.map(({ id }) => id)})`;
  expect(written.messages).toBeGreaterThan(CHANNELS.length);
  const [watched, others] = [packetsOf(person.customerId), packetsOf(berta.customerId)];
  await Promise.all([watched.open(), others.open()]);
  await until(
    () => watched.payloads.length,
    (count) => count > 0,
  );

  const { erasure, userErrors } = await erase(person.customerId, canary('erasekey'));

  expect(userErrors).toEqual([]);
  expect(erasure!.customerIds.toSorted()).toEqual(members.map(({ id }) => id).toSorted());
  expect(erasure!.erasedRows.find(({ table }) => table === 'messages')!.rows).toBe(written.messages);
  // Whoever watched is told, and only they.
  await until(
    () => watched.endings.length,
    (count) => count > 0,
  );
  expect([watched.refusals, others.endings]).toEqual([['CUSTOMER_ERASED'], []]);
  await others.close();
  await until(
    async () => (await sql`select 1 from erasures where completed_at is null`).length,
    (open) => open === 0,
  );
  await until(
    () => scan().inFiles(dataDir),
    (found) => found.length === 0,
  );
  expect(await scan().inRows(superuser)).toEqual([]);
  const [at] = await superuser<{ directory: string }[]>`
    select current_setting('data_directory') || '/base/' || oid as directory from pg_database where datname = current_database()`;
  // Dead rows stay in the pages for as long as any statement of this database is older than their end.
  await until(
    async () => {
      await superuser`vacuum full`;
      await superuser`checkpoint`;
      return scan().inFiles(at!.directory);
    },
    (found) => found.length === 0,
  );
  const metrics = await fetch(`${app.url}/metrics`, { headers: { authorization: `Bearer ${admin.secret}` } });
  expect(scan().inBytes(Buffer.from(await metrics.text()))).toEqual([]);
  expect(logged.length).toBeGreaterThan(10);
  expect(scan().inBytes(Buffer.concat(logged))).toEqual([]);
  expect(nats === null || onNats.length > 100).toBe(true);
  expect(scan().inBytes(Buffer.concat(onNats))).toEqual([]);
  expect(scan().inFiles(natsStore)).toEqual([]);
});

test('I16: neither subjects on NATS nor ids and addresses of webhooks are made of what somebody is known by', () => {
  const posts = [...partner.posts, ...slow.posts];
  expect(posts.length).toBeGreaterThan(10);
  expect(scan().inBytes(Buffer.from(JSON.stringify(posts.map(({ path, headers }) => [path, headers]))))).toEqual([]);
});

test('everything of everybody else is as it was, to the byte', async () => {
  expect(await bertasRows()).toEqual(theirs);
});

test('I4, I5: the journal from before the erasure is told once more, and there is nothing of the person in it', async () => {
  const events = 'type conversationId message { text } conversation { subject customer { displayName } }';
  const again = new SocketReader<{ cursor: string; event: { message: { text: string } | null } | null }>({
    ...{ url: () => app.url, secret: admin.secret, comesBack: false },
    asked: {
      field: 'conversationEvents',
      document: `subscription ($after: String) { conversationEvents(after: $after) { cursor event { ${events} } } }`,
      variables: {},
    },
  });
  await again.open(before);
  const text = () => again.payloads.map((payload) => JSON.stringify(payload)).join();
  await until(
    () => [person, berta].every(({ conversationId }) => text().includes(conversationId)),
    (isTold) => isTold,
  );
  await until(text, (told) => told.includes('CONVERSATION_ERASED'));
  expect(text()).toContain('canary berta text 0');
  expect(scan().inBytes(Buffer.from(text()))).toEqual([]);
  await again.close();
});

test('F11, I5: what waited for a webhook goes out without the person, or not at all', async () => {
  const sent = slow.posts.length;
  expect(held.length).toBeGreaterThan(0);
  isSilent = false;
  for (const response of held) response.writeHead(503, { 'retry-after': '1' }).end();

  await until(
    () => slow.posts.length - sent,
    (count) => count > 2,
  );

  const late = slow.posts.slice(sent).map(({ body }) => body);
  expect(scan().inBytes(Buffer.from(late.join()))).toEqual([]);
});

test('what was ordered, paid and held stays right without the person', async () => {
  const [order] = await sql`
    select total_minor::int, status, payment_status, shipping_address from orders where number = 'W-1'`;
  expect(order).toEqual({ totalMinor: 5_000, status: 'return_started', paymentStatus: 'paid', shippingAddress: null });
  const [lamps] = await sql`
    select l.on_hand, l.held from stock_levels l join variants v on v.id = l.variant_id where v.sku = 'LAMP'`;
  expect(lamps).toMatchObject({ held: 0 });
  const loads = await sql<{ load: number; open: number }[]>`
    select a.load, (select count(*)::int from conversations c where c.assignee_id = a.id and c.status <> 'resolved') as open
    from agents a`;
  for (const { load, open } of loads) expect(load).toBe(open);
});

test('I6: what comes late under what they were known by is not kept, and is counted', async () => {
  const again = await hook(
    { sender: { kind: 'phone', value: phone }, text: canary('late'), externalId: 'late' },
    'late',
  );
  const told = await tell(
    [
      late,
      {
        type: 'payment.recorded',
        id: 'late-p',
        occurredAt: now(),
        order: { number: 'W-2' },
        payment: { id: 'p', method: 'card', amountMinor: 5_000, currency: 'EUR' },
      },
    ],
    'late-order',
  );
  const { body } = await post(
    app.url,
    admin.secret,
    'mutation ($input: MessageReceiveInput!) { messageReceive(input: $input) { message { id } userErrors { code } } }',
    {
      input: {
        inbox: 'mail',
        externalId: 'late-2',
        text: canary('later'),
        occurredAt: now(),
        sender: { kind: 'EMAIL', value: email },
      },
    },
  );

  expect([again.status, again.body]).toEqual([200, { type: 'ignored', reason: 'erased' }]);
  expect(body.data!['messageReceive']).toEqual({ message: null, userErrors: [{ code: 'CUSTOMER_ERASED' }] });
  // An order is an order: its sums are kept, and nobody's name.
  expect(told.status).toBe(200);
  const [order] = await sql`
    select o.total_minor::int, o.payment_status, o.shipping_address, exists (select from customers c where c.id = o.customer_id) as known
    from orders o where o.number = 'W-2'`;
  expect(order).toEqual({ totalMinor: 5_000, paymentStatus: 'paid', shippingAddress: null, known: false });
  expect(await scan().inRows(superuser)).toEqual([]);
  const { body: list } = await post(
    app.url,
    admin.secret,
    '{ erasures(first: 1) { nodes { refusedCount lastRefusedAt } } }',
  );
  expect(list.data!['erasures']).toMatchObject({
    nodes: [{ refusedCount: 2, lastRefusedAt: expect.any(String) as string }],
  });
});

test('the same request again answers the same certificate; without its key there is nobody any more', async () => {
  const [kept] = await sql<{ id: string }[]>`select id from erasures`;
  const replayed = await erase(
    person.customerId,
    canaries.find((text) => text.includes('erasekey'))!,
  );
  const anew = await erase(person.customerId);

  expect(replayed.erasure!.id).toBe(kept!.id);
  expect(anew).toEqual({ erasure: null, userErrors: [{ code: 'NOT_FOUND', field: ['customerId'] }] });
});

test('who came back by themselves is somebody new, once the suppression is lifted', async () => {
  const lift = await post(
    app.url,
    admin.secret,
    'mutation ($input: SuppressionLiftInput!) { suppressionLift(input: $input) { lifted userErrors { code } } }',
    { input: { kind: 'PHONE', value: '045 738 9012', market: 'FI' } },
  );
  expect(lift.body.data!['suppressionLift']).toEqual({ lifted: true, userErrors: [] });

  const answer = await hook(
    { sender: { kind: 'phone', value: phone }, text: 'It is me again.', externalId: 'new' },
    'new',
  );

  expect(answer.body['type']).toBe('message');
  const [row] =
    await sql`select count(*)::int as customers from customers c join identities i on i.customer_id = c.id where i.normalized = ${phone}`;
  expect(row).toEqual({ customers: 1 });
  expect(answer.body['conversationId']).not.toBe(person.conversationId);
});
