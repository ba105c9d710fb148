import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Installation } from './installation.ts';

const VERSION = '1';
const MAC_BYTES = 16;
const LONGEST = 200;

const mac = ({ secret }: Installation, text: string) =>
  createHmac('sha256', secret).update('consistency token\n').update(text).digest().subarray(0, MAC_BYTES);

/** Writes a place in the log of the database as the opaque text that answers to mutations carry. Authenticated, not secret. */
export function encodeConsistencyToken(installation: Installation, position: number): string {
  const text = [VERSION, installation.epoch, position].join('|');
  return Buffer.concat([mac(installation, text), Buffer.from(text)]).toString('base64url');
}

/** The place. A string names the problem: it was edited or is none of ours, or the database was restored from a backup since. */
export function decodeConsistencyToken(
  installation: Installation,
  token: string,
): number | 'malformed' | 'other-epoch' {
  if (token.length > LONGEST || !/^[\w-]+$/.test(token)) return 'malformed';
  const raw = Buffer.from(token, 'base64url');
  if (raw.toString('base64url') !== token) return 'malformed';
  const text = raw.subarray(MAC_BYTES).toString();
  const [version, epoch, positionText] = text.split('|');
  if (version !== VERSION) return 'malformed';
  // As with cursors: another epoch has another secret.
  if (epoch !== installation.epoch) return 'other-epoch';
  const position = Number(positionText);
  const isOurs = timingSafeEqual(raw.subarray(0, MAC_BYTES), mac(installation, text));
  return isOurs && Number.isSafeInteger(position) ? position : 'malformed';
}
