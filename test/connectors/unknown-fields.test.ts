import { expect, test } from 'vitest';

import { aConnector, signedByEasyPost, signedByShopify } from '../support/connectors.ts';
import { anInboxWithHook, postHook, signed } from '../support/hooks.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database);
const secret = 'a-secret-of-the-shop';
const CANARY = 'canary-of-an-unknown-field';

/** The same with a field of no meaning to us at every level. */
function withStrangers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStrangers);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withStrangers(inner)]));
  return { ...known, a_stranger: CANARY, another: { deep: [CANARY] } };
}

/** Tables in which a text stands, as it is, or as bytes. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select schemaname || '.' || tablename as name from pg_tables where schemaname in ('public', 'pgboss') order by 1`;
  const hex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ isThere: boolean }[]>(
      `select exists (select from ${name} t where t::text like '%' || $1 || '%' or t::text like '%' || $2 || '%') as is_there`,
      [text, hex],
    );
    if (row!.isThere) found.push(name);
  }
  return found;
}

const at = new Date(Date.now() - 60_000).toISOString();
const KNOWN = 'lamp-that-we-sell';
const line = { id: 11, variant_id: 21, sku: 'LAMP', title: KNOWN, variant_title: 'red', quantity: 2, price: '12.50' };
const order = {
  ...{ id: 4711, name: '#4711', currency: 'EUR', total_price: '29.95', financial_status: 'pending' },
  ...{ email: 'anna@example.com', created_at: at, updated_at: at, line_items: [line] },
  customer: { id: 7, first_name: 'Anna', last_name: 'Aalto' },
  shipping_address: { address1: 'Katu 1', zip: '20100', city: 'Turku', country_code: 'FI' },
};
const placed = {
  ...{
    type: 'order.placed',
    id: 'f-1',
    occurredAt: at,
    order: { id: 'o-1', number: 'F-1' },
    currency: 'EUR',
    totalMinor: 900,
  },
  customer: { name: 'Berta', email: 'berta@example.com' },
  lines: [{ id: '1', sku: 'LAMP', title: KNOWN, quantity: 1, unitPriceMinor: 900 }],
};

test('8.4: a field of a connector that we have no use for is stored nowhere, at whatever depth, nor is what waits or is refused', async () => {
  const shop = await aConnector(database, { dialect: 'shopify', name: 'web-shop', currency: 'EUR', secret });
  const facts = await aConnector(database, { dialect: 'facts', name: 'erp' });
  const carrier = await aConnector(database, { dialect: 'easypost', name: 'carrier', secret });
  const bodies: [string, string, (body: string) => Record<string, string>][] = [
    ...['orders/create', 'orders/updated', 'orders/paid'].map((topic): (typeof bodies)[number] => [
      shop.path,
      JSON.stringify(withStrangers(order)),
      (body) => signedByShopify(secret, body, { topic }),
    ]),
    // Of an order that nobody named yet: it waits.
    [
      shop.path,
      JSON.stringify(
        withStrangers({ id: 1, order_id: 99, status: 'success', created_at: at, updated_at: at, line_items: [line] }),
      ),
      (body) => signedByShopify(secret, body, { topic: 'fulfillments/create' }),
    ],
    [facts.path, JSON.stringify(withStrangers(placed)), (body) => signed(facts.secret, body)],
    [
      carrier.path,
      JSON.stringify(
        withStrangers({
          ...{ id: 'evt_1', object: 'Event', description: 'tracker.updated' },
          result: {
            id: 'trk_1',
            object: 'Tracker',
            tracking_code: 'T1',
            status: 'in_transit',
            carrier: 'Posti',
            updated_at: at,
          },
        }),
      ),
      (body) => signedByEasyPost(secret, body),
    ],
  ];
  const answers: number[] = [];
  for (const [path, body, headersOf] of bodies)
    answers.push((await postHook(`${app.url}${path}`, headersOf(body), body)).status);

  // A channel's own form is ours: a field that is not known there is refused, and stored nowhere either.
  const sms = await anInboxWithHook(database, { channel: 'sms', externalId: 'sms' });
  const message = {
    ...{
      type: 'message',
      externalId: 'm-1',
      sender: { kind: 'phone', value: '+358401234567' },
      text: 'Hi',
      occurredAt: at,
    },
    a_stranger: CANARY,
  };
  const refused = await postHook(
    `${app.url}/hooks/sms/sms`,
    signed(sms.secret, JSON.stringify(message)),
    JSON.stringify(message),
  );

  // Of a mail the headers that mean something here, and no other.
  const inbox = await anInboxWithHook(database, { channel: 'email', externalId: 'mail' });
  const mail = [
    ...['From: Anna <anna@example.com>', 'To: care@shop.example', 'Subject: Lamp', 'Message-ID: <m1@example.com>'],
    ...[`X-Originating-IP: ${CANARY}`, `Received: from ${CANARY} by mx`, '', 'Where is it?'],
  ].join('\r\n');
  const mailed = await postHook(
    `${app.url}${inbox.path}`,
    { ...signed(inbox.secret, mail), 'content-type': 'message/rfc822' },
    mail,
  );

  expect(answers.slice(0, 3)).toEqual([200, 200, 200]);
  expect(refused.status).toBe(422);
  expect([mailed.status, mailed.body['type']]).toEqual([200, 'message']);
  expect(await tablesWith(KNOWN)).toContain('public.order_lines');
  expect(await tablesWith(CANARY)).toEqual([]);
});
