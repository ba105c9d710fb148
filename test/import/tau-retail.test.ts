import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { beforeAll, describe, expect, test } from 'vitest';

import type { Sql } from '../../src/database/open-database.ts';
import { readOrder } from '../../src/import/tau-retail-orders.ts';
import { tauRetail } from '../../src/import/tau-retail.ts';
import { changeOrder } from '../../src/services/orders/change-order.ts';
import type { OrderChange } from '../../src/services/orders/order-change.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { aFolder, everything, importInto, killImport, startImport } from '../support/importing.ts';
import { byNumber, expectNothingAmiss, ordersInFull, type OrderInFull } from '../support/orders-in-full.ts';
import { sampleSet } from '../support/sample-set.ts';
import { aScope } from '../support/scopes.ts';
import { changeOf, paidFor, readTauSet, seenAs, TAU_POLICY, TauShop, type TauOrder } from '../support/tau-shop.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

interface Address {
  address1: string;
  address2: string;
  city: string;
  country: string;
  state: string;
  zip: string;
}
interface User {
  name: { first_name: string; last_name: string };
  address: Address;
  email: string;
  payment_methods: Record<string, { source: string }>;
}
interface Order {
  user_id: string;
  address: Address;
  items: { name: string; product_id: string; item_id: string; price: number; options: Record<string, string> }[];
  fulfillments: { tracking_id: string[]; item_ids: string[] }[];
  status: string;
  payment_history: { transaction_type: string; amount: number; payment_method_id: string }[];
}
interface Product {
  name: string;
  variants: Record<string, { options: Record<string, string>; available: boolean; price: number }>;
}

const sample = sampleSet('tau_retail');
const IS_WHOLE = process.env['PUNOS_TEST_WHOLE_IMPORT'] === '1';
const read = (name: string) => gunzipSync(readFileSync(join(sample!, 'tau1', name))).toString('utf8');
const readObject = <T>(name: string) => JSON.parse(read(name)) as Record<string, T>;

/** Hundredths, by the digits and not by multiplication: a second opinion. */
const hundredths = (amount: number) => Number(amount.toFixed(2).replace('.', ''));
const byName = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
const asStored = ({ address1, address2, city, country, state, zip }: Address) => ({
  line1: address1,
  line2: address2,
  postalCode: zip,
  city,
  region: state,
  country,
});

async function expectCustomers(sql: Sql): Promise<void> {
  const stored = await sql`
    select i.value as id, c.given_name, c.family_name, c.display_name, c.address,
      (select value from identities e where e.customer_id = c.id and e.kind = 'email') as email
    from customers c join identities i on i.customer_id = c.id and i.kind = 'external_id'`;
  const expected = Object.entries(readObject<User>('users.json.gz')).map(([id, { name, address, email }]) => ({
    id,
    givenName: name.first_name,
    familyName: name.last_name,
    displayName: `${name.first_name} ${name.last_name}`,
    address: asStored(address),
    email,
  }));
  expect(expected).toHaveLength(500);
  expect([...stored].sort(byName)).toEqual(expected.sort(byName));
}

