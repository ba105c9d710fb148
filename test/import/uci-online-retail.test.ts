import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { uciOnlineRetail } from '../../src/import/uci-online-retail.ts';
import { systemViewer } from '../../src/services/access/system-viewer.ts';
import { aFolder, everything, importInto, killImport, startImport } from '../support/importing.ts';
import { byNumber, expectNothingAmiss, ordersInFull, type OrderInFull } from '../support/orders-in-full.ts';
import { sampleSet } from '../support/sample-set.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const month = (...rows: string[]) => aFolder({ '2011-04.csv': [HEADER, ...rows, ''].join('\n') });

const sample = sampleSet('uci_online_retail');
type Truth = Record<string, Record<string, number>>;
const truth = (): Truth => JSON.parse(readFileSync(join(sample!, 'truth.json'), 'utf8')) as Truth;
const IS_WHOLE = process.env['PUNOS_TEST_WHOLE_IMPORT'] === '1';

/** The months of the sample that are imported here: two, or with PUNOS_TEST_WHOLE_IMPORT=1 all of them. */
function someMonths(): string[] {
  const months = readdirSync(sample!).flatMap((name) => /^(.*)\.csv\.gz$/.exec(name)?.[1] ?? []);
  return IS_WHOLE ? months : months.filter((month) => /^2011-0[48]$/.test(month));
}

const scopeOf = ({ database }: Pick<Awaited<ReturnType<typeof withDatabase>>, 'database'>) => ({
  db: database,
  viewer: systemViewer('test'),
  now: new Date(),
});

const ofMonths = await withDatabase();

describe.skipIf(!sample)('the months of the sample data', { timeout: 900_000 }, () => {
  const { database, sql } = ofMonths;
  const months = sample ? someMonths() : [];
  let folder: string;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'punos-months-'));
    for (const name of [...months.map((month) => `${month}.csv.gz`), 'truth.json'])
      cpSync(join(sample!, name), join(folder, name));
    const { warnings } = await importInto(database, uciOnlineRetail, folder);
    expect(warnings).toEqual([]);
  }, 900_000);

  test('X18: equal truth.json each', async () => {
    const expected = Object.fromEntries(months.map((name) => [name, truth()[name]]));
    expect(await uciOnlineRetail.recount!(scopeOf({ database }), folder)).toMatchObject({
      months: expected,
      differing: [],
    });
    // What is stored as a sum is what its lines add up to.
    const wrong = await sql`
      select o.number from orders o
      where o.total_minor <> (select sum(l.quantity * l.unit_price_minor) from order_lines l where l.order_id = o.id)`;
    expect(wrong).toEqual([]);
  });

  test('every line of a file is there, as it stands in the file', async () => {
    const stored = await sql<{ line: string }[]>`
      select concat_ws('|', o.number, l.sku, l.title, l.quantity, l.unit_price_minor, o.shipping_address ->> 'country') as line
      from order_lines l join orders o on o.id = l.order_id`;

    const expected = months.flatMap(rowsOf).map((row) => asStored(fieldsOf(row)));
    expect(stored.map(({ line }) => line).sort()).toEqual(expected.sort());
  });

  test('each invoice stands where its rows say on all three axes, what was cancelled came back whole, nothing is kept apart', async () => {
    const stored = await ordersInFull(sql);

    const expected = invoicesOf(months.flatMap(rowsOf));
    expect(stored).toEqual(expected);
    await expectNothingAmiss(database);
    const count = (ofStatus: string) => stored.filter(({ status }) => status === ofStatus).length;
    const units = stored.flatMap(({ returns }) => returns).reduce((sum, one) => sum + one.units, 0);
    console.log(
      `uci_online_retail: ${months.length} months, ${stored.length} orders as their rows say: ${count('processed')} processed, ` +
        `${count('returned')} returned with ${units} units; 0 facts kept apart, 0 sums wrong`,
    );
  });

  test('X18: a second import changes nothing', async () => {
    const before = await everything(sql);
    const again = await importInto(database, uciOnlineRetail, folder);
    expect(again.counts['invoices']).toMatch(/^0\//);
    expect(await everything(sql)).toEqual(before);
  });

  test('killed and started again it ends as if nothing had happened', async () => {
    const { database, sql, applicationUrl } = await withDatabase();
    const file = join(sample!, '2011-02.csv.gz');
    const killed = startImport(['uci-online-retail', file], { DATABASE_URL: applicationUrl });
    await until(
      () => sql<{ n: number }[]>`select count(*)::int as n from orders`,
      ([row]) => row!.n > 200,
    );
    await killImport(killed, sql);

    await importInto(database, uciOnlineRetail, file);

    const { months } = await uciOnlineRetail.recount!(scopeOf({ database }), file);
    expect(months).toEqual({ '2011-02': truth()['2011-02'] });
  });
});

