import { checkCurrency, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { ProductId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockCatalogue } from './lock-catalogue.ts';

/** A product as the catalogue has it. Variants that are not named stay as they are. */
export interface ProductRecord {
  externalId: string;
  title: string;
  brand?: string | null;
  category?: string | null;
  /** What products that are sold together, or for one another, have in common. Null or absent: what is known stays. */
  bundle?: string | null;
  variants: readonly {
    sku: string;
    title: string;
    options: Readonly<Record<string, string>>;
    priceMinor?: number | null;
    currency?: string | null;
  }[];
}

/**
 * Makes or updates products by external id and their variants by SKU, any number in a fixed number of statements. What is already
 * so changes nothing and is not told. Order lines that named a SKU before the catalogue did are joined to its variant.
 * Returns the ids in the order of the records.
 */
export async function recordProducts(scope: Scope, records: readonly ProductRecord[]): Promise<ProductId[]> {
  requireRight(scope.viewer, 'catalogue:write');
  records.forEach((record, i) => checkProduct(record, ['products', String(i)]));
  refuseRepeats(
    records.map((one) => one.externalId),
    ['products'],
  );
  const skus = records.flatMap(({ variants }) => variants.map(({ sku }) => sku));
  refuseRepeats(skus, ['products']);
  if (records.length === 0) return [];
  return atomically(scope, async (tx) => {
    await lockCatalogue(tx, skus, 'alone');
    const changed = await writeProducts(tx, records);
    const ids = await idsOf(tx, records);
    const written = await writeVariants(tx, records, ids);
    for (const id of new Set([...changed, ...written.keys()]))
      recordFact(tx, {
        type: 'product.recorded',
        streams: [stream.product(id)],
        topics: [topic.catalogue, ...(written.get(id) ?? []).map(topic.sku)],
        details: { productId: id },
      });
    return records.map((record) => ids.get(record.externalId)!);
  });
}

/** One product: see `recordProducts`. */
export async function recordProduct(scope: Scope, record: ProductRecord): Promise<ProductId> {
  const [id] = await recordProducts(scope, [record]);
  return id!;
}

function checkProduct(record: ProductRecord, at: readonly string[]): void {
  checkText(record.externalId, [...at, 'externalId'], 200);
  checkText(record.title, [...at, 'title'], 1_000);
  if (record.brand != null) checkText(record.brand, [...at, 'brand'], 200);
  if (record.category != null) checkText(record.category, [...at, 'category'], 200);
  if (record.bundle != null) checkText(record.bundle, [...at, 'bundle'], 200);
  record.variants.forEach((variant, i) => {
    const here = [...at, 'variants', String(i)];
    checkText(variant.sku, [...here, 'sku'], 200);
    checkText(variant.title, [...here, 'title'], 1_000);
    for (const [name, value] of Object.entries(variant.options)) {
      checkText(name, [...here, 'options'], 100);
      checkText(value, [...here, 'options'], 500);
    }
    if ((variant.priceMinor == null) !== (variant.currency == null))
      throw new Refusal('INVALID_INPUT', 'A price needs both amount and currency.', [...here, 'price']);
    if (variant.priceMinor != null)
      checkWhole(variant.priceMinor, [...here, 'price', 'amountMinor'], 0, 1_000_000_000_000);
    if (variant.currency != null) checkCurrency(variant.currency, [...here, 'price', 'currency']);
  });
}

function refuseRepeats(keys: readonly string[], field: readonly string[]): void {
  if (new Set(keys).size < keys.length)
    throw new Refusal('INVALID_INPUT', 'Two of these have the same external id or SKU. Send each once.', field);
}

async function writeProducts(tx: TransactionScope, records: readonly ProductRecord[]): Promise<Set<ProductId>> {
  const { sql } = tx.db;
  const rows = records.map((one) => ({
    id: newId('product'),
    external_id: one.externalId,
    title: one.title,
    brand: one.brand ?? null,
    category: one.category ?? null,
    bundle: one.bundle ?? null,
  }));
  const written = await sql<{ id: ProductId }[]>`
    insert into products (id, external_id, title, brand, category, bundle, created_at, updated_at)
    select r.*, ${tx.now}::timestamptz, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, external_id text, title text, brand text, category text,
      bundle text)
    order by external_id
    on conflict (external_id) do update set title = excluded.title, brand = excluded.brand, category = excluded.category,
      bundle = coalesce(excluded.bundle, products.bundle), updated_at = excluded.updated_at
    where (products.title, products.brand, products.category, products.bundle)
      is distinct from (excluded.title, excluded.brand, excluded.category, coalesce(excluded.bundle, products.bundle))
    returning id`;
  return new Set(written.map(({ id }) => id));
}

async function idsOf(tx: TransactionScope, records: readonly ProductRecord[]): Promise<Map<string, ProductId>> {
  const rows = await tx.db.sql<{ id: ProductId; externalId: string }[]>`
    select id, external_id from products where external_id = any(${records.map((one) => one.externalId)})`;
  return new Map(rows.map((row) => [row.externalId, row.id]));
}

/** Answers the SKUs of the variants that are new or other ones now, by product. */
async function writeVariants(
  tx: TransactionScope,
  records: readonly ProductRecord[],
  ids: ReadonlyMap<string, ProductId>,
): Promise<Map<ProductId, string[]>> {
  const { sql } = tx.db;
  const rows = records.flatMap((record) =>
    record.variants.map((variant) => ({
      id: newId('variant'),
      product_id: ids.get(record.externalId)!,
      sku: variant.sku,
      title: variant.title,
      options: variant.options,
      price_minor: variant.priceMinor ?? null,
      currency: variant.currency ?? null,
    })),
  );
  const written = await sql<{ productId: ProductId; skus: string[] }[]>`
    with written as (
      insert into variants (id, product_id, sku, title, options, price_minor, currency)
      select * from jsonb_to_recordset(${sql.json(rows)}::jsonb)
        as r(id text, product_id text, sku text, title text, options jsonb, price_minor bigint, currency text)
      order by sku
      on conflict (sku) do update set product_id = excluded.product_id, title = excluded.title, options = excluded.options,
        price_minor = excluded.price_minor, currency = excluded.currency
      where (variants.product_id, variants.title, variants.options, variants.price_minor, variants.currency)
        is distinct from (excluded.product_id, excluded.title, excluded.options, excluded.price_minor, excluded.currency)
      returning id, product_id, sku
    ), joined as (
      update order_lines l set variant_id = w.id from written w where l.sku = w.sku and l.variant_id is null
    )
    select product_id, array_agg(sku order by sku collate "C") as skus from written group by product_id`;
  return new Map(written.map(({ productId, skus }) => [productId, skus]));
}