async function expectOrders(sql: Sql): Promise<void> {
  const users = readObject<User>('users.json.gz');
  const orders = Object.entries(readObject<Order>('orders.json.gz'));
  const stored = await sql<{ number: string; status: string }[]>`
    select o.number, o.status, o.currency, o.total_minor, o.payment_status, o.shipping_address,
      (select value from identities i where i.customer_id = o.customer_id and i.kind = 'external_id') as buyer,
      (select jsonb_agg(jsonb_build_object('sku', sku, 'title', title, 'options', options, 'quantity', quantity,
        'price', unit_price_minor, 'known', variant_id is not null) order by position) from order_lines l where l.order_id = o.id) as lines,
      (select jsonb_agg(jsonb_build_object('kind', kind, 'method', method, 'id', external_id, 'amount', amount_minor) order by kind)
        from payments p where p.order_id = o.id) as payments,
      coalesce((select jsonb_agg(jsonb_build_object('tracking', tracking_number, 'items', (
          select jsonb_agg(l.sku order by l.sku) from order_lines l where l.order_id = o.id and l.external_id = any (s.line_external_ids))))
        from shipments s where s.order_id = o.id), '[]') as shipments
    from orders o`;
  const expected = orders.map(([number, order]) => ({
    number,
    status: order.status,
    currency: 'USD',
    totalMinor: order.items.reduce((sum, { price }) => sum + hundredths(price), 0),
    paymentStatus: order.payment_history.length > 1 ? 'refunded' : 'paid',
    shippingAddress: asStored(order.address),
    buyer: order.user_id,
    lines: order.items.map(({ name, item_id, price, options }) => ({
      sku: item_id,
      title: name,
      options,
      quantity: 1,
      price: hundredths(price),
      known: true,
    })),
    payments: order.payment_history
      .map(({ transaction_type: kind, amount, payment_method_id: id }) => ({
        kind,
        method: users[order.user_id]!.payment_methods[id]!.source,
        id,
        amount: hundredths(amount),
      }))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    shipments: order.fulfillments.flatMap(({ tracking_id, item_ids }) =>
      tracking_id.map((tracking) => ({ tracking, items: item_ids.toSorted() })),
    ),
  }));
  expect([...stored].sort(byNumber)).toEqual(expected.sort(byNumber));
  const perStatus = Object.groupBy(stored, ({ status }) => status);
  expect(Object.fromEntries(Object.entries(perStatus).map(([status, list]) => [status, list!.length]))).toEqual({
    pending: 423,
    processed: 102,
    delivered: 373,
    cancelled: 102,
  });
}

async function expectProducts(sql: Sql): Promise<void> {
  const stored = await sql`
    select p.external_id, p.title, jsonb_object_agg(v.sku, jsonb_build_object('options', v.options, 'price', v.price_minor,
      'currency', v.currency, 'title', v.title, 'available', (select s.on_hand > 0 from stock_levels s
        join locations l on l.id = s.location_id where s.variant_id = v.id and l.external_id = 'tau-retail-warehouse'))) as variants
    from products p join variants v on v.product_id = p.id group by p.id`;
  const expected = Object.entries(readObject<Product>('products.json.gz')).map(([externalId, { name, variants }]) => ({
    externalId,
    title: name,
    variants: Object.fromEntries(
      Object.entries(variants).map(([sku, { options, available, price }]) => [
        sku,
        { options, price: hundredths(price), currency: 'USD', title: name, available },
      ]),
    ),
  }));
  expect(expected).toHaveLength(50);
  const byId = (a: object, b: object) =>
    (a as { externalId: string }).externalId < (b as { externalId: string }).externalId ? -1 : 1;
  expect([...stored].sort(byId)).toEqual(expected.sort(byId));
}

/** What was said to somebody: everything up to the next role, without tools and without the words of a tool call. */
const spokenIn = (display: string) =>
  [...`\n${display}`.matchAll(/\n(user|assistant|tool): ?((?:(?!\n(?:user|assistant|tool):)[\s\S])*)/g)]
    .filter(([, role, text]) => role === 'user' || (role === 'assistant' && text !== 'None'))
    .map(([, role, text]) => `${role}: ${text}`);

async function expectDialogues(sql: Sql): Promise<void> {
  const stored = await sql<{ spoken: string[]; sender: string }[]>`
    select array_agg((case m.author_kind when 'customer' then 'user: ' when 'bot' then 'assistant: ' end) || m.text
        order by m.occurred_at) as spoken,
      (select i.kind from identities i where i.customer_id = c.customer_id order by i.kind desc limit 1) as sender
    from conversations c join messages m on m.conversation_id = c.id group by c.id`;
  const expected = read('few_shot_dialogues.jsonl.gz')
    .trimEnd()
    .split('\n')
    .map((line) => spokenIn((JSON.parse(line) as { messages_display: string }).messages_display));
  expect(expected).toHaveLength(69);
  expect(stored.map(({ spoken }) => spoken).sort(byName)).toEqual(expected.sort(byName));
  // In one dialogue nobody says who they are.
  expect(stored.filter(({ sender }) => sender === 'visitor_id')).toHaveLength(1);
}

