import { findStockPlaces } from '../../services/inventory/find-stock-places.ts';
import { setStock } from '../../services/inventory/set-stock.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { kind, optional, required } from './kind.ts';

interface Count {
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
  readonly asOf: Date;
}

export const stock = kind<Count>({
  name: 'stock',
  columns: [
    required('sku', 'stock keeping unit; its product must be known'),
    required('location', '`external_id` of the location, which must be known'),
    required('on_hand', 'units there: a whole number, at least 0'),
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
    const onHand = cell.required(cell.whole(record!, 'on_hand'), 'on_hand');
    if (onHand < 0) throw new Misshapen('on_hand: must not be below 0');
    const asOf = cell.moment(record!, 'counted_at', timeZone) ?? changedAt;
    if (asOf.getTime() > Date.now() + 60_000) throw new Misshapen('counted_at: must not lie in the future');
    return {
      sku: cell.required(cell.name(record!, 'sku'), 'sku'),
      location: cell.required(cell.name(record!, 'location'), 'location'),
      onHand,
      asOf,
    };
  },
  batch: 500,
  told: ['stock.changed'],
  async store(tx, counts) {
    const places = await findStockPlaces(tx, counts);
    await setStock(
      tx,
      counts.map(({ onHand, asOf }, i) => ({ ...places[i]!, onHand, asOf, source: 'import' })),
    );
  },
});
