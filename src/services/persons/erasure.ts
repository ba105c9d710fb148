import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, ErasureId } from '../../values/ids.ts';
import type { RowCounts } from '../customers/leaving-person.ts';

/** The certificate of an erasure: what was done and when, and nothing of the person. */
export interface Erasure {
  readonly id: ErasureId;
  readonly customerIds: readonly CustomerId[];
  readonly requestedBy: string;
  readonly erasedAt: Date;
  readonly completedAt: Date | null;
  readonly counts: RowCounts;
  /** Identifiers under which nothing is taken in for now. */
  readonly suppressedCount: number;
  /** How often something came under one of them. */
  readonly refusedCount: number;
  readonly lastRefusedAt: Date | null;
}

export const erasureColumns = (sql: Sql) => sql`
  e.id, e.customer_ids, e.requested_by, e.erased_at, e.completed_at, e.counts,
  (select count(*)::int from suppressions s where s.erasure_id = e.id and s.ends_at > now()) as suppressed_count,
  (select coalesce(sum(s.refused_count), 0)::int from suppressions s where s.erasure_id = e.id) as refused_count,
  (select max(s.last_refused_at) from suppressions s where s.erasure_id = e.id) as last_refused_at`;
