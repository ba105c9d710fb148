import { type ProductRecord, recordProducts } from '../../services/inventory/record-products.ts';
import type { TableRecord } from '../read-records.ts';
import { Misshapen } from '../shapes.ts';
import { cell } from './cell.ts';
import { kind, optional, type Reading, required } from './kind.ts';
import { optionColumn, readOptions } from './options.ts';

type Variant = ProductRecord['variants'][number];

const productId = (record: TableRecord) => record.get('product_id').trim() || record.get('sku').trim() || null;

export const products = kind<ProductRecord>({
  name: 'products',
  columns: [
    required('sku', 'stock keeping unit of this variant. Each row is one variant'),
    required('title', 'title of the variant'),
    optional('product_id', 'your id of the product; rows with the same one are variants of it. Without it: the SKU'),
    optional('product_title', 'title of the product. Without it: that of its first variant'),
    optional('brand', 'brand'),
    optional('category', 'category'),
    optional(
      'bundle',
      'what it has in common with products sold together with it, or for it. Without it: what is known stays',
    ),
    optional('price', 'amount with a point: `12.50`'),
    optional('currency', 'ISO 4217, with `price`: `EUR`'),
    optionColumn('the variant'),
  ],
  oneOf: [],
  records: 'together',
  list: 'variants',
  key: productId,
  read(records, reading) {
    const variants = new Map<string, Variant>();
    for (const record of records) {
      const variant = readVariant(record);
      if (isTaken(record, variant.sku, reading)) continue;
      if (variants.has(variant.sku)) reading.warn(`sku: ${variant.sku} stands twice; the later row counts.`, record);
      variants.set(variant.sku, variant);
    }
    if (variants.size === 0) return null;
    const told = (column: string) => records.map((record) => cell.name(record, column)).find((text) => text !== null);
    return {
      externalId: productId(records[0]!)!,
      title: told('product_title') ?? [...variants.values()][0]!.title,
      brand: told('brand') ?? null,
      category: told('category') ?? null,
      bundle: told('bundle') ?? null,
      variants: [...variants.values()],
    };
  },
  batch: 100,
  told: ['product.recorded'],
  async store(tx, records) {
    await recordProducts(tx, records);
  },
});

function isTaken(record: TableRecord, sku: string, { usedBy, warn }: Reading): boolean {
  const product = productId(record)!;
  const owner = usedBy.get(sku) ?? product;
  usedBy.set(sku, owner);
  if (owner === product) return false;
  warn(`sku: ${sku} is of another product in this file already; this row is left out.`, record);
  return true;
}

function readVariant(record: TableRecord): Variant {
  const currency = cell.currency(record, 'currency');
  if (currency === null && cell.name(record, 'price') !== null)
    throw new Misshapen('currency: must not be empty where there is a price');
  const priceMinor = currency === null ? null : cell.notNegative(cell.minor(record, 'price', currency), 'price');
  return {
    sku: cell.required(cell.name(record, 'sku'), 'sku'),
    title: cell.required(cell.optional(record, 'title', 1_000), 'title'),
    options: readOptions(record),
    priceMinor,
    currency: priceMinor === null ? null : currency,
  };
}
