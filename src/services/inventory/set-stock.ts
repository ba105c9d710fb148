import { Refusal } from '../../values/refusal.ts';
import { differenceOf, isUnchanged, NO_UNITS, type Quantities } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { placeKey, type StockLevel } from './inventory.ts';
import { keepLateCounts } from './keep-late-counts.ts';
import { keepStockVersions, readNewestVersions } from './keep-stock-versions.ts';
import { lockLevels } from './lock-levels.ts';
import { nameStockChange } from './name-stock-change.ts';
import { readSkus } from './read-skus.ts';
import { ALSO_COUNTED, checkCount, type StockCount } from './stock-count.ts';

/**
 * Sets levels to what was counted, any number in a fixed number of statements. A count that is older than what is known never
 * overwrites it: it goes to the history. Returns the levels as they stand afterwards, in the order of the counts.
 */
export async function setStock(scope: Scope, counts: readonly StockCount[]): Promise<StockLevel[]> {
  requireRight(scope.viewer, 'stock:write');
  counts.forEach((count, i) => checkCount(scope, count, ['counts', String(i)]));
  if (new Set(counts.map(placeKey)).size < counts.length)
    throw new Refusal('INVALID_INPUT', 'Two counts are of the same variant at the same location. Send the newer one.', [
      'counts',
    ]);
  if (counts.length === 0) return [];
  return atomically(scope, async (tx) => {
    await readSkus(tx, counts, 'counts');
    const weighed = await weigh(tx, counts);
    await writeLevels(
      tx,
      weighed.filter(({ isWritten }) => isWritten),
    );
    const changed = weighed.filter(({ isChanged }) => isChanged);
    const first = await keepStockVersions(
      tx,
      changed.map(({ count: { variantId, locationId, source }, after, deltas }) => ({
        ...{ variantId, locationId, deltas, validFrom: after.asOf, reason: 'count', source },
      })),
    );
    await keepLateCounts(
      tx,
      weighed.filter(({ isLate }) => isLate).map(({ count }) => count),
    );
    for (const { after } of changed)
      nameStockChange(tx, after, { occurredAt: after.asOf, isFirst: first.has(placeKey(after)) });
    await hearSources(
      tx,
      'stock',
      counts.map(({ source }) => source),
    );
    return weighed.map(({ after }) => after);
  });
}

interface Weighed {
  readonly count: StockCount;
  /** The level as it stands afterwards. */
  readonly after: StockLevel;
  readonly isLate: boolean;
  /** Is its row another one now? A newer count of the same units renews its moment. */
  readonly isWritten: boolean;
  /** Does the ledger learn of it? */
  readonly isChanged: boolean;
  /** What the ledger lacks to what was counted. */
  readonly deltas: Quantities;
}

/** What each count means for its level. Levels are made where there are none, and locked. */
async function weigh(tx: TransactionScope, counts: readonly StockCount[]): Promise<Weighed[]> {
  await makeLevels(tx, counts);
  const levels = await lockLevels(tx, counts);
  // A statement of its own: it sees what the one before may have waited for.
  const ledger = await readNewestVersions(tx, counts);
  return counts.map((count) => {
    const before = levels.get(placeKey(count))!;
    const known = ledger.get(placeKey(count));
    const asOf = count.asOf ?? tx.now;
    const isLate = asOf < before.asOf;
    const after = isLate ? before : { ...counted(before, count), asOf };
    const isOther =
      !isUnchanged(differenceOf(after, before)) || after.incomingAt?.getTime() !== before.incomingAt?.getTime();
    const deltas = differenceOf(after, known ?? NO_UNITS);
    return {
      ...{ count, after, isLate, deltas },
      isWritten: !isLate && (isOther || asOf > before.asOf),
      // A first count of nothing is news, too: from now on it is known that there is nothing.
      isChanged: !isLate && (known === undefined || !isUnchanged(deltas)),
    };
  });
}

function counted(before: StockLevel, count: StockCount): StockLevel {
  const told = ALSO_COUNTED.flatMap((name) => (count[name] == null ? [] : [[name, count[name]] as const]));
  const incomingAt = count.incoming == null ? before.incomingAt : (count.incomingAt ?? null);
  return { ...before, ...Object.fromEntries(told), onHand: count.onHand, incomingAt };
}

/** Empty levels of a time before every count, so that what is counted first can be locked, too. */
async function makeLevels(tx: TransactionScope, counts: readonly StockCount[]): Promise<void> {
  const { sql } = tx.db;
  const rows = counts.map(({ variantId, locationId, source }) => ({
    ...{ variant_id: variantId as string, location_id: locationId as string, source },
  }));
  await sql`
    insert into stock_levels (variant_id, location_id, source, as_of, updated_at)
    select r.*, to_timestamp(0), ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(variant_id text, location_id text, source text)
    order by r.variant_id collate "C", r.location_id collate "C"
    on conflict (variant_id, location_id) do nothing`;
}

async function writeLevels(tx: TransactionScope, written: readonly Weighed[]): Promise<void> {
  if (written.length === 0) return;
  const { sql } = tx.db;
  const rows = written.map(({ after, count }) => ({
    ...{
      variant_id: after.variantId,
      location_id: after.locationId,
      on_hand: after.onHand,
      committed: after.committed,
    },
    ...{ incoming: after.incoming, safety: after.safety, damaged: after.damaged, incoming_at: after.incomingAt },
    ...{ as_of: after.asOf, source: count.source, received_at: count.receivedAt ?? tx.now },
  }));
  await sql`
    update stock_levels l set on_hand = r.on_hand, committed = r.committed, incoming = r.incoming, safety = r.safety,
      damaged = r.damaged, incoming_at = r.incoming_at, as_of = r.as_of, source = r.source, received_at = r.received_at,
      recorded_at = clock_timestamp(), updated_at = ${tx.now}
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(variant_id text, location_id text, on_hand int, committed int,
      incoming int, safety int, damaged int, incoming_at timestamptz, as_of timestamptz, source text,
      received_at timestamptz)
    where l.variant_id = r.variant_id and l.location_id = r.location_id`;
}
