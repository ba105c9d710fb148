import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import type { Installation } from '../events/installation.ts';

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keyOf = ({ secret }: Installation): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'punos sealed secrets', 32));

/**
 * A secret of somebody else's as it is kept: AES-256-GCM under a key that only this installation can derive. `place` says where it
 * belongs (`inbox:<id>:hook`): a sealed text that is copied to another row or column does not open there.
 */
export function sealSecret(installation: Installation, place: string, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(installation), nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, sealed, cipher.getAuthTag()]);
}

/** The text again. Throws when it was sealed by another installation, for another place, or was changed. */
export function openSecret(installation: Installation, place: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('This is no sealed secret.');
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, keyOf(installation), nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
