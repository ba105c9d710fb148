import type { TransactionScope } from '../scope.ts';
import type { ActivityDetails } from './activity.ts';
import type { WrittenActivity } from './arriving-activity.ts';

/** Makes the newest basket of each customer by the source's clock the current one. An older one that comes late stays an activity. */
export async function writeBaskets(tx: TransactionScope, written: readonly WrittenActivity[]): Promise<void> {
  const newest = new Map<string, WrittenActivity>();
  for (const activity of written) {
    if (activity.kind !== 'basket_change') continue;
    const before = newest.get(activity.customerId);
    // Of two at one moment the later one in the list.
    if (!before || before.occurredAt <= activity.occurredAt) newest.set(activity.customerId, activity);
  }
  if (newest.size === 0) return;
  const rows = [...newest.values()].map(({ id, customerId, occurredAt, source, details }) => {
    const { lines, currency } = details as ActivityDetails['basket_change'];
    return { activity_id: id, customer_id: customerId, changed_at: occurredAt, source, lines, currency };
  });
  const { sql } = tx.db;
  await sql`
    insert into baskets (customer_id, activity_id, lines, currency, changed_at, source, updated_at)
    select customer_id, activity_id, lines, currency, changed_at, source, ${tx.now}::timestamptz
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb)
      as r(customer_id text, activity_id text, lines jsonb, currency text, changed_at timestamptz, source text)
    order by customer_id collate "C"
    on conflict (customer_id) do update set activity_id = excluded.activity_id, lines = excluded.lines,
      currency = excluded.currency, changed_at = excluded.changed_at, source = excluded.source, updated_at = excluded.updated_at
    where baskets.changed_at <= excluded.changed_at`;
}
