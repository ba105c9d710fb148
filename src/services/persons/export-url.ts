import { timingSafeEqual } from 'node:crypto';

import { keyedHash, type Installation } from '../events/installation.ts';

/** How long a link is good, in milliseconds. */
const GOOD_FOR_MS = 300_000;

export type ExportForm = 'json' | 'html';

interface Signed {
  readonly customerId: string;
  readonly form: string;
  readonly expires: string;
}

const signatureOf = (installation: Installation, { customerId, form, expires }: Signed) =>
  keyedHash(installation, 'export url', `${customerId}.${form} ${expires}`);

/** A path on this server under which whoever holds it can fetch everything of a person for five minutes: a link to click on. */
export function exportPath(
  installation: Installation,
  { customerId, form, now }: { customerId: string; form: ExportForm; now: Date },
): { path: string; expiresAt: Date } {
  const expires = Math.floor((now.getTime() + GOOD_FOR_MS) / 1_000);
  const signature = signatureOf(installation, { customerId, form, expires: String(expires) });
  return {
    path: `/exports/${customerId}.${form}?expires=${expires}&signature=${signature}`,
    expiresAt: new Date(expires * 1_000),
  };
}

/** True when we signed this and its time is not over. */
export function isExportPath(
  installation: Installation,
  { signature, ...signed }: Signed & { readonly signature: string },
  now: Date,
): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(installation, signed))];
  const isOurs = given.length === right.length && timingSafeEqual(given, right);
  return isOurs && /^\d{1,12}$/.test(signed.expires) && Number(signed.expires) * 1_000 > now.getTime();
}
