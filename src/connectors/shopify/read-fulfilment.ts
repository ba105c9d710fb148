import type { OrderName, SourceFact } from '../../services/intake/source-fact.ts';
import type { ShipmentStatus } from '../../values/vocabulary.ts';
import { clip } from '../clip.ts';
import type { Fields } from '../fields.ts';
import { MOST_PARTS, ofOrder, told } from './told.ts';

/** What Shopify says of a parcel on its way, in our words. */
const STATUSES: ReadonlyMap<string, ShipmentStatus> = new Map(
  Object.entries({
    label_printed: 'label_created',
    label_purchased: 'label_created',
    confirmed: 'label_created',
    carrier_picked_up: 'in_transit',
    in_transit: 'in_transit',
    delayed: 'in_transit',
    out_for_delivery: 'out_for_delivery',
    attempted_delivery: 'attempt_failed',
    ready_for_pickup: 'ready_for_pickup',
    picked_up: 'delivered',
    delivered: 'delivered',
    failure: 'exception',
  } satisfies Record<string, ShipmentStatus>),
);
/** Fulfilments that came to nothing. */
const UNDONE = new Set(['cancelled', 'error', 'failure']);

/** A fulfilment: one parcel for each of its tracking numbers, or one where it has none. */
export function readFulfilment(fulfilment: Fields, _currency: string | null, order?: OrderName): SourceFact[] {
  const id = fulfilment.id('id');
  const name = order ?? { number: null, externalId: fulfilment.id('order_id') };
  const version = fulfilment.optionalMoment('updated_at') ?? fulfilment.moment('created_at');
  const occurredAt = fulfilment.optionalMoment('created_at') ?? version;
  const lineExternalIds = [...new Set(fulfilment.objects('line_items', MOST_PARTS).map((line) => line.id('id')))];
  const carrier = clip(fulfilment.optionalText('tracking_company'), 100);
  const estimate = fulfilment.optionalMoment('estimated_delivery_at')?.toISOString() ?? null;
  const status = fulfilment.optionalText('status');
  const moved = fulfilment.optionalText('shipment_status');
  return numbersOf(fulfilment).flatMap((trackingNumber, i) => {
    const externalId = i === 0 ? id : `${id}/${i + 1}`;
    const parcel = { kind: 'shipment_created' as const, externalId, carrier, trackingNumber, lineExternalIds };
    const body = ofOrder(name, { ...parcel, partnerId: null, estimatedDeliveryAt: estimate });
    const facts: SourceFact[] = [told(`fulfilment:${externalId}`, body, { occurredAt, version })];
    const is = status !== null && UNDONE.has(status) ? 'cancelled' : (STATUSES.get(moved ?? '') ?? null);
    if (is === null) return facts;
    const raw = is === 'cancelled' ? status : moved;
    const tracking = { ...NO_TRACKING, shipmentExternalId: externalId, status: is, reasonCode: raw };
    return [...facts, { ...tracking, id: `fulfilment:${externalId}:${raw}`, occurredAt: version, version: null }];
  });
}

const NO_TRACKING = {
  ...{ type: 'tracking' as const, trackingNumber: null, reasonCode: null, rawStatus: null, place: null },
  estimatedDeliveryAt: null,
};

function numbersOf(fulfilment: Fields): (string | null)[] {
  const several = fulfilment.ids('tracking_numbers', 100);
  const one = fulfilment.optionalId('tracking_number');
  const all = [...new Set([...several, ...(one === null ? [] : [one])])].map((number) => clip(number, 200));
  return all.length > 0 ? all : [null];
}

/** What happened to a parcel on its way. */
export function readFulfilmentEvent(event: Fields): SourceFact[] {
  const raw = event.text('status');
  const status = STATUSES.get(raw);
  // A word of tomorrow says nothing to us yet.
  if (status === undefined) return [];
  const occurredAt = event.optionalMoment('happened_at') ?? event.moment('created_at');
  const place = ['city', 'province', 'country'].flatMap((part) => clip(event.optionalText(part), 90) ?? []).join(', ');
  return [
    {
      ...{ type: 'tracking', trackingNumber: null, shipmentExternalId: event.id('fulfillment_id'), status },
      ...{ reasonCode: clip(raw, 100), rawStatus: clip(event.optionalText('message'), 500), place: place || null },
      estimatedDeliveryAt: event.optionalMoment('estimated_delivery_at')?.toISOString() ?? null,
      ...{ id: `fulfilment_event:${event.id('id')}`, occurredAt, version: null },
    },
  ];
}
