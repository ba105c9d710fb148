import type { HoldId } from '../../values/ids.ts';
import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import { changeLevels } from '../inventory/change-levels.ts';
import { changeSlots } from '../inventory/change-slots.ts';
import type { TransactionScope } from '../scope.ts';
import { endHolds, givenBack, readLockedHolds } from './give-back.ts';
import { lockOrders } from './lock-orders.ts';
import { stripFacts, withoutPerson } from './without-person.ts';

/**
 * Rids orders of a person: what was ordered, paid and sent stays for the books, where to and in whose words goes. What was held is given
 * back; promises, notices and steps of the timeline go. Answers the numbers of their parcels besides.
 */
export async function eraseOrders(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<{ counts: RowCounts; trackingNumbers: readonly string[] }> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const holds = await eraseHolds(tx, ids);
  const [promises, notices, steps, orders] = await Promise.all([
    sql`delete from customer_promises where customer_id = any(${ids})`,
    sql`delete from notices where customer_id = any(${ids})`,
    sql`delete from order_steps where customer_id = any(${ids})`,
    sql<{ id: string; number: string }[]>`
      select id, number from orders where customer_id = any(${ids}) order by number collate "C"`,
  ]);
  const numbers = orders.map(({ number }) => number);
  if (numbers.length > 0) await lockOrders(tx, numbers);
  const stripped = await stripOrders(
    tx,
    orders.map(({ id }) => id),
    numbers,
  );
  const counts = { customer_promises: promises.count, notices: notices.count, order_steps: steps.count };
  return { counts: { ...holds, ...counts, ...stripped.counts }, trackingNumbers: stripped.trackingNumbers };
}

/** Units and slots that were kept for the person are somebody else's to have. */
async function eraseHolds(tx: TransactionScope, ids: readonly string[]): Promise<RowCounts> {
  const { sql } = tx.db;
  const locked = await sql<{ id: HoldId }[]>`
    select id from holds where customer_id = any(${ids as string[]}) and state in ('open', 'confirmed') order by id for update`;
  const held = await readLockedHolds(
    tx,
    locked.map(({ id }) => id),
  );
  await changeLevels(tx, givenBack(held, 'released'), {
    reason: 'released',
    source: tx.viewer.principal,
    field: ['customerId'],
  });
  await changeSlots(tx, { take: null, free: held.flatMap(({ slotId }) => slotId ?? []) });
  await endHolds(tx, held, 'released');
  const lines = await sql`
    delete from hold_lines where hold_id in (select id from holds where customer_id = any(${ids as string[]}))`;
  const holds = await sql`delete from holds where customer_id = any(${ids as string[]})`;
  return { hold_lines: lines.count, holds: holds.count };
}

async function stripOrders(tx: TransactionScope, orderIds: readonly string[], numbers: readonly string[]) {
  const { sql } = tx.db;
  const ids = orderIds as string[];
  const parcels = await sql<{ trackingNumber: string }[]>`
    select tracking_number from shipments where order_id = any(${ids}) and tracking_number is not null`;
  const trackingNumbers = parcels.map(({ trackingNumber }) => trackingNumber);
  const body = withoutPerson(sql, sql`q.body`);
  const [facts, heads, lines, shipments, returns, scans, quarantined] = await Promise.all([
    stripFacts(tx, numbers),
    sql`
      update orders set shipping_address = null, cancel_reason = null, status_raw = null, status_reason_code = null
      where id = any(${ids}) and num_nonnulls(shipping_address, cancel_reason, status_raw, status_reason_code) > 0`,
    sql`
      update order_lines set title = sku, options = '{}'
      where order_id = any(${ids}) and (title <> sku or options <> '{}')`,
    sql`update shipments set tracking_number = null where order_id = any(${ids}) and tracking_number is not null`,
    sql`update returns set reason = null where order_id = any(${ids}) and reason is not null`,
    // Also scans of their numbers that found no parcel.
    sql`
      update tracking_events set tracking_number = null, place = null, raw_status = null, reason_code = null
      where (shipment_id in (select id from shipments where order_id = any(${ids}))
          or (shipment_id is null and tracking_number = any(${trackingNumbers})))
        and num_nonnulls(tracking_number, place, raw_status, reason_code) > 0`,
    sql`
      update quarantined_facts q set body = ${body}, note = null
      where q.order_number = any(${numbers as string[]}) and (q.body is distinct from ${body} or q.note is not null)`,
  ]);
  const counts = {
    order_facts: facts,
    orders: heads.count,
    order_lines: lines.count,
    shipments: shipments.count,
    returns: returns.count,
    tracking_events: scans.count,
    quarantined_facts: quarantined.count,
  };
  return { counts, trackingNumbers };
}
