import { countLeftOut } from '../../services/inventory/count-left-out.ts';
import { findStockPlaces } from '../../services/inventory/find-stock-places.ts';
import { setStock } from '../../services/inventory/set-stock.ts';
import type { StockCount } from '../../services/inventory/stock-count.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { kind, optional, required } from './kind.ts';

type Count = Omit<StockCount, 'variantId' | 'locationId' | 'source'> & {
  readonly sku: string;
  readonly location: string;
};

const SOURCE = 'import';

/** Whole units, at least 0. */
const units = (record: TableRecord, column: string) => cell.notNegative(cell.whole(record, column), column);

export const stock = kind<Count>({
  name: 'stock',
  columns: [
    required('sku', 'stock keeping unit; its product must be known'),
    required('location', '`external_id` of the location, which must be known'),
    required('on_hand', 'units there, sold or not: a whole number, at least 0'),
    optional('committed', 'of these sold and not gone yet. Without it, as of the next three: what is known stays'),
    optional('incoming', 'units on the way there'),
    optional('safety', 'units kept back so that a wrong count breaks no promise'),
    optional('damaged', 'units there that are not to be sold'),
    optional('incoming_at', 'with `incoming`: when the next of them are expected'),
    optional('counted_at', 'when they were counted. Without it: when the file was last changed'),
  ],
  oneOf: [],
  records: 'last',
  list: null,
  key: (record) => {
    const [sku, location] = [record.get('sku').trim(), record.get('location').trim()];
    return sku && location ? `${sku}\n${location}` : null;
  },
  read([record], { timeZone, changedAt }) {
    const incoming = units(record!, 'incoming');
    const incomingAt = cell.moment(record!, 'incoming_at', timeZone);
    if (incomingAt !== null && incoming === null) throw new Misshapen('incoming_at: needs `incoming`');
    const asOf = cell.moment(record!, 'counted_at', timeZone) ?? changedAt;
    if (asOf.getTime() > Date.now() + 60_000) throw new Misshapen('counted_at: must not lie in the future');
    return {
      sku: cell.required(cell.name(record!, 'sku'), 'sku'),
      location: cell.required(cell.name(record!, 'location'), 'location'),
      onHand: cell.required(units(record!, 'on_hand'), 'on_hand'),
      ...{
        committed: units(record!, 'committed'),
        safety: units(record!, 'safety'),
        damaged: units(record!, 'damaged'),
      },
      ...{ incoming, incomingAt, asOf },
    };
  },
  batch: 500,
  told: ['stock.changed'],
  async store(tx, counts) {
    const places = await findStockPlaces(tx, counts);
    await setStock(
      tx,
      counts.map(({ sku: _, location: __, ...count }, i) => ({ ...places[i]!, ...count, source: SOURCE })),
    );
  },
  leftOut: {
    partsOf(keys) {
      const skusAt = new Map<string, string[]>();
      for (const key of keys) {
        const [sku, location] = key.split('\n') as [string, string];
        const skus = skusAt.get(location);
        if (skus) skus.push(sku);
        else skusAt.set(location, [sku]);
      }
      return skusAt;
    },
    store: (tx, location, { keys, changedAt }) =>
      countLeftOut(tx, { location, skus: keys, asOf: changedAt, source: SOURCE }),
  },
});
