import { gzipSync } from 'node:zlib';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { NO_WISHES, type Wishes } from '../../src/import/import-source.ts';
import { csv, jsonl } from '../../src/import/own-tables.ts';
import { checkPhase } from '../../src/import/run-import.ts';
import { aFolder, everything, importInto } from '../support/importing.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const aFile = (content: string | Buffer, name = 'table.csv') => join(aFolder({ [name]: content }), name);

/** A dry run: how many things there are, and what is wrong. */
async function check(kind: string, content: string | Buffer, wishes: Partial<Wishes> = {}, source = csv) {
  const warnings: string[] = [];
  const complain = ({ line }: { line: number }, sentence: string) => void warnings.push(`${line}: ${sentence}`);
  const [only] = await source.read(aFile(content), complain, { ...NO_WISHES, kind, ...wishes });
  const { total } = await checkPhase(only!, new AbortController().signal);
  return { total, warnings };
}

const CUSTOMERS = [
  'external_id,email,phone,given_name,family_name,preferred_channel,line1,postal_code,country',
  '1,Anna@Example.fi,+358 40 123 4567,Anna,"Aalto, the elder",sms,"Katu 1\nB",00100,FI',
  '2,,,=1+1,Berg,,,,',
].join('\n');
const PRODUCTS = [
  'sku,title,product_id,product_title,brand,price,currency,option:size',
  'S1,Red shirt S,P1,Red shirt,Aalto,12.50,EUR,S',
  'S2,Red shirt M,P1,Red shirt,Aalto,1300,JPY,M',
  'S3,Hat,,,,,,',
].join('\n');
const LOCATIONS =
  'external_id,name,kind,city,latitude,longitude,time_zone\nHEL,Helsinki,store,Helsinki,60.17,24.94,Europe/Helsinki\nW,Ware,warehouse,,,,';
const STOCK = 'sku;location;on_hand;counted_at\nS1;HEL;4;2026-11-01\nS2;W;7;\n';
const ORDERS = [
  'order_number\tplaced_at\tcurrency\tsku\tquantity\tunit_price\tcustomer_external_id\tstatus\tstatus_at\ttracking_number\tpaid_amount',
  'A1\t2026-11-01 10:00\tEUR\tS1\t2\t12,50\t1\tdelivered\t2026-11-03\tTRK1\t30.00',
  'A2\t2026-11-02T10:00:00+02:00\tEUR\tS9\t1\t1\t9\t\t\t\t',
  'A1\t2026-11-01 10:00\tEUR\tS2\t1\t5\t1\tdelivered\t2026-11-03\tTRK1\t30.00',
].join('\r\n');
const CONVERSATIONS = [
  'conversation_id,sent_at,text,channel,author,customer_email',
  'k1,2026-11-01T10:05:00Z,On its way,email,agent,',
  'k1,2026-11-01T10:00:00Z,"Where is my ""parcel""?",email,customer,anna@example.fi',
  'k2,2026-11-01T10:05:00Z,moi,live_chat,,bo@example.se',
].join('\n');

