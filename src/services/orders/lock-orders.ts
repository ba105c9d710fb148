import type { TransactionScope } from '../scope.ts';

/**
 * Locks orders by number, also those that do not exist yet, so that all facts of one order are folded one after the other and a
 * fact that comes before its order cannot miss the one that places it. Sorted, so that two batches never lock crosswise.
 * Returns the database's clock after the locks: the moment that rows of this transaction are recorded at.
 */
export async function lockOrders(tx: TransactionScope, numbers: readonly string[]): Promise<Date> {
  const [row] = await tx.db.sql<{ recordedAt: Date }[]>`
    with keys as materialized (
      select distinct hashtextextended('order ' || number, 0) as key from unnest(${numbers as string[]}::text[]) as t(number)
    ), locks as materialized (
      select pg_advisory_xact_lock(key) from (select key from keys order by key) as sorted
    )
    select date_trunc('milliseconds', clock_timestamp()) as recorded_at from (select count(*) from locks) as held`;
  return row!.recordedAt;
}

/** The same for tracking numbers: a scan that is faster than its shipment and the shipment must not miss each other. */
export async function lockTrackingNumbers(tx: TransactionScope, numbers: readonly string[]): Promise<void> {
  if (numbers.length === 0) return;
  await tx.db.sql`
    with keys as materialized (
      select distinct hashtextextended('tracking ' || number, 0) as key from unnest(${numbers as string[]}::text[]) as t(number)
    ), locks as materialized (
      select pg_advisory_xact_lock(key) from (select key from keys order by key) as sorted
    )
    select count(*) from locks`;
}
