import { resolve } from 'node:path';

import { type LocationRecord, recordLocations } from '../services/inventory/record-locations.ts';
import { recordProducts } from '../services/inventory/record-products.ts';
import { setStock } from '../services/inventory/set-stock.ts';
import { findStockPlaces } from '../services/inventory/find-stock-places.ts';
import type { OrderFact } from '../services/orders/order-fact.ts';
import { recordOrderFacts } from '../services/orders/record-order-facts.ts';
import { derivedMoment } from './derived-clock.ts';
import { gather, outline } from './gather.ts';
import { type Complain, type ImportSource, type Item, type Phase, phase } from './import-source.ts';
import { readOpeningHours } from './opening-hours.ts';
import { readHeader, separatedRecords, type TableRecord } from './read-records.ts';
import { readText, type SourceFile } from './read-text.ts';
import { Misshapen, shape } from './shapes.ts';
import { sourceFiles } from './source-files.ts';
import { cell } from './tables/cell.ts';

const SOURCE = 'sunrise';
const CURRENCY = 'EUR';
/** The set has no clocks. */
const COUNTED_AT = new Date('2016-01-01T00:00:00.000Z');
const CLOCK = { from: '2015-10-01T00:00:00.000Z', days: 90 };
const WAREHOUSE: LocationRecord = { externalId: 'sunrise-warehouse', name: 'Sunrise warehouse', kind: 'warehouse' };
const FILE = /^(channels\.json|inventory\.csv|orders\.csv)(\.gz)?$/;
/** Clocks of the places, which the set does not name: by country, in the United States by city. */
const TIME_ZONES: Readonly<Record<string, string>> = {
  'San Francisco': 'America/Los_Angeles',
  Chicago: 'America/Chicago',
  'New York': 'America/New_York',
  Boston: 'America/New_York',
  Cambridge: 'America/New_York',
  ...{ AT: 'Europe/Vienna', BE: 'Europe/Brussels', CH: 'Europe/Zurich', DE: 'Europe/Berlin', ES: 'Europe/Madrid' },
  ...{ FR: 'Europe/Paris', GB: 'Europe/London', NL: 'Europe/Amsterdam', SE: 'Europe/Stockholm' },
};

/** The shop of commercetools Sunrise: stores with place and hours, the stock of its warehouse, orders. */
export const sunrise: ImportSource = {
  name: SOURCE,
  summary: 'a shop: stores (channels.json), stock (inventory.csv) and orders (orders.csv), plain or .gz, a folder',
  folder: SOURCE,
  async read(path, complain) {
    const files = await sourceFiles(resolve(path), FILE);
    const of = (name: string) => files.find((file) => file.name.split(/[\\/]/).at(-1)!.startsWith(name));
    const phases = [
      await stores(of('channels'), complain),
      ...(await stock(of('inventory'), complain)),
      await orders(of('orders'), complain),
    ];
    return phases.filter((each) => each !== null);
  },
};

type Valued<T> = Item & { readonly value: T };

async function stores(file: SourceFile | undefined, complain: Complain): Promise<Phase | null> {
  const text = file && (await readText(file, complain));
  if (!text) return null;
  const place = { file: file.name, line: 1 };
  const items = shape
    .list(JSON.parse(text), 'channels')
    .flatMap((value, i): Valued<LocationRecord>[] =>
      attempt({ file: file.name, line: i + 1 }, complain, () => ({ place, group: String(i), value: readStore(value) })),
    );
  return phase<Valued<LocationRecord>>({
    unit: 'stores',
    told: ['location.recorded'],
    items,
    batch: 50,
    store: async (tx, batch) =>
      void (await recordLocations(
        tx,
        batch.map(({ value }) => value),
      )),
  });
}

function readStore(value: unknown): LocationRecord {
  const { key, name, address, geoLocation, custom } = shape.fields(value, 'channel');
  const place = shape.fields(address, 'address');
  const part = (field: string) => shape.optionalText(place[field], `address.${field}`);
  const [longitude, latitude] = shape.list(shape.fields(geoLocation, 'geoLocation')['coordinates'], 'coordinates');
  const { openingTimes } = shape.fields(shape.fields(custom, 'custom')['fields'], 'custom.fields');
  const timeZone = TIME_ZONES[part('city') ?? ''] ?? TIME_ZONES[part('country') ?? ''] ?? null;
  // The German text has the clock of 24 hours.
  const times = shape.optionalText(shape.fields(openingTimes ?? {}, 'openingTimes')['de'], 'openingTimes.de');
  return {
    externalId: shape.text(key, 'key'),
    name: shape.text(shape.fields(name, 'name')['en'], 'name.en'),
    kind: 'store',
    address: {
      line1: [part('streetName'), part('streetNumber')].filter((text) => text !== null).join(' ') || null,
      line2: null,
      postalCode: part('postalCode'),
      city: part('city'),
      region: null,
      country: part('country'),
    },
    latitude: degrees(latitude),
    longitude: degrees(longitude),
    timeZone,
    openingHours: times === null || timeZone === null ? null : readOpeningHours(times, timeZone),
  };
}

