import { FULFILMENT_ORDER_TRANSITIONS, liesAhead } from '../../values/order-axes.ts';
import type { FulfilmentMethod, FulfilmentOrderStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import type { FulfilmentOrderRecorded, KeptFact } from './order-fact.ts';

/** Work planned at one place. */
export interface FoldedFulfilmentOrder {
  readonly externalId: string;
  readonly locationExternalId: string | null;
  readonly method: FulfilmentMethod;
  readonly status: FulfilmentOrderStatus;
  readonly statusOccurredAt: Date;
  readonly fulfilBy: Date | null;
  /** Empty: the whole order. */
  readonly lines: readonly { readonly lineExternalId: string; readonly quantity: number }[];
  readonly createdAt: Date;
}

/** Work after one more fact of the time line. A status that does not lie ahead is history, and moves nothing. */
export function foldFulfilmentOrder(
  known: FoldedFulfilmentOrder | undefined,
  { body, occurredAt }: KeptFact & { body: FulfilmentOrderRecorded },
): FoldedFulfilmentOrder {
  const moves = !known || liesAhead(FULFILMENT_ORDER_TRANSITIONS, known.status, body.status);
  return {
    externalId: body.externalId,
    locationExternalId: body.locationExternalId ?? known?.locationExternalId ?? null,
    method: body.method ?? known?.method ?? 'ship',
    status: moves ? body.status : known.status,
    statusOccurredAt: moves ? occurredAt : known.statusOccurredAt,
    fulfilBy: body.fulfilBy ? new Date(body.fulfilBy) : (known?.fulfilBy ?? null),
    lines: body.lines ?? known?.lines ?? [],
    createdAt: known && known.createdAt < occurredAt ? known.createdAt : occurredAt,
  };
}

interface ParcelOfWork {
  readonly fulfilmentOrderExternalId: string | null;
  readonly status: ShipmentStatus;
  readonly lineExternalIds: readonly string[];
  readonly createdAt: Date;
}

/**
 * Work as its parcels show it: begun when there is one, done when every line is in one. What its source says further on stands: a
 * parcel never takes work back.
 */
export function shownByParcels(work: FoldedFulfilmentOrder, parcels: readonly ParcelOfWork[]): FoldedFulfilmentOrder {
  const own = parcels.filter((one) => one.fulfilmentOrderExternalId === work.externalId && one.status !== 'cancelled');
  if (own.length === 0) return work;
  const packed = new Set(own.flatMap((one) => one.lineExternalIds));
  const isWhole =
    own.some((one) => one.lineExternalIds.length === 0) ||
    (work.lines.length > 0 && work.lines.every((line) => packed.has(line.lineExternalId)));
  const shown = isWhole ? 'fulfilled' : 'in_progress';
  if (work.status === shown || !liesAhead(FULFILMENT_ORDER_TRANSITIONS, work.status, shown)) return work;
  const statusOccurredAt = new Date(Math.max(...own.map((one) => one.createdAt.getTime())));
  return { ...work, status: shown, statusOccurredAt };
}
