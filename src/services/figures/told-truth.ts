import type { Sql } from '../../database/open-database.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { RETURN_TRANSITIONS } from '../../values/order-axes.ts';
import type { ReturnStatus } from '../../values/vocabulary.ts';
import { ON_ITS_WAY } from '../orders/plan-delays.ts';
import { knownBefore, knownBy } from './known-then.ts';

type Fragment = ReturnType<Sql>;

const IS_BACK: readonly ReturnStatus[] = ['received', 'inspected'];
/** Where a return goes from there: then there is more to say than that it arrived. */
const BEYOND = [...new Set(IS_BACK.flatMap((status) => RETURN_TRANSITIONS[status]))].filter(
  (status) => !IS_BACK.includes(status),
);

/**
 * Whether what a notice said was so when it went out (sample `d`), by what sources and carriers had told by then, each as it told it: not by the
 * rows that the notice itself was written from.
 */
export function wasTrueToTell(sql: Sql): Fragment {
  const so: Record<NoticeKind, Fragment> = {
    delay: sql`not ${gone(sql)} and not ${stood(sql, sql`t.status <> all(${ON_ITS_WAY as string[]})`)}`,
    ready_for_pickup: sql`not ${gone(sql)} and ${mayHaveStood(sql, sql`t.status = 'ready_for_pickup'`)}`,
    refund_sent: told(sql, sql`f.kind = 'refund_recorded' and ${knownBy(sql, sql`f.recorded_at`)}`),
    return_received: sql`${told(sql, sql`${isReturn(sql, IS_BACK)} and ${knownBy(sql, sql`f.recorded_at`)}`)}
      and not ${told(sql, sql`${isReturn(sql, BEYOND)} and ${knownBefore(sql, sql`f.recorded_at`)}`)}`,
  };
  return sql`case d.status when 'delay' then ${so.delay} when 'ready_for_pickup' then ${so.ready_for_pickup}
    when 'refund_sent' then ${so.refund_sent} when 'return_received' then ${so.return_received} else false end`;
}

/** A fact (`f`) about the refund or return, unless it was kept apart by then. */
const told = (sql: Sql, isSo: Fragment): Fragment => sql`exists (
  select from order_facts f where f.order_id = d.order_id and f.body ->> 'externalId' = d.about and ${isSo}
    and not exists (
      select from quarantined_facts q where q.source = f.source and q.source_event_id = f.source_event_id
        and q.state in ('held', 'discarded') and ${knownBefore(sql, sql`q.recorded_at`)}))`;

const isReturn = (sql: Sql, statuses: readonly ReturnStatus[]): Fragment =>
  sql`f.kind = 'return_recorded' and f.body ->> 'status' = any(${statuses as string[]})`;

/** The whole order had arrived, or was cancelled. */
const gone = (sql: Sql): Fragment => sql`exists (
  select from order_versions v where v.order_id = d.order_id and v.fulfilment_status in ('delivered', 'cancelled')
    and ${knownBefore(sql, sql`v.valid_from`)} and (v.valid_to is null or not ${knownBy(sql, sql`v.valid_to`)}))`;

/** The newest scan (`t`) of the parcel may have been such a one. */
const mayHaveStood = (sql: Sql, isSo: Fragment): Fragment => sql`exists (
  select from shipments p join tracking_events t on t.shipment_id = p.id
  where p.order_id = d.order_id and p.external_id = d.about and ${isSo} and ${knownBy(sql, sql`t.recorded_at`)}
    and not exists (
      select from tracking_events u
      where u.shipment_id = p.id and u.occurred_at > t.occurred_at and ${knownBefore(sql, sql`u.recorded_at`)}))`;

/** It was one, as everybody knew. */
const stood = (sql: Sql, isSo: Fragment): Fragment => sql`exists (
  select from shipments p join tracking_events t on t.shipment_id = p.id
  where p.order_id = d.order_id and p.external_id = d.about and ${isSo} and ${knownBefore(sql, sql`t.recorded_at`)}
    and not exists (
      select from tracking_events u
      where u.shipment_id = p.id and u.occurred_at >= t.occurred_at and u.id <> t.id and ${knownBy(sql, sql`u.recorded_at`)}))`;
