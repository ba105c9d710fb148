import { readVariantsOf } from '../services/inventory/read-catalogue.ts';
import { recordLocations } from '../services/inventory/record-locations.ts';
import { recordProducts, type ProductRecord } from '../services/inventory/record-products.ts';
import { setStock } from '../services/inventory/set-stock.ts';
import { phase, type Item, type Phase } from './import-source.ts';
import { shape } from './shapes.ts';
import { SOURCE } from './tau-retail-people.ts';

/** The set has a flag and no counts: available means at least one. */
const UNITS = { available: 1, gone: 0 };
/** The day on which the set plays. */
const COUNTED_AT = new Date('2024-05-15T00:00:00.000Z');
const WAREHOUSE = { externalId: 'tau-retail-warehouse', name: 'Warehouse', kind: 'warehouse' } as const;

export interface Goods {
  readonly record: ProductRecord;
  readonly onHand: ReadonlyMap<string, number>;
}

export function readGoods(id: string, value: unknown): Goods {
  const { name, variants } = shape.fields(value, 'product');
  const title = shape.text(name, 'name');
  const read = Object.entries(shape.fields(variants, 'variants')).map(([sku, variant]) => {
    const { options, price, available } = shape.fields(variant, `variants.${sku}`);
    return {
      sku: shape.text(sku, 'item id'),
      title,
      options: shape.texts(options, `variants.${sku}.options`),
      priceMinor: shape.minor(price, `variants.${sku}.price`),
      currency: 'USD',
      onHand: shape.flag(available, `variants.${sku}.available`) ? UNITS.available : UNITS.gone,
    };
  });
  return {
    record: { externalId: shape.text(id, 'product id'), title, variants: read.map(({ onHand: _, ...rest }) => rest) },
    onHand: new Map(read.map(({ sku, onHand }) => [sku, onHand])),
  };
}

type GoodsItem = Item & { readonly value: Goods };

export const locations = (place: Item['place']): Phase =>
  phase({
    unit: 'locations',
    told: ['location.recorded'],
    items: [{ place, group: WAREHOUSE.externalId }],
    batch: 1,
    async store(tx) {
      await recordLocations(tx, [WAREHOUSE]);
    },
  });

export const products = (items: readonly GoodsItem[]): Phase =>
  phase({
    unit: 'products',
    told: ['product.recorded'],
    items,
    batch: 25,
    async store(tx, batch: readonly GoodsItem[]) {
      const [locationId] = await recordLocations(tx, [WAREHOUSE]);
      const ids = await recordProducts(
        tx,
        batch.map(({ value }) => value.record),
      );
      const onHand = new Map(batch.flatMap(({ value }) => [...value.onHand]));
      const variants = await readVariantsOf(tx, ids);
      await setStock(
        tx,
        variants
          .filter(({ sku }) => onHand.has(sku))
          .map(({ id, sku }) => ({
            variantId: id,
            locationId: locationId!,
            onHand: onHand.get(sku)!,
            asOf: COUNTED_AT,
            source: SOURCE,
          })),
      );
    },
  });
