import { checkOrderFact } from '../../services/orders/check-order-fact.ts';
import type { OrderFact, StatedLine } from '../../services/orders/order-fact.ts';
import { recordOrderFacts } from '../../services/orders/record-order-facts.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { addressColumns, readAddress } from './address-columns.ts';
import { cell } from './cell.ts';
import { kind, optional, type Reading, required } from './kind.ts';
import { optionColumn, readOptions } from './options.ts';
import { readWho, WHO_COLUMNS, WHO_NAMES } from './who-columns.ts';

const STATUSES = ['pending', 'processed', 'delivered', 'cancelled'] as const;
const MILESTONES = {
  processed: 'order_processed',
  delivered: 'order_delivered',
  cancelled: 'order_cancelled',
} as const;
const SOURCE = 'import';
const MOST_UNITS = 1_000_000;

export const orders = kind<readonly OrderFact[]>({
  name: 'orders',
  columns: [
    required('order_number', 'the number that people say. Rows with the same one are lines of one order'),
    required('placed_at', 'when it was placed'),
    required('currency', 'ISO 4217: `EUR`; one for the whole order'),
    required('sku', 'stock keeping unit of this line'),
    required('quantity', 'units: a whole number, at least 1'),
    required('unit_price', 'price of one unit, with a point: `12.50`'),
    ...WHO_COLUMNS,
    optional('customer_name', 'name to show of somebody who is new'),
    optional('title', 'title of this line. Without it: the SKU'),
    optional(
      'line_id',
      'your id of the line, unique in the order. Without it: the SKU; `<sku>/2` for a second line of it',
    ),
    optionColumn('the line'),
    optional('total', 'what the order costs, with shipping and discounts. Without it: the sum of its lines'),
    optional('status', STATUSES.map((status) => `\`${status}\``).join(', ')),
    optional('status_at', 'since when. Without it: `placed_at`'),
    optional('cancel_reason', 'why it was cancelled'),
    optional('paid_amount', 'what was paid'),
    optional('payment_method', 'how: `card`, `invoice`. Without it: `unknown`'),
    optional('tracking_number', 'number of the parcel that this line is in'),
    optional('carrier', 'who carries the parcel'),
    ...addressColumns('where it goes'),
  ],
  oneOf: [WHO_NAMES],
  records: 'together',
  list: 'lines',
  key: (record) => record.get('order_number').trim() || null,
  read(records, reading) {
    const facts = readFacts(records, reading);
    for (const fact of facts) checkOrderFact(fact, { at: [], now: new Date() });
    return facts;
  },
  batch: 200,
  told: ['order.recorded'],
  async store(tx, all) {
    await recordOrderFacts(tx, all.flat());
  },
});

function readFacts(records: readonly TableRecord[], { timeZone }: Reading): OrderFact[] {
  const one = <T>(column: string, read: (record: TableRecord) => T | null) => same(records, column, read);
  const orderNumber = cell.required(cell.name(records[0]!, 'order_number'), 'order_number');
  const placedAt = cell.required(
    cell.past(
      one('placed_at', (record) => cell.moment(record, 'placed_at', timeZone)),
      'placed_at',
    ),
    'placed_at',
  );
  const currency = cell.required(
    one('currency', (record) => cell.currency(record, 'currency')),
    'currency',
  );
  const amount = (column: string) =>
    cell.notNegative(
      one(column, (record) => cell.minor(record, column, currency)),
      column,
    );
  const toldAt = one('status_at', (record) => cell.moment(record, 'status_at', timeZone));
  const statusAt = cell.past(toldAt, 'status_at') ?? placedAt;
  const fact = (what: string, occurredAt: Date) => ({
    orderNumber,
    source: SOURCE,
    sourceEventId: `${orderNumber}:${what}`,
    occurredAt,
  });
  const lines = readLines(records, currency);
  const facts: OrderFact[] = [
    {
      ...fact('placed', placedAt),
      kind: 'order_placed',
      identity: readBuyer(records),
      currency,
      totalMinor: amount('total') ?? lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0),
      lines: lines.map(({ parcel: _p, carrier: _c, ...line }) => line),
      shippingAddress: one('line1', readAddress),
    },
  ];
  const paid = amount('paid_amount');
  const method = one('payment_method', (record) => cell.name(record, 'payment_method', 100)) ?? 'unknown';
  if (paid !== null)
    facts.push({
      ...fact('paid', placedAt),
      ...{ kind: 'payment_recorded', externalId: SOURCE, method, amountMinor: paid, currency },
    });
  for (const parcel of new Set(lines.flatMap((line) => line.parcel ?? []))) {
    const inIt = lines.filter((line) => line.parcel === parcel);
    facts.push({
      ...fact(`parcel:${parcel}`, statusAt),
      kind: 'shipment_created',
      externalId: parcel,
      trackingNumber: parcel,
      carrier: inIt.find(({ carrier }) => carrier !== null)?.carrier ?? null,
      lineExternalIds: inIt.map(({ externalId }) => externalId),
    });
  }
  const status = one('status', (record) => cell.word(record, 'status', STATUSES)) ?? 'pending';
  const reason = one('cancel_reason', (record) => cell.optional(record, 'cancel_reason', 500));
  if (status !== 'pending')
    facts.push({ ...fact(status, statusAt), kind: MILESTONES[status], ...(status === 'cancelled' && { reason }) });
  return facts;
}

/** What all lines of an order say alike. Null: none says it. */
function same<T>(records: readonly TableRecord[], column: string, read: (record: TableRecord) => T | null): T | null {
  const told = records.map(read).filter((value) => value !== null);
  if (new Set(told.map((value) => JSON.stringify(value))).size > 1)
    throw new Misshapen(`${column}: must be the same in all rows of one order`);
  return told[0] ?? null;
}

function readBuyer(records: readonly TableRecord[]) {
  const told = records.filter((record) => WHO_NAMES.some((column) => record.get(column).trim() !== ''));
  const who = same(told.length > 0 ? told : records.slice(0, 1), 'customer', readWho)!;
  const displayName = same(records, 'customer_name', (record) => cell.name(record, 'customer_name'));
  return { ...who, displayName };
}

type Line = StatedLine & { readonly parcel: string | null; readonly carrier: string | null };

function readQuantity(record: TableRecord): number | null {
  const quantity = cell.whole(record, 'quantity');
  if (quantity === null || (quantity >= 1 && quantity <= MOST_UNITS)) return quantity;
  throw new Misshapen(`quantity: must be from 1 to ${MOST_UNITS}`);
}

function readLines(records: readonly TableRecord[], currency: string): Line[] {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const sku = cell.required(cell.name(record, 'sku'), 'sku');
    const count = (seen.get(sku) ?? 0) + 1;
    seen.set(sku, count);
    return {
      externalId: cell.name(record, 'line_id', 300) ?? (count === 1 ? sku : `${sku}/${count}`),
      sku,
      title: cell.optional(record, 'title', 1_000) ?? sku,
      options: readOptions(record),
      quantity: cell.required(readQuantity(record), 'quantity'),
      unitPriceMinor: cell.required(
        cell.notNegative(cell.minor(record, 'unit_price', currency), 'unit_price'),
        'unit_price',
      ),
      parcel: cell.name(record, 'tracking_number'),
      carrier: cell.name(record, 'carrier', 100),
    };
  });
}
