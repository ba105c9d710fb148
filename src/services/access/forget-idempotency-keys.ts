import type { Sql } from '../../database/open-database.ts';

const BATCH = 5_000;

/** Removes a batch of idempotency keys older than a moment. A key that is forgotten may be used for a new act. */
export async function forgetIdempotencyKeys(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const rows = await sql`
    delete from idempotency_keys k using (
      select principal, mutation, key from idempotency_keys where created_at < ${before} order by created_at limit ${BATCH}
    ) old
    where (k.principal, k.mutation, k.key) = (old.principal, old.mutation, old.key)`;
  return { removed: rows.count, isDone: rows.count < BATCH };
}
