import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a request says of itself by Standard Webhooks (https://www.standardwebhooks.com), well formed and fresh. */
export interface SignedHead {
  readonly id: string;
  /** Seconds since 1970, as written. */
  readonly timestamp: string;
  /** The signatures of version 1, in base64 as written. */
  readonly signatures: readonly string[];
}

/** Headers of a request by their names in small letters, each with every value that it was sent with. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/** The value of a header that was sent exactly once. */
export const onlyHeader = (headers: DistinctHeaders, name: string): string | null =>
  headers[name]?.length === 1 ? headers[name][0]! : null;

/** How far the sender's clock may be from ours, either way; also how long a request can be replayed. */
const TOLERANCE_SECONDS = 300;
const MOST_SIGNATURES = 10;
const ID = /^[\x21-\x7e]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^(v\d+[a-z]?),([A-Za-z0-9+/]+={0,2})$/;

/** The three headers, each exactly once. Null: one is missing, doubled, malformed, or the timestamp is not of now. */
export function readSignedHead(headers: DistinctHeaders, now: Date): SignedHead | null {
  const once = (name: string) => onlyHeader(headers, name) ?? '';
  const [id, timestamp, written] = [once('webhook-id'), once('webhook-timestamp'), once('webhook-signature')];
  const ageSeconds = Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp));
  if (!ID.test(id) || !TIMESTAMP.test(timestamp) || ageSeconds > TOLERANCE_SECONDS) return null;
  const tokens = written.length <= 2_000 ? written.split(' ') : [];
  const parts = tokens.map((token) => SIGNATURE.exec(token));
  if (parts.length === 0 || parts.length > MOST_SIGNATURES || parts.includes(null)) return null;
  // Versions that we do not know may stand beside ours.
  return { id, timestamp, signatures: parts.filter((part) => part![1] === 'v1').map((part) => part![2]!) };
}

/** True when one of the secrets made one of the signatures over exactly these bytes. Compares texts: base64 has more than one for the same bytes. */
export function isSignedBy(secrets: readonly string[], head: SignedHead, bytes: Uint8Array): boolean {
  let isSigned = false;
  for (const secret of secrets) {
    const expected = Buffer.from(signatureOf(secret, head, bytes));
    for (const signature of head.signatures) {
      const given = Buffer.from(signature);
      if (given.length === expected.length && timingSafeEqual(given, expected)) isSigned = true;
    }
  }
  return isSigned;
}

/** The signature of version 1, in base64. */
export function signatureOf(
  secret: string,
  { id, timestamp }: Omit<SignedHead, 'signatures'>,
  bytes: Uint8Array,
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest('base64');
}