test('a row that somebody else keeps for longer than is waited for holds an import up, and does not end it', async () => {
  const { database, sql } = await withDatabase();
  const waitingSince = async () => {
    const [row] = await sql<{ since: string | null }[]>`
      select max(query_start)::text as since from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return row!.since;
  };
  let importing: ReturnType<typeof importInto> | undefined;

  await database.begin(async (tx) => {
    await tx`
      insert into inboxes (id, channel, external_id, name, address, brand, market, created_at)
      values ('inb_00000000000000000000000000', 'email', 'import-email', 'Kept', 'care@shop.example', 'Aalto', 'FI', now())`;
    importing = importInto(database, csv, aFile(CONVERSATIONS), { kind: 'conversations' });
    const first = await until(waitingSince, (since) => since !== null);
    // Its first try was given up, and it tries again.
    await until(waitingSince, (since) => since !== null && since !== first);
  });

  expect((await importing!).counts).toEqual({ conversations: '2/2/2' });
  // Who made it at the same moment said what it is called: an import does not say it again.
  expect(await sql`select name, address, brand, market from inboxes where external_id = 'import-email'`).toEqual([
    { name: 'Kept', address: 'care@shop.example', brand: 'Aalto', market: 'FI' },
  ]);
});

test('six kinds of tables become what they say, and imported again change nothing', async () => {
  const { database, sql } = await withDatabase();
  const tables = [
    ['customers', aFile(`\uFEFF${CUSTOMERS}`)],
    ['products', aFile(PRODUCTS)],
    ['locations', aFile(gzipSync(LOCATIONS), 'places.csv.gz')],
    ['stock', aFile(STOCK)],
    ['orders', aFile(ORDERS)],
    ['conversations', aFile(CONVERSATIONS)],
  ] as const;
  utimesSync(tables[3][1], 1_793_000_000, 1_793_000_000);
  const importAll = async () => {
    const results = [];
    for (const [kind, file] of tables)
      results.push(await importInto(database, csv, file, { kind, timeZone: 'Europe/Helsinki' }));
    return { counts: results.map(({ counts }) => counts), warnings: results.flatMap(({ warnings }) => warnings) };
  };

  const first = await importAll();

  expect(first).toEqual({
    counts: [
      { customers: '2/2/2' },
      { products: '2/2/2' },
      { locations: '2/2/2' },
      { stock: '2/2/2' },
      { orders: '2/2/2' },
      { conversations: '2/2/2' },
    ],
    warnings: [],
  });
  expect(
    await sql`select c.display_name, c.preferred_channel, c.address, i.normalized from customers c
      join identities e on e.customer_id = c.id and e.kind = 'external_id' and e.value in ('1', '2')
      left join identities i on i.customer_id = c.id and i.kind = 'phone' order by e.value`,
  ).toEqual([
    {
      displayName: 'Anna Aalto, the elder',
      preferredChannel: 'sms',
      address: { line1: 'Katu 1\nB', line2: null, postalCode: '00100', city: null, region: null, country: 'FI' },
      normalized: '+358401234567',
    },
    { displayName: '=1+1 Berg', preferredChannel: null, address: null, normalized: null },
  ]);
  expect(
    await sql`select p.external_id, p.title, v.sku, v.options, v.price_minor, v.currency from products p
      join variants v on v.product_id = p.id order by v.sku`,
  ).toEqual([
    { externalId: 'P1', title: 'Red shirt', sku: 'S1', options: { size: 'S' }, priceMinor: 1250, currency: 'EUR' },
    { externalId: 'P1', title: 'Red shirt', sku: 'S2', options: { size: 'M' }, priceMinor: 1300, currency: 'JPY' },
    { externalId: 'S3', title: 'Hat', sku: 'S3', options: {}, priceMinor: null, currency: null },
  ]);
  expect(
    await sql`select v.sku, l.external_id, s.on_hand, s.as_of from stock_levels s join variants v on v.id = s.variant_id
      join locations l on l.id = s.location_id order by v.sku`,
  ).toEqual([
    { sku: 'S1', externalId: 'HEL', onHand: 4, asOf: new Date('2026-10-31T22:00:00.000Z') },
    { sku: 'S2', externalId: 'W', onHand: 7, asOf: new Date(1_793_000_000_000) },
  ]);
  expect(
    await sql`select o.number, o.placed_at, o.total_minor, o.status, o.status_occurred_at, o.payment_status,
        (select array_agg(l.sku || ' ' || l.quantity || ' ' || l.unit_price_minor || ' ' || (l.variant_id is not null) order by l.position)
          from order_lines l where l.order_id = o.id) as lines,
        (select array_agg(s.tracking_number || ' ' || array_to_string(s.line_external_ids, '+')) from shipments s
          where s.order_id = o.id) as parcels
      from orders o order by o.number`,
  ).toEqual([
    {
      number: 'A1',
      placedAt: new Date('2026-11-01T08:00:00.000Z'),
      totalMinor: 3000,
      status: 'delivered',
      statusOccurredAt: new Date('2026-11-02T22:00:00.000Z'),
      paymentStatus: 'paid',
      lines: ['S1 2 1250 true', 'S2 1 500 true'],
      parcels: ['TRK1 S1+S2'],
    },
    {
      number: 'A2',
      placedAt: new Date('2026-11-02T08:00:00.000Z'),
      totalMinor: 100,
      status: 'pending',
      statusOccurredAt: new Date('2026-11-02T08:00:00.000Z'),
      paymentStatus: 'unpaid',
      lines: ['S9 1 100 false'],
      parcels: null,
    },
  ]);
  expect(
    await sql`select m.external_id, m.direction, m.author_kind, m.text, i.external_id as inbox
      from messages m join inboxes i on i.id = m.inbox_id order by m.external_id desc`,
  ).toEqual([
    { externalId: 'k2/1', direction: 'inbound', authorKind: 'customer', text: 'moi', inbox: 'import-live_chat' },
    {
      externalId: 'k1/2',
      direction: 'inbound',
      authorKind: 'customer',
      text: 'Where is my "parcel"?',
      inbox: 'import-email',
    },
    { externalId: 'k1/1', direction: 'outbound', authorKind: 'agent', text: 'On its way', inbox: 'import-email' },
  ]);

  expect(await sql`select count(*)::int as n from conversations`).toEqual([{ n: 2 }]);

  const before = await everything(sql);
  const again = await importAll();
  expect(again.warnings).toEqual([]);
  expect(again.counts.map((counts) => Object.values(counts)[0])).toEqual(Array(6).fill('0/2/2'));
  expect(await everything(sql)).toEqual(before);
});

test('the same as JSON lines: lists and options inside an object', async () => {
  const { database, sql } = await withDatabase();
  const file = aFile(
    [
      {
        order_number: 'J1',
        placed_at: '2026-11-02T10:00:00Z',
        currency: 'EUR',
        customer_email: 'anna@example.fi',
        lines: [
          { sku: 'S1', quantity: 1, unit_price: 12.5, options: { size: 'S' } },
          { sku: 'S1', quantity: 2, unit_price: '3.00' },
        ],
      },
      {
        order_number: 'J2',
        placed_at: '2026-11-02',
        currency: 'EUR',
        customer_email: 'a@b.c',
        sku: { a: 1 },
        quantity: 1,
      },
    ]
      .map((value) => JSON.stringify(value))
      .concat('{"order_number":"J3"', '[]', 'null', '')
      .join('\n'),
  );

  const { counts, warnings } = await importInto(database, jsonl, file, { kind: 'orders' });

  expect(counts).toEqual({ orders: '1/1/1' });
  expect(warnings).toEqual([
    'table.csv:2: Line 2: sku: must be a text, a number, true, false or null; it is left out.',
    ...[3, 4, 5].map((line) => `table.csv:${line}: This is no JSON object; it is left out.`),
  ]);
  expect(
    await sql`select o.total_minor, l.external_id, l.options, l.unit_price_minor from orders o
      join order_lines l on l.order_id = o.id order by l.position`,
  ).toEqual([
    { totalMinor: 1850, externalId: 'S1', options: { size: 'S' }, unitPriceMinor: 1250 },
    { totalMinor: 1850, externalId: 'S1/2', options: {}, unitPriceMinor: 300 },
  ]);
});

describe('before anything is written a table is refused', () => {
  const refusals: readonly (readonly [what: string, kind: string, content: string | Buffer, sentence: RegExp])[] = [
    ['that is empty', 'customers', '', /is empty\. Its first row must name the columns/],
    ['of blank lines', 'customers', '\n\n \r\n'.replace(' ', ''), /is empty/],
    ['without what is required', 'products', 'SKU,Name\n1,a', /misses for products: title\. It has: sku, name\./],
    [
      'that says nobody',
      'customers',
      'name\nAnna',
      /misses for customers: one of external_id, email, phone, loyalty_id/,
    ],
    ['with a column twice', 'customers', 'email,Email\na,b', /names the column email twice/],
    ['that is a workbook', 'customers', Buffer.from([0x50, 0x4b, 3, 4, 20]), /Excel workbook/],
    ['in UTF-16', 'customers', Buffer.from('\uFEFFemail\na@b.c', 'utf16le'), /is UTF-16\. Save it as UTF-8/],
    ['that is a broken gzip', 'customers', gzipSync('email\n').subarray(0, 15), /cannot be read to its end/],
    [
      'of 100,000 unknown columns',
      'customers',
      Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(),
      /c29 and 99970 more/,
    ],
  ];
  test.each(refusals)('%s', async (_, kind, content, sentence) => {
    await expect(check(kind, content)).rejects.toThrow(sentence);
  });

  test('for a renaming that names nothing', async () => {
    const named = (theirs: string, ours: string) => ({ renamed: new Map([[theirs, ours]]) });
    await expect(check('customers', 'mail\na@b.c', named('post', 'email'))).rejects.toThrow(
      /has no column post\. It has: mail/,
    );
    await expect(check('customers', 'mail\na@b.c', named('mail', 'shoe'))).rejects.toThrow(
      /no column shoe for customers/,
    );
    expect(await check('customers', 'Mail\na@b.c', named('mail', 'email'))).toEqual({ total: 1, warnings: [] });
  });
});

describe('E14: what is wrong is named with its line and left out', () => {
  test('header only: nothing, and nothing wrong', async () => {
    expect(await check('customers', 'email\n')).toEqual({ total: 0, warnings: [] });
  });

  test('rows that are none', async () => {
    const long = `"${'x'.repeat(10_000_000)}"`;
    const bytes = Buffer.concat([Buffer.from('7,Caf'), Buffer.from([0xe9]), Buffer.from('\n')]);
    const { total, warnings } = await check(
      'customers',
      Buffer.concat([
        Buffer.from('external_id,display_name\n1,Fine\n2\n3,a,b\n'),
        Buffer.from(`4,${long}\n5,"open\n6,NUL\0\n`),
        bytes,
        Buffer.from('8,"closed"x\n,\n9,Fine too\n'),
      ]),
    );

    expect(total).toBe(2);
    expect(warnings.map((warning) => warning.slice(0, 44))).toEqual([
      '3: Line 3: The row has 1 fields instead of 2',
      '4: Line 4: The row has 3 fields instead of 2',
      '5: A quoted field is not closed, something f',
      '6: A quoted field is not closed, something f',
      '7: Line 7: The row holds a NUL character; it',
      '8: Line 8: The row is not UTF-8; it is left ',
      '9: A quoted field is not closed, something f',
    ]);
  });

  const wrongs: readonly (readonly [value: string, column: string, sentence: string])[] = [
    ['1,234.50', 'unit_price', 'must be an amount in EUR'],
    ['1,234', 'unit_price', 'must be an amount in EUR'],
    ['12.505', 'unit_price', 'must be an amount in EUR'],
    ['1e3', 'unit_price', 'must be an amount in EUR'],
    ['€5', 'unit_price', 'must be an amount in EUR'],
    ['-5', 'unit_price', 'unit_price: must not be below 0'],
    ['0', 'quantity', 'quantity: must be from 1 to 1000000'],
    ['1.5', 'quantity', 'must be a whole number'],
    ['many', 'quantity', 'must be a whole number'],
    ['9999999999', 'quantity', 'must be a whole number'],
    ['euro', 'currency', 'must be three letters'],
    ['21.11.2026', 'placed_at', 'must be a day of the calendar'],
    ['11/21/2026', 'placed_at', 'must be a day of the calendar'],
    ['2026-02-31', 'placed_at', 'must be a day of the calendar'],
    ['1612137600', 'placed_at', 'must be a day of the calendar'],
    ['1969-01-01', 'placed_at', 'must not be before 1970'],
    ['no mail', 'customer_email', 'An email address has one @'],
    ['lost', 'status', 'must be one of pending'],
    ['', 'sku', 'must not be empty'],
    ['x'.repeat(201), 'sku', 'may have 200 characters'],
  ];
  test.each(wrongs)('an order with %j as its %s', async (value, column, sentence) => {
    const fine: Record<string, string> = {
      order_number: 'A',
      placed_at: '2026-11-01',
      currency: 'EUR',
      sku: 'S',
      quantity: '1',
      unit_price: '1.00',
      customer_email: 'a@b.c',
      status: 'pending',
    };
    const rows = [fine, { ...fine, sku: 'S2', [column]: value }];
    const content = [Object.keys(fine), ...rows.map((row) => Object.values(row).map((text) => `"${text}"`))].join('\n');

    const { total, warnings } = await check('orders', content);

    expect(total).toBe(0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(sentence);
    expect(warnings[0]).toMatch(/all 2 rows of it are left out\.$/);
  });

  test('X18: one order has one currency', async () => {
    const { warnings } = await check(
      'orders',
      'order_number,placed_at,currency,sku,quantity,unit_price,customer_email\nA,2026-11-01,EUR,S,1,1,a@b.c\nA,2026-11-01,USD,S,1,1,a@b.c',
    );
    expect(warnings).toEqual([
      '2: currency: must be the same in all rows of one order; all 2 rows of it are left out.',
    ]);
  });

  test('the later of two rows with one id counts; an address that two rows share stays with the first', async () => {
    expect(await check('customers', 'external_id,email,display_name\n1,a@b.c,Old\n2,A@B.c,Bo\n1,a@b.c,New')).toEqual({
      total: 2,
      warnings: [
        '4: email: another row has the same one and keeps it; here it is left out.',
        '2: Line 4 tells of the same one later and counts; this row is left out.',
      ],
    });
  });

  test('a later row that is wrong takes the place of none that is right', async () => {
    expect(await check('stock', 'sku,location,on_hand\nS,L,4\nS,L,-1\nS,L,5\nS,L,2.5\nT,L,-1\nT,L,many')).toEqual({
      total: 1,
      warnings: [
        '5: on_hand: must be a whole number, such as 6; it is left out.',
        '2: Line 4 tells of the same one later and counts; this row is left out.',
        '3: Line 4 tells of the same one later and counts; this row is left out.',
        '7: on_hand: must be a whole number, such as 6; it is left out.',
        '6: on_hand: must not be below 0; it is left out.',
      ],
    });
  });

  test('a customer who is left out keeps no address from another one', async () => {
    expect(await check('customers', 'external_id,email,language\n1,a@b.c,Finnish!\n2,a@b.c,fi')).toEqual({
      total: 1,
      warnings: ['2: language: must be a BCP 47 tag, such as fi or en-GB; it is left out.'],
    });
  });

  test.each([
    ['quantity', '0', 'quantity: must be from 1 to 1000000'],
    ['quantity', '-1', 'quantity: must be from 1 to 1000000'],
    ['unit_price', '-0.01', 'unit_price: must not be below 0'],
    ['total', '-1', 'total: must not be below 0'],
    ['placed_at', '2999-01-01', 'placed_at: must not lie in the future'],
    ['status_at', '2999-01-01', 'status_at: must not lie in the future'],
  ])('an order with %s %s is named by that column', async (column, value, sentence) => {
    const fine = {
      ...{ order_number: 'A', placed_at: '2026-11-01', currency: 'EUR', sku: 'S', quantity: '1', unit_price: '1.00' },
      ...{ customer_email: 'a@b.c', total: '', status_at: '' },
    };
    const row = { ...fine, [column]: value };
    const { total, warnings } = await check('orders', `${Object.keys(row).join()}\n${Object.values(row).join()}`);
    expect({ total, warnings }).toEqual({ total: 0, warnings: [`2: ${sentence}; it is left out.`] });
  });

  test('unknown columns are named once', async () => {
    const { warnings } = await check('stock', 'sku,location,on_hand,colour\nS,L,1,red\nS,M,1,red');
    expect(warnings).toEqual([
      expect.stringMatching(/^1: Columns that mean nothing for stock are left out: colour\. Ours are: sku,/),
    ]);
  });

  test('what is not in the catalogue cannot be counted', async () => {
    const { database, sql } = await withDatabase();
    const { counts, warnings } = await importInto(database, csv, aFile('sku,location,on_hand\nS9,HEL,1'), {
      kind: 'stock',
    });
    expect({ counts, warnings }).toEqual({
      counts: { stock: '0/1/1' },
      warnings: ['table.csv:2: Refused (NOT_FOUND): No product has the SKU S9. Record it first.'],
    });
    expect(await sql`select count(*)::int as n from events`).toEqual([{ n: 0 }]);
  });
});

