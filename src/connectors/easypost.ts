import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import type { SourceFact } from '../services/intake/source-fact.ts';
import { onlyHeader } from '../values/standard-webhooks.ts';
import type { ShipmentStatus } from '../values/vocabulary.ts';
import { clip } from './clip.ts';
import type { ConnectorDialect } from './connector-dialect.ts';
import { readJson, type Fields } from './fields.ts';

const SIGNATURE = /^hmac-sha256-hex=([0-9a-f]{64})$/;
/** Tracking details of one tracker, at most. */
const MOST_DETAILS = 5_000;
/** Trackers of one number: carriers use them again. */
const MOST_TRACKERS = 20;

/** What EasyPost says of a parcel, in our words. `unknown` says nothing. */
const STATUSES: Readonly<Record<string, ShipmentStatus>> = {
  pre_transit: 'label_created',
  in_transit: 'in_transit',
  out_for_delivery: 'out_for_delivery',
  delivered: 'delivered',
  available_for_pickup: 'ready_for_pickup',
  return_to_sender: 'returning',
  failure: 'exception',
  error: 'exception',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/**
 * EasyPost: events about trackers of a hundred carriers. Its signature has no moment and its event no header: a replay is known by its
 * bytes, and each detail of a tracker by what it says, for every event brings all details again.
 */
export const easypost: ConnectorDialect = {
  name: 'easypost',
  readHead(headers) {
    const [, hex] = SIGNATURE.exec(onlyHeader(headers, 'x-hmac-signature') ?? '') ?? [];
    if (hex === undefined) return null;
    return { id: null, isSignedBy: (secrets, bytes) => isSignedBy(secrets, Buffer.from(hex, 'hex'), bytes) };
  },
  read({ bytes }): SourceFact[] {
    const body = readJson(bytes);
    const tracker = body.optionalText('object') === 'Tracker' ? body : body.optionalObject('result');
    return tracker?.optionalText('object') === 'Tracker' ? readTracker(tracker) : [];
  },
  poll: {
    question: (trackingNumber, { url, key }) => ({
      url: `${url}/v2/trackers?tracking_code=${encodeURIComponent(trackingNumber)}&page_size=${MOST_TRACKERS}`,
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, accept: 'application/json' },
    }),
    readAnswer: (bytes, trackingNumber) =>
      readJson(bytes)
        .objects('trackers', MOST_TRACKERS)
        .filter((tracker) => tracker.text('tracking_code') === trackingNumber)
        .flatMap(readTracker),
  },
};

/** Its details, and its own state where they do not say it: the estimate is the tracker's. */
function readTracker(tracker: Fields): SourceFact[] {
  const id = tracker.id('id');
  const trackingNumber = tracker.text('tracking_code');
  const clock = tracker.optionalMoment('updated_at') ?? tracker.moment('created_at');
  const details = tracker.objects('tracking_details', MOST_DETAILS).flatMap((detail) => {
    const read = readState(detail);
    const occurredAt = detail.optionalMoment('datetime') ?? clock;
    const place = placeOf(detail.optionalObject('tracking_location'));
    return read === null ? [] : [{ ...read, occurredAt, place, estimatedDeliveryAt: null }];
  });
  const newest = details.reduce<(typeof details)[number] | null>(
    (best, one) => (best && best.occurredAt > one.occurredAt ? best : one),
    null,
  );
  const state = readState(tracker);
  const estimatedDeliveryAt = tracker.optionalMoment('est_delivery_date')?.toISOString() ?? null;
  const says = state && (newest?.status !== state.status || estimatedDeliveryAt !== null);
  // Carriers write local time as if it were UTC: next to the newest detail, not by EasyPost's clock, or a later detail would stand before it.
  const occurredAt = newest ? new Date(newest.occurredAt.getTime() + 1) : clock;
  const own = says ? [{ ...state, occurredAt, place: newest?.place ?? null, estimatedDeliveryAt }] : [];
  return [
    ...details.map((detail) => ({ detail, name: detailName(id, detail) })),
    // What it was updated for may be its weight: the state is the same until it says something else.
    ...own.map((detail) => ({ detail, name: detailName(id, { ...detail, occurredAt: null }) })),
  ].map(({ detail, name }) => ({
    ...detail,
    ...{ type: 'tracking', trackingNumber, shipmentExternalId: null, id: name, version: null },
  }));
}

const detailName = (id: string, detail: object) =>
  `${id}:${createHash('sha256').update(JSON.stringify(detail)).digest('hex').slice(0, 24)}`;

/** Null: it says nothing, or a word of tomorrow. */
function readState(said: Fields) {
  const word = said.optionalText('status') ?? '';
  const status = Object.hasOwn(STATUSES, word) ? STATUSES[word]! : null;
  if (status === null) return null;
  const rawStatus = clip(said.optionalText('message') ?? word, 500);
  return { status, reasonCode: clip(said.optionalText('status_detail'), 100), rawStatus };
}

function placeOf(location: Fields | null): string | null {
  const parts = ['city', 'state', 'country'].flatMap((part) => clip(location?.optionalText(part) ?? null, 90) ?? []);
  return parts.length === 0 ? null : parts.join(', ');
}

function isSignedBy(secrets: readonly string[], given: Uint8Array, bytes: Uint8Array): boolean {
  let isSigned = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret.normalize('NFKD')).update(bytes).digest();
    if (timingSafeEqual(given, expected)) isSigned = true;
  }
  return isSigned;
}
