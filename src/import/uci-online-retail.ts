import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import type { OrderFact, StatedLine } from '../services/orders/order-fact.ts';
import { recordOrderFacts } from '../services/orders/record-order-facts.ts';
import { type MonthOfOrders, recountOrders } from '../services/orders/recount-orders.ts';
import type { Scope } from '../services/scope.ts';
import { gather, outline } from './gather.ts';
import { type Complain, type ImportSource, type Item, phase, type Recount } from './import-source.ts';
import { momentShown } from './local-time.ts';
import { readHeader, type ReadRecords, separatedRecords, type TableRecord } from './read-records.ts';
import type { SourceFile } from './read-text.ts';
import { Misshapen } from './shapes.ts';
import { sourceFiles } from './source-files.ts';

const SOURCE = 'uci-online-retail';
const COLUMNS = [
  'invoiceno',
  'stockcode',
  'description',
  'quantity',
  'invoicedate',
  'unitprice',
  'customerid',
  'country',
] as const;
const CURRENCY = 'GBP';
/** The shop's clocks show British time; the files name no zone. */
const TIME_ZONE = 'Europe/London';
const SHOWN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const PRICE = /^(-?)(\d{1,9})(?:\.(\d{1,8}))?$/;

interface Invoice extends Item {
  readonly facts: readonly OrderFact[];
}

/** A year of a gift wholesaler: each invoice an order, each cancellation (C…) an order that is a return. */
export const uciOnlineRetail: ImportSource = {
  name: SOURCE,
  summary: 'invoices of a gift wholesaler: monthly .csv or .csv.gz, a folder of them or one file',
  folder: 'uci_online_retail',
  async read(path, complain) {
    const files = await sourceFiles(resolve(path), /\.csv(\.gz)?$/);
    const read = await allRecords(files, complain);
    const { things, lastOf } = await outline(read, invoiceOf);
    if (things === 0) return [];
    return [
      phase<Invoice>({
        unit: 'invoices',
        told: ['order.recorded'],
        total: things,
        batch: 100,
        items: () => invoices(gather(read, invoiceOf, { lastOf, complain }), complain),
        async store(tx, items) {
          const facts = items.flatMap((item) => item.facts);
          await recordOrderFacts(tx, facts, { isLedger: true });
        },
      }),
    ];
  },
  recount,
};

const invoiceOf = (record: TableRecord) => record.get('invoiceno').trim() || null;

/** The records of all files that have the columns, one file after the other. */
async function allRecords(files: readonly SourceFile[], complain: Complain): Promise<ReadRecords> {
  const readers: ReadRecords[] = [];
  for (const file of files) {
    const header = await readHeader(file);
    const missing = COLUMNS.filter((name) => !header.columns.includes(name));
    if (missing.length === 0) readers.push(separatedRecords(file, header));
    else
      complain(
        { file: file.name, line: 1 },
        `The first row names no column ${missing.join(', ')}; the file is left out.`,
      );
  }
  return async function* (complainOfRow) {
    for (const read of readers) yield* read(complainOfRow);
  };
}

async function* invoices(groups: AsyncIterable<readonly TableRecord[]>, complain: Complain): AsyncGenerator<Invoice> {
  for await (const records of groups) {
    const rows = records.flatMap((record) => readRow(record, complain) ?? []);
    if (rows.length > 0) yield { place: rows[0]!.place, group: rows[0]!.invoice, facts: factsOf(rows, complain) };
  }
}

type InvoiceRow = ReturnType<typeof rowOf>;

function readRow(record: TableRecord, complain: Complain): InvoiceRow | null {
  try {
    return rowOf(record);
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    complain(record.place, `${error.message}; the line is left out.`);
    return null;
  }
}

function rowOf(record: TableRecord) {
  if (record.wrong !== null) throw new Misshapen(record.wrong);
  const [invoice, sku, title, quantity, shown, price, customer, country] = COLUMNS.map((name) => record.get(name));
  if (invoice!.trim() === '') throw new Misshapen('InvoiceNo: must not be empty');
  if (sku!.trim() === '') throw new Misshapen('StockCode: must not be empty');
  if (!SHOWN.test(shown!) || Number.isNaN(atUtc(shown!).getTime()))
    throw new Misshapen('InvoiceDate: must be written as 2010-12-01 08:26:00');
  if (!/^-?\d{1,7}$/.test(quantity!)) throw new Misshapen('Quantity: must be a whole number');
  return {
    place: record.place,
    invoice: invoice!.trim(),
    sku: sku!.trim(),
    // Some have no description: the stock code is all that is known of them.
    title: title!.trim() === '' ? sku!.trim() : title!,
    quantity: Number(quantity),
    shown: shown!,
    // Written as a float in the files: 17850.0.
    customer: customer!.trim().replace(/\.0$/, ''),
    country: country!.trim(),
    ...readPrice(price!),
  };
}

const atUtc = (shown: string) => new Date(`${shown.replace(' ', 'T')}Z`);

