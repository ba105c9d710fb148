import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

import type { Installation } from './installation.ts';
import { parseSnapshot, sees, type Snapshot } from './snapshot.ts';

/**
 * A reader's place. Batches are what the tailer read between two snapshots, delivered by position. Delivered is: all that
 * `before` sees, and of what only `after` sees everything up to `position`.
 */
export interface Place {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly position: number;
}

/** The place after everything that the snapshot sees. */
export const placeAt = (snapshot: Snapshot): Place => ({ before: snapshot, after: snapshot, position: 0 });

/** True when an event is still to be delivered to a reader at this place. */
export function isAhead(place: Place, event: { xid: bigint; position: number }): boolean {
  if (sees(place.before, event.xid)) return false;
  return !sees(place.after, event.xid) || event.position > place.position;
}

export type CursorProblem = 'malformed' | 'other-epoch';

const VERSION = '1';
const MAC_BYTES = 16;
const MAX_LENGTH = 8_192;

const keys = new WeakMap<Installation, KeyObject>();

/** A key that is made once signs in a quarter of the time that raw bytes take: each payload carries a cursor. */
function keyOf(installation: Installation): KeyObject {
  let key = keys.get(installation);
  if (!key) keys.set(installation, (key = createSecretKey(installation.secret)));
  return key;
}

const mac = (installation: Installation, text: string) =>
  createHmac('sha256', keyOf(installation)).update('cursor\n').update(text).digest().subarray(0, MAC_BYTES);

/** Writes a place as the opaque text that payloads carry. Authenticated, not secret: it holds no ids. */
export function encodeCursor(installation: Installation, place: Place): string {
  const after = place.after.text === place.before.text ? '' : place.after.text;
  const text = [VERSION, installation.epoch, place.before.text, after, place.position].join('|');
  return Buffer.concat([mac(installation, text), Buffer.from(text)]).toString('base64url');
}

/** Reads a cursor. A string names the problem: it was edited or is none of ours, or the database is another one by now. */
export function decodeCursor(installation: Installation, cursor: string): Place | CursorProblem {
  if (cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return 'malformed';
  const raw = Buffer.from(cursor, 'base64url');
  const text = raw.subarray(MAC_BYTES).toString();
  const [version, epoch, beforeText = '', afterText, positionText] = text.split('|');
  if (version !== VERSION) return 'malformed';
  // Another epoch has another secret, so its name is looked at before the signature: "expired" is the honest answer.
  if (epoch !== installation.epoch) return 'other-epoch';
  if (raw.length <= MAC_BYTES || !timingSafeEqual(raw.subarray(0, MAC_BYTES), mac(installation, text)))
    return 'malformed';
  const before = parseSnapshot(beforeText);
  const after = afterText ? parseSnapshot(afterText) : before;
  const position = Number(positionText);
  if (!before || !after || !Number.isSafeInteger(position)) return 'malformed';
  return { before, after, position };
}
