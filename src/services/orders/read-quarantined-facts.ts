import type { Sql } from '../../database/open-database.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { QuarantineReason, QuarantineState } from '../../values/quarantine.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { QuarantinedFact } from './quarantined-fact.ts';

const columns = (sql: Sql) => sql`
  q.id, q.source, q.source_event_id, q.kind, q.reason, q.state, q.order_number,
  (select o.id from orders o where o.number = q.order_number) as order_id,
  (select o.customer_id from orders o where o.number = q.order_number) as customer_id, q.body, q.occurred_at, q.received_at, q.recorded_at,
  q.decided_at, q.decided_by, q.note`;

export interface QuarantineFilter {
  readonly state?: QuarantineState | null;
  readonly reason?: QuarantineReason | null;
  readonly source?: string | null;
  readonly orderNumber?: string | null;
}

/** Facts that are or were kept apart, newest first by when they were stored. */
export async function listQuarantinedFacts(
  scope: Scope,
  { state, reason, source, orderNumber }: QuarantineFilter,
  page: PageRequest,
): Promise<Page<QuarantinedFact>> {
  requireRight(scope.viewer, 'quarantine:read');
  const { sql } = scope.db;
  const rows = await sql<QuarantinedFact[]>`
    select ${columns(sql)} from quarantined_facts q
    where ${stateIs(sql, state ?? null)} and ${reason ? sql`q.reason = ${reason}` : sql`true`}
      and ${source ? sql`q.source = ${source}` : sql`true`}
      and ${orderNumber ? sql`q.order_number = ${orderNumber}` : sql`true`}
      and ${page.after ? sql`(q.recorded_at, q.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by q.recorded_at desc, q.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (fact) => ({ at: fact.recordedAt, id: fact.id }));
}

/** What is held has an index of its own, which asks for the word itself. */
function stateIs(sql: Sql, state: QuarantineState | null) {
  if (state === 'held') return sql`q.state = 'held'`;
  return state ? sql`q.state = ${state}` : sql`true`;
}

/** One of them, or null. */
export async function quarantinedFactById(scope: Scope, id: string): Promise<QuarantinedFact | null> {
  requireRight(scope.viewer, 'quarantine:read');
  const { sql } = scope.db;
  const [row] = await sql<QuarantinedFact[]>`select ${columns(sql)} from quarantined_facts q where q.id = ${id}`;
  return row ?? null;
}
