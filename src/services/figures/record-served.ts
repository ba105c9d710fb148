import { requireRight } from '../access/role-rights.ts';
import type { ServedStatus } from '../../values/served.ts';
import type { Scope } from '../scope.ts';

/** Keeps samples of what readers were shown and customers were told. No fact: nobody waits for it. */
export async function recordServed(scope: Scope, served: readonly ServedStatus[]): Promise<void> {
  requireRight(scope.viewer, 'figures:read');
  const { sql } = scope.db;
  const rows = served.map(({ servedAt, touchpoint, channel, orderId, status, about = null }) => ({
    ...{ served_at: servedAt, touchpoint, channel, order_id: orderId, status, about },
  }));
  await sql`
    insert into served_statuses (served_at, touchpoint, channel, order_id, status, about)
    select * from jsonb_to_recordset(${sql.json(rows)}::jsonb)
      as r(served_at timestamptz, touchpoint text, channel text, order_id text, status text, about text)`;
}