/** Where each order stands on its three axes, and what told of it. */
async function expectStandings(sql: Sql): Promise<void> {
  const fulfilment = {
    pending: 'unfulfilled',
    processed: 'in_progress',
    delivered: 'delivered',
    cancelled: 'cancelled',
  };
  const milestones = { pending: 0, processed: 1, delivered: 2, cancelled: 1 };
  const expected = Object.entries(readObject<Order>('orders.json.gz')).map(([number, order]): OrderInFull => {
    const status = order.status as keyof typeof fulfilment;
    const parcels = order.fulfillments.flatMap(({ tracking_id }) => tracking_id);
    return {
      number,
      status,
      fulfilmentStatus: fulfilment[status],
      paymentStatus: order.payment_history.length > 1 ? 'refunded' : 'paid',
      returnStatus: 'none',
      totalMinor: order.items.reduce((sum, { price }) => sum + hundredths(price), 0),
      returns: [],
      facts: 1 + order.payment_history.length + parcels.length + milestones[status],
    };
  });
  expect(await ordersInFull(sql)).toEqual(expected.sort(byNumber));
}

/** What a task leaves of an order. */
interface Outcome {
  number: string;
  status: string;
  street: string;
  totalMinor: number;
  /** Payments less what goes back. */
  paidMinor: number;
  /** SKU and price of each, in cents. */
  lines: [string, number][];
  /** Line and SKU of what goes out instead. */
  returns: { outcome: string; status: string; lines: [string, string | null][] }[];
}

function outcomeOf(number: string, order: TauOrder, asked: OrderChange | undefined): Outcome {
  const lines = order.items.map(({ item_id, price }): [string, number] => [item_id, hundredths(price)]);
  const returned =
    asked?.kind === 'return' || asked?.kind === 'exchange'
      ? asked.lines.map((line): [string, string | null] => [line.lineExternalId, 'sku' in line ? line.sku : null])
      : [];
  const outcome = asked?.kind === 'exchange' ? 'exchange' : 'refund';
  return {
    number,
    status: seenAs(order.status),
    street: order.address.address1,
    totalMinor: lines.reduce((sum, [, price]) => sum + price, 0),
    paidMinor: paidFor(order),
    lines,
    returns: returned.length > 0 ? [{ outcome, status: 'requested', lines: returned.sort(byName) }] : [],
  };
}

/** Of the orders that tasks had for themselves. */
async function storedOutcomes(sql: Sql): Promise<Outcome[]> {
  return [
    ...(await sql<Outcome[]>`
      select o.number, o.status, o.shipping_address ->> 'line1' as street, o.total_minor,
        (select sum(case p.kind when 'payment' then p.amount_minor else -p.amount_minor end)::int
          from payments p where p.order_id = o.id and p.state <> 'kept') as paid_minor,
        (select jsonb_agg(jsonb_build_array(l.sku, l.unit_price_minor) order by l.position)
          from order_lines l where l.order_id = o.id) as lines,
        coalesce((
          select jsonb_agg(jsonb_build_object('outcome', r.outcome, 'status', r.status, 'lines', (
            select jsonb_agg(jsonb_build_array(l.line_external_id, l.exchange_sku)) from return_lines l where l.return_id = r.id)))
          from returns r where r.order_id = o.id
        ), '[]') as returns
      from orders o where o.number like '%/%' order by o.number collate "C"`),
  ].map((order) => ({
    ...order,
    returns: order.returns.map((one) => ({ ...one, lines: one.lines.toSorted(byName) })),
  }));
}

const refusal = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    },
  );

const ofShop = await withDatabase();

