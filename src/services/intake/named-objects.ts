import type { TransactionScope } from '../scope.ts';
import type { SourceFact } from './source-fact.ts';

/** What sources call things: `order`, `item` and `shipment` are named by facts; the others keep the newest version that was taken. */
export type ObjectKind = 'order' | 'item' | 'shipment' | 'product' | 'location' | 'customer' | 'movement';

export interface ObjectRow {
  readonly kind: ObjectKind;
  readonly externalId: string;
  readonly name: string | null;
  readonly version: number | null;
}

export const objectKey = (kind: string, externalId: string): string => `${kind}\n${externalId}`;

/** What a fact speaks of by ids of its source, with the name or version that it brings. */
export function objectsOf(fact: SourceFact): ObjectRow[] {
  const named = (kind: ObjectKind, externalId: string | null, name: string | null): ObjectRow[] =>
    externalId === null ? [] : [{ kind, externalId, name, version: null }];
  const versioned = (kind: ObjectKind, externalId: string): ObjectRow[] => [
    { kind, externalId, name: null, version: fact.version ?? fact.occurredAt.getTime() },
  ];
  switch (fact.type) {
    case 'order': {
      // Only who places an order says which number it has: another's slip must not give it one.
      const number = fact.fact.kind === 'order_placed' ? fact.order.number : null;
      const order = named('order', fact.order.externalId, number);
      return fact.fact.kind === 'shipment_created'
        ? [...order, ...named('shipment', fact.fact.externalId, null)]
        : order;
    }
    case 'tracking':
      return named('shipment', fact.shipmentExternalId, null);
    case 'stock_count':
      return named('item', fact.item.externalId, null);
    case 'stock_move':
      return [...versioned('movement', fact.id), ...named('item', fact.item.externalId, null)];
    case 'product':
      return [
        ...versioned('product', fact.product.externalId),
        ...fact.items.flatMap(({ sku, externalId }) => named('item', externalId, sku)),
      ];
    case 'location':
      return versioned('location', fact.location.externalId);
    case 'customer':
      return versioned('customer', fact.externalId);
  }
}

/** Numbers, SKUs and locations that facts speak of: whoever waits for one and whoever brings it must not miss each other. */
function placesOf(fact: SourceFact): string[] {
  switch (fact.type) {
    case 'order':
      return fact.order.number === null ? [] : [`number ${fact.order.number}`];
    case 'stock_count':
    case 'stock_move':
      return [`location ${fact.location}`, ...(fact.item.sku === null ? [] : [`sku ${fact.item.sku}`])];
    case 'product':
      return fact.product.variants.map(({ sku }) => `sku ${sku}`);
    case 'location':
      return [`location ${fact.location.externalId}`];
    default:
      return [];
  }
}

/** Locks whatever the facts speak of by name, sorted, so that two batches never lock crosswise. */
export async function lockNamed(tx: TransactionScope, source: string, facts: readonly SourceFact[]): Promise<void> {
  const ours = facts.flatMap(objectsOf).map(({ kind, externalId }) => `${source} ${kind} ${externalId}`);
  const keys = [...new Set([...ours, ...facts.flatMap(placesOf)])];
  if (keys.length === 0) return;
  await tx.db.sql`
    with keys as materialized (
      select distinct hashtextextended('told ' || name, 0) as key from unnest(${keys}::text[]) as t(name)
    ), locks as materialized (
      select pg_advisory_xact_lock(key) from (select key from keys order by key) as sorted
    )
    select count(*) from locks`;
}

/** What is known of these objects, by `objectKey`. */
export async function readObjects(
  tx: TransactionScope,
  source: string,
  facts: readonly SourceFact[],
): Promise<Map<string, ObjectRow>> {
  const asked = facts.flatMap(objectsOf);
  if (asked.length === 0) return new Map();
  const rows = await tx.db.sql<ObjectRow[]>`
    select o.kind, o.external_id, o.name, o.version
    from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(({ externalId }) => externalId)}::text[])
      as asked(kind, external_id)
    join source_objects o on o.source = ${source} and o.kind = asked.kind and o.external_id = asked.external_id`;
  return new Map(rows.map((row) => [objectKey(row.kind, row.externalId), row]));
}

/**
 * The same objects, each order under a number of its own. Shops count alike: the second one that places an order under a number which another
 * order has is told apart by the shop's id of it, and an order keeps the number that it was given. The numbers are locked.
 */
export async function withOwnNumbers(
  tx: TransactionScope,
  source: string,
  all: readonly ObjectRow[],
  known: ReadonlyMap<string, ObjectRow>,
): Promise<ObjectRow[]> {
  const isNumbered = ({ kind, name }: ObjectRow) => kind === 'order' && name !== null;
  const numbers = all.filter(isNumbered).map(({ name }) => name!);
  if (numbers.length === 0) return [...all];
  const rows = await tx.db.sql<{ source: string; externalId: string; name: string }[]>`
    select source, external_id, name from source_objects where kind = 'order' and name = any(${numbers})`;
  const owners = new Map(rows.map((row) => [row.name, `${row.source}\n${row.externalId}`]));
  return all.map((row) => {
    if (!isNumbered(row)) return row;
    const before = known.get(objectKey(row.kind, row.externalId))?.name ?? null;
    if (before !== null) return { ...row, name: before };
    const own = `${source}\n${row.externalId}`;
    const owner = owners.get(row.name!) ?? own;
    owners.set(row.name!, owner);
    return owner === own ? row : { ...row, name: `${row.name} (${row.externalId})` };
  });
}

/** Keeps names and versions; a name that is known gives way to a newer one. The objects are locked. */
export async function writeObjects(tx: TransactionScope, source: string, all: readonly ObjectRow[]): Promise<void> {
  const rows = all.filter(({ name, version }) => name !== null || version !== null);
  if (rows.length === 0) return;
  const { sql } = tx.db;
  const newest = [...new Map(rows.map((row) => [objectKey(row.kind, row.externalId), row])).values()];
  const told = newest.map(({ kind, externalId, name, version }) => ({ kind, external_id: externalId, name, version }));
  await sql`
    insert into source_objects (source, kind, external_id, name, version)
    select ${source}, r.* from jsonb_to_recordset(${sql.json(told)}::jsonb)
      as r(kind text, external_id text, name text, version bigint)
    order by kind collate "C", external_id collate "C"
    on conflict (source, kind, external_id) do update set
      name = coalesce(excluded.name, source_objects.name), version = coalesce(excluded.version, source_objects.version)
    where (source_objects.name, source_objects.version) is distinct from
      (coalesce(excluded.name, source_objects.name), coalesce(excluded.version, source_objects.version))`;
}

/** Forgets what a source calls something. */
export async function forgetObject(
  tx: TransactionScope,
  source: string,
  kind: ObjectKind,
  externalId: string,
): Promise<void> {
  await tx.db.sql`
    delete from source_objects where source = ${source} and kind = ${kind} and external_id = ${externalId}`;
}
