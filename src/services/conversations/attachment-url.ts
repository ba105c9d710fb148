import { timingSafeEqual } from 'node:crypto';

import { keyedHash, type Installation } from '../events/installation.ts';

/** How long a signed URL is good, in milliseconds. */
const GOOD_FOR_MS = 300_000;

const signatureOf = (installation: Installation, id: string, expires: string) =>
  keyedHash(installation, 'attachment url', `${id} ${expires}`);

/** A path on this server under which whoever holds it can download one attachment for five minutes: what `<img>` and bridges take. */
export function signedPath(installation: Installation, id: string, now: Date): string {
  const expires = String(Math.floor((now.getTime() + GOOD_FOR_MS) / 1_000));
  return `/attachments/${id}?expires=${expires}&signature=${signatureOf(installation, id, expires)}`;
}

/** True when we signed this and its time is not over. */
export function isSignedPath(
  installation: Installation,
  { id, expires, signature }: { id: string; expires: string; signature: string },
  now: Date,
): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(installation, id, expires))];
  const isOurs = given.length === right.length && timingSafeEqual(given, right);
  return isOurs && /^\d{1,12}$/.test(expires) && Number(expires) * 1_000 > now.getTime();
}