test('places, stock by the names of its quantities, and how long a location takes are taken over', async () => {
  const { database, sql } = await withDatabase();
  const places =
    'country,postal_code,name,latitude,longitude\nfi,00100,Helsinki,60.17,24.94\nEstonia,10111,Tallinn,59.4,24.7';
  const told = await importInto(database, csv, aFile(places), { kind: 'places' });
  await importInto(database, csv, aFile('sku,title,bundle\nS1,Shirt,summer'), { kind: 'products' });
  const locations = 'external_id,name,kind,pickup_minutes,delivery_hours\nHEL,Helsinki,store,30,48';
  await importInto(database, csv, aFile(locations), { kind: 'locations' });
  const stock = 'sku,location,on_hand,committed,incoming,incoming_at,safety,damaged,counted_at';
  const count = 'S1,HEL,9,2,5,2026-12-01 10:00,1,,2026-11-01';
  const { counts } = await importInto(database, csv, aFile(`${stock}\n${count}`), { kind: 'stock' });

  expect(told.warnings).toEqual(['table.csv:3: country: must be two letters of ISO 3166, such as FI; it is left out.']);
  expect([...(await sql`select country, postal_code, name, latitude from places`)]).toEqual([
    { country: 'FI', postalCode: '00100', name: 'Helsinki', latitude: 60.17 },
  ]);
  expect(counts).toEqual({ stock: '1/1/1' });
  expect([
    ...(await sql`select l.on_hand, l.committed, l.incoming, l.incoming_at, l.safety, l.damaged, p.bundle, o.pickup_minutes, o.delivery_hours
      from stock_levels l, products p, locations o`),
  ]).toEqual([
    {
      ...{ onHand: 9, committed: 2, incoming: 5, incomingAt: new Date('2026-12-01T10:00:00Z'), safety: 1, damaged: 0 },
      ...{ bundle: 'summer', pickupMinutes: 30, deliveryHours: 48 },
    },
  ]);
});

