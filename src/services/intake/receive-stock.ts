import { hearSources } from '../events/hear-sources.ts';
import { adjustStock } from '../inventory/adjust-stock.ts';
import { placeKey } from '../inventory/inventory.ts';
import { setStock } from '../inventory/set-stock.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';
import { quarantineMoves } from './quarantine-moves.ts';
import { inRounds, pathOf, refusedFrom } from './refused-from.ts';
import type { StockCounted, StockMoved } from './source-fact.ts';
import type { ToldFact, Waiting } from './waiting-facts.ts';

type StockFact = ToldFact & (StockCounted | StockMoved);
interface Placed<F> {
  readonly fact: F;
  readonly variantId: VariantId;
  readonly locationId: LocationId;
}

/** Books counts and movements. Answers those whose article or location nobody has recorded yet, and how many were kept apart. */
export async function receiveStock(
  tx: TransactionScope,
  facts: readonly ToldFact[],
): Promise<{ waiting: readonly Waiting[]; quarantined: number }> {
  const stock = facts.filter((fact): fact is StockFact => fact.type === 'stock_count' || fact.type === 'stock_move');
  if (stock.length === 0) return { waiting: [], quarantined: 0 };
  const { placed, waiting } = await place(tx, await nameItems(tx, stock));
  const counts = placed.filter((one): one is Placed<ToldFact & StockCounted> => one.fact.type === 'stock_count');
  for (const round of inRounds(counts, ({ variantId, locationId }) => [`${variantId} ${locationId}`]))
    await refusedFrom(
      round.map(({ fact }) => pathOf(fact)),
      'counts',
      () =>
        setStock(
          tx,
          round.map(({ fact: { onHand, committed, incoming, safety, damaged, ...fact }, variantId, locationId }) => ({
            ...{
              variantId,
              locationId,
              onHand,
              source: fact.source,
              asOf: fact.occurredAt,
              receivedAt: fact.receivedAt,
            },
            ...{
              committed: committed ?? null,
              incoming: incoming ?? null,
              safety: safety ?? null,
              damaged: damaged ?? null,
            },
            incomingAt: fact.incomingAt ? new Date(fact.incomingAt) : null,
          })),
        ),
    );
  const impossible: (ToldFact & StockMoved)[] = [];
  // In one order, whatever the order of the lines: two sales of the same articles wait for each other in one direction.
  for (const { fact, variantId, locationId } of placed.toSorted(byPlace)) {
    if (fact.type !== 'stock_move') continue;
    const { quantity = 'on_hand', delta, reason, source, occurredAt, receivedAt } = fact;
    const moved = { quantity, delta, reason, source, occurredAt, receivedAt };
    try {
      await adjustStock(tx, { variantId, locationId, ...moved });
    } catch (error) {
      // What was sold was sold, whatever we know: a person finds out which of the two is wrong.
      if (!(error instanceof Refusal) || error.code !== 'INSUFFICIENT_STOCK') throw error;
      impossible.push(fact);
    }
  }
  await quarantineMoves(tx, impossible);
  const heard = stock.filter(isJustTold(tx)).map(({ source }) => source);
  if (heard.length > 0) await hearSources(tx, 'stock', heard);
  return { waiting, quarantined: impossible.length };
}

/** What waited, or was kept apart, was told some time ago: who told it may be silent since. */
const isJustTold =
  ({ now }: TransactionScope) =>
  ({ receivedAt }: StockFact): boolean =>
    receivedAt.getTime() === now.getTime();

/** Stable: what is told of one level stays in its order. */
const byPlace = (a: Placed<StockFact>, b: Placed<StockFact>): number =>
  Number(placeKey(a) > placeKey(b)) - Number(placeKey(a) < placeKey(b));

/** Puts the SKU where a source names an item by its own id. */
async function nameItems(tx: TransactionScope, facts: readonly StockFact[]): Promise<StockFact[]> {
  const nameless = facts.filter(({ item }) => item.sku === null && item.externalId !== null);
  if (nameless.length === 0) return [...facts];
  const rows = await tx.db.sql<{ source: string; externalId: string; name: string }[]>`
    select n.source, n.external_id, n.name
    from unnest(${nameless.map(({ source }) => source)}::text[], ${nameless.map(({ item }) => item.externalId!)}::text[])
      as asked(source, external_id)
    join source_objects n on n.source = asked.source and n.kind = 'item' and n.external_id = asked.external_id
    where n.name is not null`;
  const skus = new Map(rows.map(({ source, externalId, name }) => [`${source}\n${externalId}`, name]));
  return facts.map((fact) => ({
    ...fact,
    item: { ...fact.item, sku: fact.item.sku ?? skus.get(`${fact.source}\n${fact.item.externalId}`) ?? null },
  }));
}

async function place(tx: TransactionScope, facts: readonly StockFact[]) {
  const { sql } = tx.db;
  const [variants, locations] = await Promise.all([
    sql<{ id: VariantId; sku: string }[]>`
      select id, sku from variants where sku = any(${facts.flatMap(({ item }) => item.sku ?? [])})`,
    sql<{ id: LocationId; externalId: string }[]>`
      select id, external_id from locations where external_id = any(${facts.map(({ location }) => location)})`,
  ]);
  const variantIds = new Map(variants.map(({ sku, id }) => [sku, id]));
  const locationIds = new Map(locations.map(({ externalId, id }) => [externalId, id]));
  const placed: Placed<StockFact>[] = [];
  const waiting: Waiting[] = [];
  for (const fact of facts) {
    const { sku, externalId } = fact.item;
    const variantId = sku === null ? undefined : variantIds.get(sku);
    const locationId = locationIds.get(fact.location);
    if (variantId !== undefined && locationId !== undefined) placed.push({ fact, variantId, locationId });
    else if (sku === null) waiting.push({ fact, for: { kind: 'item', id: externalId! } });
    else if (variantId === undefined) waiting.push({ fact, for: { kind: 'sku', id: sku } });
    else waiting.push({ fact, for: { kind: 'location', id: fact.location } });
  }
  return { placed, waiting };
}
