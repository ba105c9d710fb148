import type { Sql } from '../../database/open-database.ts';

/** Removes a batch of what was written down about reading before a moment; nothing of the last 30 days, whatever the moment. */
export async function forgetAuditEntries(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const [row] = await sql<{ removed: number }[]>`select audit_forget(${before}) as removed`;
  return { removed: row!.removed, isDone: row!.removed === 0 };
}
