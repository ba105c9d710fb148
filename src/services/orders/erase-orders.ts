import type { HoldId } from '../../values/ids.ts';
import { MOST_AT_ONCE, type LeavingPerson, type RowCounts } from '../customers/leaving-person.ts';
import { changeLevels } from '../inventory/change-levels.ts';
import { changeSlots } from '../inventory/change-slots.ts';
import type { TransactionScope } from '../scope.ts';
import { endHolds, givenBack, readLockedHolds } from './give-back.ts';
import { lockOrders } from './lock-orders.ts';
import { stripFacts, withoutPerson } from './without-person.ts';

/** Orders that one transaction rids of a person at most. */
const ORDERS_AT_ONCE = 500;

export interface ErasedOrders {
  readonly counts: RowCounts;
  /** Of all their parcels that had one. */
  readonly trackingNumbers: readonly string[];
  /** What to go on with: orders before this id. Empty: there are none. */
  readonly ordersBefore: string;
}

/**
 * Rids orders of a person, the newest first: what was ordered, paid and sent stays for the books, where to and in whose words goes. What was held is
 * given back; promises and notices go. `before`: only orders before this id; null: all.
 */
export async function eraseOrders(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
  before: string | null,
): Promise<ErasedOrders> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  const isLeft = sql`o.customer_id = any(${ids}) ${before === null ? sql`` : sql`and o.id < ${before}`}`;
  const holds = await eraseHolds(tx, ids);
  const [promises, notices, parcels, orders] = await Promise.all([
    sql`delete from customer_promises where customer_id = any(${ids})`,
    sql`delete from notices where customer_id = any(${ids})`,
    sql<{ trackingNumber: string }[]>`
      select s.tracking_number from orders o join shipments s on s.order_id = o.id
      where ${isLeft} and s.tracking_number is not null`,
    sql<{ id: string; number: string }[]>`
      select o.id, o.number from orders o where ${isLeft} order by o.id desc limit ${ORDERS_AT_ONCE}`,
  ]);
  const numbers = orders.map(({ number }) => number);
  if (numbers.length > 0) await lockOrders(tx, numbers);
  const trackingNumbers = parcels.map(({ trackingNumber }) => trackingNumber);
  const stripped = await stripOrders(
    tx,
    orders.map(({ id }) => id),
    { numbers, trackingNumbers },
  );
  const counts = { customer_promises: promises.count, notices: notices.count };
  const ordersBefore = orders.length < ORDERS_AT_ONCE ? '' : orders.at(-1)!.id;
  return { counts: { ...holds, ...counts, ...stripped }, trackingNumbers, ordersBefore };
}

/** Removes steps of the timeline, as many as one transaction may: without a customer nobody sees the rest. */
export async function eraseOrderSteps(tx: TransactionScope, customerIds: readonly string[]): Promise<RowCounts> {
  const steps = await tx.db.sql`
    delete from order_steps where id in (
      select s.id from order_steps s where s.customer_id = any(${customerIds as string[]}) limit ${MOST_AT_ONCE})`;
  return { order_steps: steps.count };
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

async function stripOrders(
  tx: TransactionScope,
  orderIds: readonly string[],
  { numbers, trackingNumbers }: { readonly numbers: readonly string[]; readonly trackingNumbers: readonly string[] },
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = orderIds as string[];
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
          or (shipment_id is null and tracking_number = any(${trackingNumbers as string[]})))
        and num_nonnulls(tracking_number, place, raw_status, reason_code) > 0`,
    sql`
      update quarantined_facts q set body = ${body}, note = null
      where q.order_number = any(${numbers as string[]}) and (q.body is distinct from ${body} or q.note is not null)`,
  ]);
  return {
    order_facts: facts,
    orders: heads.count,
    order_lines: lines.count,
    shipments: shipments.count,
    returns: returns.count,
    tracking_events: scans.count,
    quarantined_facts: quarantined.count,
  };
}