test('a complete table of stock counts what it leaves out as none, at its locations alone, and once', async () => {
  const { database, sql } = await withDatabase();
  await importInto(database, csv, aFile('sku,title\nS1,Shirt\nS2,Hat\nS3,Shoe'), { kind: 'products' });
  await importInto(database, csv, aFile('external_id,name,kind\nHEL,Helsinki,store\nTKU,Turku,store'), {
    kind: 'locations',
  });
  const before =
    'sku,location,on_hand,counted_at\nS1,HEL,4,2026-11-01\nS2,HEL,5,2026-11-01\nS3,HEL,6,2026-11-20\nS2,TKU,7,2026-11-01';
  await importInto(database, csv, aFile(before), { kind: 'stock' });
  const levels = async () =>
    (
      await sql<{ level: string }[]>`
        select v.sku || ' ' || o.external_id || ' ' || l.on_hand as level from stock_levels l
        join variants v on v.id = l.variant_id join locations o on o.id = l.location_id order by 1`
    ).map(({ level }) => level);
  // S3 was counted after the file was written.
  const feed = aFile('sku,location,on_hand,counted_at\nS1,HEL,3,2026-11-10\nNEW,HEL,1,2026-11-10');
  utimesSync(feed, new Date('2026-11-10T12:00:00Z'), new Date('2026-11-10T12:00:00Z'));

  const { counts } = await importInto(database, csv, feed, { kind: 'stock', isComplete: true });

  expect(await levels()).toEqual(['S1 HEL 3', 'S2 HEL 0', 'S2 TKU 7', 'S3 HEL 6']);
  expect(counts).toEqual({ stock: '1/2/2', 'stock left out': '1/1/1' });
  const again = await importInto(database, csv, feed, { kind: 'stock', isComplete: true });
  expect(again.counts).toEqual({ stock: '0/2/2', 'stock left out': '0/1/1' });
  await expect(importInto(database, csv, feed, { kind: 'orders', isComplete: true })).rejects.toThrow(
    '--complete is for stock',
  );
});