function degrees(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Misshapen('coordinates: must be two numbers');
}

interface Count {
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
}

/** The set names no products: each SKU is one of its own, under its SKU. No channel: the warehouse. */
async function stock(file: SourceFile | undefined, complain: Complain): Promise<Phase[]> {
  if (!file) return [];
  const read = separatedRecords(file, await readHeader(file));
  const { things, lastOf } = await outline(read, keyOfCount);
  const items = async function* (): AsyncGenerator<Valued<Count>> {
    for await (const records of gather(read, keyOfCount, { lastOf, complain })) {
      const record = records.at(-1)!;
      yield* attempt(record.place, complain, () => ({
        place: record.place,
        group: String(record.place.line),
        value: readCount(record),
      }));
    }
  };
  return [
    phase<Item>({
      unit: 'warehouses',
      told: ['location.recorded'],
      items: [{ place: { file: file.name, line: 1 }, group: WAREHOUSE.externalId }],
      batch: 1,
      store: async (tx) => void (await recordLocations(tx, [WAREHOUSE])),
    }),
    phase<Valued<Count>>({
      unit: 'stock',
      told: ['stock.changed'],
      total: things,
      items,
      batch: 500,
      async store(tx, batch) {
        const counts = batch.map(({ value }) => value);
        await recordProducts(
          tx,
          [...new Set(counts.map(({ sku }) => sku))].map((sku) => ({
            externalId: sku,
            title: sku,
            variants: [{ sku, title: sku, options: {} }],
          })),
        );
        const places = await findStockPlaces(tx, counts);
        await setStock(
          tx,
          counts.map(({ onHand }, i) => ({ ...places[i]!, onHand, asOf: COUNTED_AT, source: SOURCE })),
        );
      },
    }),
  ];
}

const locationOf = (record: TableRecord) => record.get('supplychannel').trim() || WAREHOUSE.externalId;
const keyOfCount = (record: TableRecord) =>
  record.get('sku').trim() === '' ? null : `${record.get('sku').trim()}\n${locationOf(record)}`;

const readCount = (record: TableRecord): Count => ({
  sku: cell.required(cell.name(record, 'sku'), 'sku'),
  location: locationOf(record),
  onHand: cell.required(cell.whole(record, 'quantityonstock'), 'quantityOnStock'),
});

async function orders(file: SourceFile | undefined, complain: Complain): Promise<Phase | null> {
  if (!file) return null;
  const read = separatedRecords(file, await readHeader(file));
  const keyOf = (record: TableRecord) => record.get('ordernumber').trim() || null;
  const { things, lastOf } = await outline(read, keyOf);
  const items = async function* (): AsyncGenerator<Valued<OrderFact>> {
    for await (const records of gather(read, keyOf, { lastOf, complain })) {
      const { place } = records[0]!;
      yield* attempt(place, complain, () => ({ place, group: String(place.line), value: readOrder(records) }));
    }
  };
  return phase<Valued<OrderFact>>({
    unit: 'orders',
    told: ['order.recorded'],
    total: things,
    items,
    batch: 200,
    store: async (tx, batch) =>
      void (await recordOrderFacts(
        tx,
        batch.map(({ value }) => value),
      )),
  });
}

/** The column `customerEmail` holds the numbers of customers. The total is the source's own: not all lines are in the set. */
function readOrder(records: readonly TableRecord[]): OrderFact {
  const [first] = records;
  const number = cell.required(cell.name(first!, 'ordernumber'), 'orderNumber');
  const seen = new Map<string, number>();
  return {
    orderNumber: number,
    source: SOURCE,
    sourceEventId: `${number}:placed`,
    occurredAt: derivedMoment(`sunrise order ${number}`, CLOCK),
    kind: 'order_placed',
    identity: { kind: 'external_id', value: cell.required(cell.name(first!, 'customeremail'), 'customerEmail') },
    currency: CURRENCY,
    totalMinor: cell.required(cell.minor(first!, 'totalprice', CURRENCY), 'totalPrice'),
    lines: records.map((record) => {
      const sku = cell.required(cell.name(record, 'lineitems.variant.sku'), 'lineitems.variant.sku');
      const count = (seen.get(sku) ?? 0) + 1;
      seen.set(sku, count);
      return {
        externalId: count === 1 ? sku : `${sku}/${count}`,
        sku,
        title: sku,
        options: {},
        quantity: cell.required(cell.whole(record, 'lineitems.quantity'), 'lineitems.quantity'),
        unitPriceMinor: cell.required(cell.minor(record, 'lineitems.price', CURRENCY), 'lineitems.price'),
      };
    }),
  };
}

/** One thing, or none where it is misshapen: then that is complained of. */
function attempt<T>(place: Item['place'], complain: Complain, read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    complain(place, `${error.message}; it is left out.`);
    return [];
  }
}
