import type { Sql } from '../../database/open-database.ts';
import { newId } from '../../values/ids.ts';

const BATCH = 5_000;

/**
 * Removes a batch of deliveries queued before a moment, with their attempts, oldest first; what is pending stays. Ids sort by time, so no
 * index of its own is needed.
 */
export async function forgetWebhookDeliveries(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const old = () => sql`
    select id from webhook_deliveries where id < ${newId('webhookDelivery', before.getTime())} and state <> 'pending'
    order by id limit ${BATCH}`;
  await sql`delete from webhook_attempts where delivery_id in (${old()})`;
  const rows = await sql`
    delete from webhook_deliveries d where id in (${old()}) and not exists (select 1 from webhook_attempts a where a.delivery_id = d.id)`;
  return { removed: rows.count, isDone: rows.count < BATCH };
}
