import type { ShipmentId } from '../../values/ids.ts';
import type { TrackingReport } from '../orders/record-tracking-events.ts';
import type { TrackingTold } from './source-fact.ts';
import type { ToldFact } from './waiting-facts.ts';

/** What a carrier told of a parcel; without our id of it under the number that it was told by. */
export function toReport(fact: ToldFact & TrackingTold, shipmentId: ShipmentId | null): TrackingReport {
  const { trackingNumber, shipmentExternalId, status, reasonCode, rawStatus, place } = fact;
  const { source, id: sourceEventId, occurredAt, receivedAt, estimatedDeliveryAt } = fact;
  return {
    ...(shipmentId === null ? { trackingNumber: trackingNumber ?? shipmentExternalId } : { shipmentId }),
    ...{ source, sourceEventId, status, reasonCode, rawStatus, place, occurredAt, receivedAt },
    estimatedDeliveryAt: estimatedDeliveryAt === null ? null : new Date(estimatedDeliveryAt),
  };
}