/** The rows of a month, without the header. */
const rowsOf = (name: string): string[] =>
  gunzipSync(readFileSync(join(sample!, `${name}.csv.gz`)))
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1);

/** Quoted descriptions hold commas; no field holds a line break. */
function fieldsOf(row: string): [invoice: string, sku: string, ...string[]] {
  const fields = row.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!.map((field) => field.replace(/,$/, ''));
  return fields.map((field) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  ) as ReturnType<typeof fieldsOf>;
}

const penceOf = (price: string) => Math.round(Number(price) * 100);

/** A row of a file in the words of the query above. */
function asStored([invoice, sku, title, quantity, , price, , country]: ReturnType<typeof fieldsOf>): string {
  return [invoice, sku, title!.trim() === '' ? sku : title, quantity, penceOf(price!), country].join('|');
}

/** What the rows say of their orders. They tell of no payment: who has something to pay has not paid it. */
function invoicesOf(rows: readonly string[]): OrderInFull[] {
  const sums = new Map<string, { totalMinor: number; units: number }>();
  for (const [invoice, , , quantity, , price] of rows.map(fieldsOf)) {
    const { totalMinor, units } = sums.get(invoice) ?? { totalMinor: 0, units: 0 };
    sums.set(invoice, {
      totalMinor: totalMinor + Number(quantity) * penceOf(price!),
      units: units + Math.max(0, -Number(quantity)),
    });
  }
  return [...sums]
    .map(([number, { totalMinor, units }]): OrderInFull => {
      const isBack = number.startsWith('C');
      return {
        number,
        status: isBack ? 'returned' : 'processed',
        fulfilmentStatus: isBack ? 'unfulfilled' : 'in_progress',
        paymentStatus: totalMinor > 0 ? 'unpaid' : 'paid',
        returnStatus: isBack ? 'returned' : 'none',
        totalMinor,
        returns: isBack ? [{ outcome: 'refund', status: 'refunded', units }] : [],
        facts: 2,
      };
    })
    .sort(byNumber);
}

test('a cancellation is an order that is a return; one without customer belongs to nobody else', async () => {
  const { database, sql } = await withDatabase();
  const path = month(
    '536365,85123A,HOLDER,6,2011-04-01 08:26:00,2.55,17850.0,United Kingdom',
    'C536379,D,Discount,-1,2011-04-01 09:41:00,27.50,14527.0,United Kingdom',
    '536414,22139,,56,2011-04-01 11:52:00,0.0,,United Kingdom',
    '536415,22139,,-3,2011-04-01 11:53:00,0.0,,United Kingdom',
    'A563186,B,Adjust bad debt,1,2011-04-01 14:51:00,-11062.06,,United Kingdom',
  );

  await importInto(database, uciOnlineRetail, path);

  const stored = await sql`
    select o.number, o.status, o.total_minor, i.kind, i.value,
      (select jsonb_agg(jsonb_build_object('status', r.status, 'units', l.quantity)) from returns r
        join return_lines l on l.return_id = r.id where r.order_id = o.id) as returns
    from orders o join identities i on i.customer_id = o.customer_id order by o.number collate "C"`;
  const visitor = (invoice: string) => ({ kind: 'visitor_id', value: `uci-online-retail:${invoice}` });
  expect([...stored]).toEqual([
    { number: '536365', status: 'processed', totalMinor: 1530, kind: 'external_id', value: '17850', returns: null },
    { number: '536414', status: 'processed', totalMinor: 0, ...visitor('536414'), returns: null },
    { number: '536415', status: 'processed', totalMinor: 0, ...visitor('536415'), returns: null },
    { number: 'A563186', status: 'processed', totalMinor: -1_106_206, ...visitor('A563186'), returns: null },
    {
      number: 'C536379',
      status: 'returned',
      totalMinor: -2750,
      kind: 'external_id',
      value: '14527',
      returns: [{ status: 'refunded', units: 1 }],
    },
  ]);
});