test('orders that a generator wrote stand in the database as it wrote them', async () => {
  const { database, sql } = await withDatabase();
  const aTitle = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    // U+FFFD stands for bytes that were none of UTF-8, and is warned about as such.
    .filter((text) => text.trim() !== '' && !/[\0\uFFFD]/.test(text));
  const aLine = fc.record({
    title: aTitle,
    quantity: fc.integer({ min: 1, max: 999 }),
    cents: fc.integer({ min: 0, max: 1_000_000 }),
  });
  const someOrders = fc.array(fc.array(aLine, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(someOrders, fc.constantFrom(',', ';', '\t'), async (orders, separator) => {
      run += 1;
      const written = orders.flatMap((lines, i) =>
        lines.map(({ title, quantity, cents }, n) => [
          `${run}-${i}`,
          `${n}`,
          title,
          `${quantity}`,
          (cents / 100).toFixed(2),
        ]),
      );
      // Lines of an order need not stand together.
      const rows = written.toSorted((a, b) => Number(a[1]) - Number(b[1]));
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const header = [
        'order_number',
        'line_id',
        'title',
        'quantity',
        'unit_price',
        'sku',
        'placed_at',
        'currency',
        'visitor_id',
      ];
      const content = [header, ...rows.map((row) => [...row, 'S', '2026-11-01', 'EUR', `v${run}`])]
        .map((row) => row.map(quote).join(separator))
        .join('\n');

      const { warnings } = await importInto(database, csv, aFile(content), { kind: 'orders' });

      expect(warnings).toEqual([]);
      const stored = await sql<{ line: string }[]>`
        select o.number, l.external_id, l.title, l.quantity::text, l.unit_price_minor from orders o
        join order_lines l on l.order_id = o.id where o.number like ${`${run}-%`}`;
      expect(stored.map((row) => JSON.stringify(Object.values(row))).sort()).toEqual(
        written.map((row) => JSON.stringify([...row.slice(0, 4), Math.round(Number(row[4]) * 100)])).sort(),
      );
    }),
    { numRuns: 15 },
  );
});
