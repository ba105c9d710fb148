import { checkMoment, checkOccurred } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { OrderId, ShipmentId, TrackingEventId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { SHIPMENT_STATUSES, type ShipmentStatus } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { suppressedAmong } from '../customers/suppression.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockOrders, lockTrackingNumbers } from './lock-orders.ts';
import { factKey } from './order-fact.ts';
import { refoldOrders } from './refold-orders.ts';
import { isOfNobody } from './without-person.ts';

/** What a carrier says about a parcel: named by our id of the shipment or by its tracking number, not by both. */
export interface TrackingReport {
  shipmentId?: ShipmentId | null;
  trackingNumber?: string | null;
  source: string;
  sourceEventId: string;
  status: ShipmentStatus;
  /** The carrier's own words. */
  rawStatus?: string | null;
  /** The carrier's own code of what happened. */
  reasonCode?: string | null;
  place?: string | null;
  estimatedDeliveryAt?: Date | null;
  /** The carrier's clock. */
  occurredAt: Date;
  receivedAt?: Date;
}

export interface RecordedTracking {
  /** Of each report, in the same order: the tracking event (an earlier one for a repeat). */
  readonly trackingEventIds: readonly TrackingEventId[];
  readonly orderIds: readonly OrderId[];
  readonly recorded: number;
  /** Reports whose tracking number no shipment has yet. They are kept and taken in when one has. */
  readonly waiting: number;
}

type Found = { shipmentId: ShipmentId; trackingNumber: string | null; orderNumber: string; isOfNobody: boolean };

/**
 * Records what carriers say: all of it or, with a refusal, nothing; idempotent on (source, sourceEventId). The newest report by
 * the carrier's clock is the shipment's status, and the order follows; a late one takes its place in the past.
 *
 * A partner reports on its own shipments only; others' and unknown ones answer alike (NOT_FOUND). For everybody else an unknown
 * tracking number waits for its shipment.
 */
export async function recordTrackingEvents(scope: Scope, stated: readonly TrackingReport[]): Promise<RecordedTracking> {
  const ownOnly = requireRight(scope.viewer, 'tracking:write') === 'own';
  stated.forEach((report, i) => checkReport(report, ['events', String(i)], scope.now));
  // A partner's names of events are its own: it can neither guess nor block those of somebody else.
  const reports = ownOnly
    ? stated.map((report) => ({ ...report, source: `${scope.viewer.partnerId}:${report.source}` }))
    : stated;
  if (reports.length === 0) return { trackingEventIds: [], orderIds: [], recorded: 0, waiting: 0 };

  return atomically(scope, async (tx) => {
    let found = await findShipments(tx, reports, ownOnly);
    if (found.some((one) => !one)) {
      // Between this look and the insert a shipment with the number must not slip in unseen.
      await lockTrackingNumbers(
        tx,
        reports.flatMap((report, i) => (!found[i] && report.trackingNumber ? [report.trackingNumber] : [])),
      );
      found = await findShipments(tx, reports, ownOnly);
    }
    refuseUnknown(reports, found, ownOnly);
    const numbers = [...new Set(found.flatMap((one) => one?.orderNumber ?? []))];
    const recordedAt = await lockOrders(tx, numbers);
    const sources = reports.map(({ source }) => source);
    const [fresh] = await Promise.all([
      keepReports(tx, reports, found, recordedAt),
      hearSources(tx, 'tracking', sources),
    ]);
    const touched = new Set(
      reports.flatMap((report, i) => (fresh.has(factKey(report)) ? (found[i]?.orderNumber ?? []) : [])),
    );
    await refoldOrders(tx, [...touched], { facts: new Set(), scans: fresh }, recordedAt);
    return answerFor(tx, reports, { numbers, recorded: fresh.size });
  });
}

/** Refuses a report that no parcel could take in. `at` is its path in the caller's input. */
export function checkReport(report: TrackingReport, at: readonly string[], now: Date): void {
  if ((report.shipmentId == null) === (report.trackingNumber == null))
    throw new Refusal('INVALID_INPUT', 'Name the shipment either by `shipmentId` or by `trackingNumber`.', [
      ...at,
      'shipmentId',
    ]);
  checkText(report.source, [...at, 'source'], 100);
  checkText(report.sourceEventId, [...at, 'sourceEventId'], 300);
  if (report.trackingNumber != null) checkText(report.trackingNumber, [...at, 'trackingNumber'], 200);
  if (!SHIPMENT_STATUSES.includes(report.status))
    throw new Refusal('INVALID_INPUT', `\`status\` must be one of: ${SHIPMENT_STATUSES.join(', ')}.`, [
      ...at,
      'status',
    ]);
  if (report.rawStatus != null) checkText(report.rawStatus, [...at, 'rawStatus'], 500);
  if (report.reasonCode != null) checkText(report.reasonCode, [...at, 'reasonCode'], 100);
  if (report.place != null) checkText(report.place, [...at, 'place'], 300);
  checkOccurred(report.occurredAt, [...at, 'occurredAt'], now);
  if (report.estimatedDeliveryAt) checkMoment(report.estimatedDeliveryAt, [...at, 'estimatedDeliveryAt']);
}

/** The shipment of each report, or undefined. A number that carriers have used again means its newest shipment. */
async function findShipments(
  tx: TransactionScope,
  reports: readonly TrackingReport[],
  ownOnly: boolean,
): Promise<(Found | undefined)[]> {
  const { sql } = tx.db;
  const mine = ownOnly ? sql`s.partner_id = ${tx.viewer.partnerId}` : sql`true`;
  const ids = reports.flatMap((report) => report.shipmentId ?? []);
  const numbers = reports.flatMap((report) => report.trackingNumber ?? []);
  const rows = await sql<Found[]>`
    select s.id as shipment_id, s.tracking_number, o.number as order_number,
      ${isOfNobody(sql, sql`o.customer_id`)} as is_of_nobody
    from shipments s join orders o on o.id = s.order_id
    where (s.id = any(${ids}) or s.tracking_number = any(${numbers})) and ${mine}
    order by s.created_at, s.id`;
  const byId = new Map(rows.map((row) => [row.shipmentId, row]));
  const byNumber = new Map(rows.map((row) => [row.trackingNumber, row]));
  return reports.map((report) =>
    report.shipmentId ? byId.get(report.shipmentId) : byNumber.get(report.trackingNumber ?? null),
  );
}

function refuseUnknown(
  reports: readonly TrackingReport[],
  found: readonly (Found | undefined)[],
  ownOnly: boolean,
): void {
  const at = reports.findIndex((report, i) => !found[i] && (ownOnly || report.shipmentId));
  if (at < 0) return;
  const field = reports[at]!.shipmentId ? 'shipmentId' : 'trackingNumber';
  throw new Refusal('NOT_FOUND', 'No shipment of yours has this id or tracking number.', ['events', String(at), field]);
}

async function keepReports(
  tx: TransactionScope,
  reports: readonly TrackingReport[],
  found: readonly (Found | undefined)[],
  recordedAt: Date,
): Promise<Set<string>> {
  const { sql } = tx.db;
  const erased = await ofNobody(tx, reports, found);
  const unless = (isErased: boolean, text: string | null | undefined) => (isErased ? null : (text ?? null));
  const rows = reports.map((report, i) => ({
    id: newId('trackingEvent'),
    shipment_id: found[i]?.shipmentId ?? null,
    tracking_number: unless(erased.has(i), report.trackingNumber ?? found[i]?.trackingNumber),
    source: report.source,
    source_event_id: report.sourceEventId,
    status: report.status,
    raw_status: unless(erased.has(i), report.rawStatus),
    reason_code: unless(erased.has(i), report.reasonCode),
    place: unless(erased.has(i), report.place),
    estimated_delivery_at: report.estimatedDeliveryAt ?? null,
    occurred_at: report.occurredAt,
    received_at: report.receivedAt ?? tx.now,
  }));
  const kept = await sql<{ source: string; sourceEventId: string }[]>`
    insert into tracking_events (id, shipment_id, tracking_number, source, source_event_id, status, raw_status,
      reason_code, place,
      estimated_delivery_at, occurred_at, received_at, recorded_at)
    select r.*, ${recordedAt}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, shipment_id text, tracking_number text, source text,
      source_event_id text, status text, raw_status text, reason_code text, place text, estimated_delivery_at timestamptz, occurred_at timestamptz,
      received_at timestamptz)
    on conflict (source, source_event_id) do nothing
    returning source, source_event_id`;
  return new Set(kept.map(factKey));
}

/** Reports on parcels of somebody who was erased, by their place: what the carrier calls the parcel, and where it was, is not kept. */
async function ofNobody(
  tx: TransactionScope,
  reports: readonly TrackingReport[],
  found: readonly (Found | undefined)[],
): Promise<Set<number>> {
  const lost = reports.flatMap(({ trackingNumber }, place) =>
    !found[place] && trackingNumber ? [{ place, kind: 'tracking_number' as const, normalized: trackingNumber }] : [],
  );
  const suppressed = await suppressedAmong(tx, lost);
  return new Set([
    ...[...found.keys()].filter((place) => found[place]?.isOfNobody),
    ...[...suppressed].map((index) => lost[index]!.place),
  ]);
}

async function answerFor(
  tx: TransactionScope,
  reports: readonly TrackingReport[],
  { numbers, recorded }: { numbers: readonly string[]; recorded: number },
): Promise<RecordedTracking> {
  const { sql } = tx.db;
  const [rows, orders] = await Promise.all([
    sql<{ id: TrackingEventId; source: string; sourceEventId: string; shipmentId: ShipmentId | null }[]>`
      select t.id, t.source, t.source_event_id, t.shipment_id
      from unnest(${reports.map((one) => one.source)}::text[], ${reports.map((one) => one.sourceEventId)}::text[]) as asked(source, id)
      join tracking_events t on t.source = asked.source and t.source_event_id = asked.id`,
    sql<{ id: OrderId }[]>`select id from orders where number = any(${numbers as string[]})`,
  ]);
  const byKey = new Map(rows.map((row) => [factKey(row), row]));
  return {
    trackingEventIds: reports.map((report) => byKey.get(factKey(report))!.id),
    orderIds: orders.map(({ id }) => id),
    recorded,
    waiting: reports.filter((report) => byKey.get(factKey(report))!.shipmentId === null).length,
  };
}