test('X18: parts of a penny stay in the sums, equal lines stay lines, wherever in the file they stand', async () => {
  const { database, sql } = await withDatabase();
  const path = month(
    '1,PADS,PADS,600,2011-04-15 09:27:00,0.001,13952.0,United Kingdom',
    '2,X,OTHER,1,2011-04-15 09:27:00,1.10,13952.0,United Kingdom',
    '1,PADS,PADS,600,2011-04-15 09:27:00,0.001,13952.0,United Kingdom',
    '1,PADS,PADS,600,2011-04-15 09:28:00,0.001,13952.0,United Kingdom',
  );

  await importInto(database, uciOnlineRetail, path);

  const { months } = await uciOnlineRetail.recount!(scopeOf({ database }), path);
  expect(months).toMatchObject({
    '2011-04': { lines: 4, invoices: 2, customers: 1, net_value: 2.9, exact_duplicate_lines: 1 },
  });
  expect(
    await sql`select external_id from order_lines l join orders o on o.id = l.order_id
    where o.number = '1' order by position`,
  ).toEqual([{ externalId: 'PADS' }, { externalId: 'PADS/2' }, { externalId: 'PADS/3' }]);
  // British summer time is an hour ahead of UTC.
  expect(await sql`select placed_at from orders where number = '1'`).toEqual([
    { placedAt: new Date('2011-04-15T08:27:00.000Z') },
  ]);
});

test('E14: rows that are none are named and left out, the others go in', async () => {
  const { database, sql } = await withDatabase();
  const path = month(
    '1,A,Fine,1,2011-04-15 09:27:00,1.00,1.0,UK',
    '2,A,No number,many,2011-04-15 09:27:00,1.00,1.0,UK',
    '3,A,No price,1,2011-04-15 09:27:00,1e3,1.0,UK',
    '4,A,No date,1,15/04/2011,1.00,1.0,UK',
    ',A,No invoice,1,2011-04-15 09:27:00,1.00,1.0,UK',
    '5,A,Short,1,2011-04-15 09:27:00',
    '6,A,"Open,1,2011-04-15 09:27:00,1.00,1.0,UK',
    '7,"A","<script>alert(1)</script>",1,2011-04-15 09:27:00,1.00,1.0,UK',
    '8,A,Zero\0byte,1,2011-04-15 09:27:00,1.00,1.0,UK',
    '9,A,Too many,99999999,2011-04-15 09:27:00,1.00,1.0,UK',
  );

  const { warnings } = await importInto(database, uciOnlineRetail, path);

  expect(warnings.map((warning) => warning.split(':').slice(1, 3).join(':').slice(0, 32))).toEqual([
    '3: Quantity',
    '4: UnitPrice',
    '5: InvoiceDate',
    '6: InvoiceNo',
    '7: The row has 5 fields instead ',
    '8: A quoted field is not closed,',
    '10: The row holds a NUL characte',
    '11: Quantity',
  ]);
  expect(await sql`select number, title from orders o join order_lines l on l.order_id = o.id order by number`).toEqual(
    [
      { number: '1', title: 'Fine' },
      { number: '7', title: '<script>alert(1)</script>' },
    ],
  );
});