/** Pence, and the price as written where it has parts of a penny: sums stay exact. */
function readPrice(text: string): { unitPriceMinor: number; unitPrice: string | null } {
  const [, sign, pounds, parts = ''] = PRICE.exec(text) ?? [];
  if (pounds === undefined) throw new Misshapen('UnitPrice: must be a number with a point, such as 2.55');
  const pence = Math.round(Number(`${pounds}${parts.padEnd(2, '0').slice(0, 2)}.${parts.slice(2) || '0'}`));
  const isWhole = /^0*$/.test(parts.slice(2));
  return { unitPriceMinor: sign === '-' && pence > 0 ? -pence : pence, unitPrice: isWhole ? null : text };
}

/** What an invoice says. The data have no payments, parcels or deliveries, and none are made up. */
function factsOf(rows: readonly InvoiceRow[], complain: Complain): OrderFact[] {
  const first = rows.reduce((a, b) => (b.shown < a.shown ? b : a));
  const { invoice } = first;
  const placedAt = momentShown(atUtc(first.shown), TIME_ZONE);
  const lines = linesOf(rows, first.shown);
  const fact = (what: string) => ({
    orderNumber: invoice,
    source: SOURCE,
    sourceEventId: `${invoice}:${what}`,
    occurredAt: placedAt,
  });
  const placed: OrderFact = {
    ...fact('placed'),
    kind: 'order_placed',
    identity: buyerOf(rows, complain),
    currency: CURRENCY,
    totalMinor: lines.reduce((total, line) => total + line.quantity * line.unitPriceMinor, 0),
    lines,
    shippingAddress: first.country === '' ? null : { country: first.country },
  };
  if (!/^c/i.test(invoice)) return [placed, { ...fact('invoiced'), kind: 'order_processed' }];
  const back = lines.filter(({ quantity }) => quantity < 0);
  return [
    placed,
    {
      ...fact('returned'),
      kind: 'return_recorded',
      externalId: invoice,
      status: 'refunded',
      lines: back.map(({ externalId, quantity }) => ({ lineExternalId: externalId, quantity: -quantity })),
    },
  ];
}

/** The customer of an invoice. One without is somebody of its own: nothing says that two of them are the same person. */
function buyerOf(rows: readonly InvoiceRow[], complain: Complain) {
  const [known, ...others] = new Set(rows.map(({ customer }) => customer).filter((customer) => customer !== ''));
  if (others.length > 0)
    complain(rows[0]!.place, `Invoice ${rows[0]!.invoice} names several customers; it goes to the first.`);
  return known === undefined
    ? ({ kind: 'visitor_id', value: `${SOURCE}:${rows[0]!.invoice}` } as const)
    : ({ kind: 'external_id', value: known } as const);
}

/** Each row a line. Equal ones are lines of their own, told apart by their number: `85123A`, `85123A/2`. */
function linesOf(rows: readonly InvoiceRow[], placedShown: string): StatedLine[] {
  const seen = new Map<string, number>();
  return rows.map(({ sku, title, quantity, unitPriceMinor, unitPrice, shown }) => {
    const count = (seen.get(sku) ?? 0) + 1;
    seen.set(sku, count);
    const externalId = count === 1 ? sku : `${sku}/${count}`;
    const options = {
      ...(unitPrice !== null && { unitPrice }),
      ...(shown !== placedShown && { invoiceDate: shown }),
    };
    return { externalId, sku, title, options, quantity, unitPriceMinor };
  });
}

/** Months as `truth.json` of the set has them, counted from the database, and what differs from the file where it is there. */
async function recount(scope: Scope, path: string): Promise<Recount> {
  const counted = await recountOrders(scope, { source: SOURCE, timeZone: TIME_ZONE });
  const months = Object.fromEntries(counted.map((month) => [month.month, asTruth(month)]));
  const truth = await readTruth(path);
  const names = Object.keys(months).filter((month) => truth !== null && month in truth);
  const differing = names.filter((month) => !isSame(months[month]!, truth![month]!));
  const sentences = Object.entries(months).map(([month, figures]) => `${month}: ${JSON.stringify(figures)}`);
  if (names.length > 0)
    sentences.push(
      differing.length === 0
        ? `${names.length} month(s) equal truth.json.`
        : `${differing.join(', ')} differ from truth.json.`,
    );
  return { months, differing, sentences };
}

const asTruth = (month: MonthOfOrders): Record<string, number> => ({
  lines: month.lines,
  invoices: month.orders,
  cancellation_invoices: month.returns,
  cancellation_lines: month.returnedLines,
  customers: month.customers,
  lines_without_customer: month.linesOfVisitors,
  net_value: Number(month.netValue),
  exact_duplicate_lines: month.repeatedLines,
});

const isSame = (a: Record<string, number>, b: Record<string, number>) =>
  Object.entries(a).every(([name, figure]) => b[name] === figure);

async function readTruth(path: string): Promise<Record<string, Record<string, number>> | null> {
  try {
    const folder = (await stat(path)).isDirectory() ? path : dirname(path);
    return JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as Record<string, Record<string, number>>;
  } catch {
    return null;
  }
}