describe.skipIf(!sample)('the shop of tau-bench', { timeout: 900_000 }, () => {
  const { database, sql } = ofShop;
  const counts = { customers: 500, locations: 1, products: 50, orders: 1_000, dialogues: 69 };
  const all = (added: boolean) =>
    Object.fromEntries(Object.entries(counts).map(([unit, n]) => [unit, `${added ? n : 0}/${n}/${n}`]));
  beforeAll(async () => {
    expect(await importInto(database, tauRetail, sample!)).toEqual({ counts: all(true), warnings: [] });
  });

  test('equals its source', async () => {
    await expectCustomers(sql);
    await expectProducts(sql);
    await expectOrders(sql);
    await expectDialogues(sql);
  });

  test('each order stands where its source says on all three axes, and nothing is kept apart', async () => {
    await expectStandings(sql);
    await expectNothingAmiss(database);
  });

  test('imported again changes nothing', async () => {
    const before = await everything(sql);
    const again = await importInto(database, tauRetail, sample!);
    expect(again).toEqual({ counts: all(false), warnings: [] });
    expect(await everything(sql)).toEqual(before);
  });

  test('what the training tasks do to orders is done once or refused with a reason, and leaves what the tools of the set leave', async () => {
    const set = readTauSet(sample!);
    const tasks = [...set.tasks.entries()].filter(([i]) => IS_WHOLE || i % 10 === 0);
    const [shopkeeper, agent] = [aScope(database, 'admin'), aScope(database, 'agent')];
    const verdicts = { accepted: 0, refused: 0, repeatsRefused: 0 };
    const expected: Outcome[] = [];
    for (const [task, { actions }] of tasks) {
      const shop = new TauShop(set);
      const numbers = [...new Set(actions.map(({ kwargs }) => String(kwargs['order_id'])))];
      // Every task begins with the orders as they are in the set, so each has copies of its own.
      const copyOf = (number: string) => `${number}/${task}`;
      const facts = numbers.flatMap((number) => readOrder(copyOf(number), set.orders[number]!));
      const { orderIds } = await recordOrderFacts(shopkeeper, facts);
      const done = new Map<string, OrderChange>();
      for (const act of actions) {
        const number = String(act.kwargs['order_id']);
        const change = changeOf(act, shop.methodsOf(number));
        const attempt = () => refusal(changeOrder(agent, orderIds[numbers.indexOf(number)]!, change, TAU_POLICY));

        const isAllowed = shop.does(act);
        const reason = await attempt();
        expect([task, act, reason]).toEqual([task, act, isAllowed ? null : expect.any(String)]);
        verdicts[isAllowed ? 'accepted' : 'refused'] += 1;
        if (isAllowed) done.set(number, change);
        // An address may be changed again and again.
        if (change.kind === 'address') continue;
        expect([task, act, await attempt()]).toEqual([task, act, expect.any(String)]);
        verdicts.repeatsRefused += 1;
      }
      expected.push(...numbers.map((number) => outcomeOf(copyOf(number), shop.order(number), done.get(number))));
    }

    expect(await storedOutcomes(sql)).toEqual(expected.sort(byNumber));
    await expectNothingAmiss(database);
    console.log(
      `tau_retail: ${tasks.length} training tasks, ${JSON.stringify(verdicts)}, ${expected.length} orders as the tools leave them`,
    );
  });

  test('killed in the middle of the orders and started again ends the same', async () => {
    const { sql, applicationUrl } = await withDatabase();
    const stored = async () => (await sql<{ n: number }[]>`select count(*)::int as n from orders`)[0]!.n;

    // The dialogues come after the orders and take as long as all the rest: here without them.
    const folder = aFolder({});
    for (const name of ['users.json.gz', 'products.json.gz', 'orders.json.gz'])
      cpSync(join(sample!, 'tau1', name), join(folder, name));

    const killed = startImport(['tau-retail', folder], { DATABASE_URL: applicationUrl });
    await until(stored, (n) => n > 0, 60_000);
    await killImport(killed, sql);
    const half = await stored();
    expect(half).toBeLessThan(1_000);

    const { code, stdout } = await startImport(['tau-retail', folder, '--json'], { DATABASE_URL: applicationUrl })
      .ended;

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ complete: true, warnings: 1 });
    expect((JSON.parse(stdout) as { counts: unknown[] }).counts).toContainEqual({
      unit: 'orders',
      total: 1_000,
      done: 1_000,
      added: 1_000 - half,
      refused: 0,
    });
    await expectCustomers(sql);
    await expectProducts(sql);
    await expectOrders(sql);
  });
});

test('bad entries are named with file and line, everything else is stored', async () => {
  const { database, sql } = await withDatabase();
  const address = { address1: 'Street 1', address2: '', city: 'Turku', country: 'Finland', state: '', zip: '20100' };
  const item = (id: string, price: unknown = 10.05) => ({
    name: 'Mug',
    product_id: 'p1',
    item_id: id,
    price,
    options: { size: 'L' },
  });
  const order = (but: object) => ({
    user_id: 'ann_1',
    address,
    items: [item('i1')],
    fulfillments: [],
    status: 'pending',
    payment_history: [],
    ...but,
  });
  const lines = (members: Record<string, unknown>) =>
    `{\n${Object.entries(members)
      .map(([name, value]) => `"${name}": ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(',\n')}\n}`;
  const folder = aFolder({
    'users.json': lines({
      ann_1: { name: { first_name: 'Ann', last_name: 'Virtanen' }, address, email: 'ann@example.com' },
      bob_2: { name: { first_name: 'Bob' }, address, email: 'bob@example.com' },
      cid_3: { name: { first_name: 'Cid', last_name: 'No' }, address, email: 'no address' },
    }),
    'products.json': lines({
      p1: { name: 'Mug', variants: { i1: { options: { size: 'L' }, available: true, price: '9' } } },
    }),
    'orders.json': lines({
      '#1': order({
        items: [item('i1'), item('i1'), item('i2', 0)],
        fulfillments: [{ tracking_id: ['T1'], item_ids: ['i1', 'i1'] }],
        status: 'processed',
        payment_history: [
          { transaction_type: 'payment', amount: 10.05, payment_method_id: 'paypal_7' },
          { transaction_type: 'payment', amount: 10.05, payment_method_id: 'paypal_7' },
        ],
      }),
      '#2': '{"status": open',
      '#3': order({ status: 'lost' }),
      '#4': order({ items: [item('i1', 1.005)] }),
      '#5': order({ fulfillments: [{ tracking_id: ['T5'], item_ids: ['i9'] }] }),
      '#6': order({ user_id: 'unknown_6', status: 'delivered' }),
    }),
    'few_shot_dialogues.jsonl': [
      JSON.stringify({ messages_display: 'assistant: Hi' }),
      'no json',
      JSON.stringify({
        messages_display: 'user: Hello\nthere\nassistant: None\ntool: ann_virtanen_1\nassistant: Hi Ann',
      }),
    ].join('\n'),
  });

  const { counts, warnings } = await importInto(database, tauRetail, folder);

  expect(counts).toEqual({ customers: '1/2/2', orders: '2/2/2', dialogues: '1/1/1' });
  expect(warnings).toEqual([
    'products.json:2: variants.i1.price: must be an amount with two decimals at most; it is left out.',
    'users.json:3: last_name: must be a text; it is left out.',
    'orders.json:3: This is no JSON; it is left out.',
    'orders.json:4: status: must be pending, processed, delivered or cancelled; it is left out.',
    'orders.json:5: items.0.price: must be an amount with two decimals at most; it is left out.',
    'orders.json:6: fulfillments.0.item_ids: names an item that is not in the order; it is left out.',
    'few_shot_dialogues.jsonl:2: This is no JSON; it is left out.',
    'few_shot_dialogues.jsonl:1: messages_display: must begin with what the user says; it is left out.',
    expect.stringMatching(/^users\.json:4: Refused \(INVALID_INPUT\): An email address has one @/),
  ]);
  const orders = await sql`
    select o.number, o.status, o.payment_status, o.total_minor, (select value from identities i where i.customer_id = o.customer_id and i.kind = 'external_id') as buyer,
      (select array_agg(external_id order by position) from order_lines l where l.order_id = o.id) as lines,
      (select array_agg(external_id order by external_id) from payments p where p.order_id = o.id) as payments,
      (select array_agg(array_to_string(line_external_ids, ' ')) from shipments s where s.order_id = o.id) as parcels
    from orders o order by o.number`;
  expect(orders).toEqual([
    {
      number: '#1',
      status: 'processed',
      paymentStatus: 'paid',
      totalMinor: 2_010,
      buyer: 'ann_1',
      lines: ['i1', 'i1/2', 'i2'],
      payments: ['paypal_7', 'paypal_7/2'],
      parcels: ['i1 i1/2'],
    },
    {
      number: '#6',
      status: 'delivered',
      paymentStatus: 'unpaid',
      totalMinor: 1_005,
      buyer: 'unknown_6',
      lines: ['i1'],
      payments: null,
      parcels: null,
    },
  ]);
  expect(await sql`select text, direction from messages order by occurred_at`).toEqual([
    { text: 'Hello\nthere', direction: 'inbound' },
    { text: 'Hi Ann', direction: 'outbound' },
  ]);
});
