import { createHash, randomBytes } from 'node:crypto';

import type { Role } from '../../values/vocabulary.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 52 characters hold 260 bits: 256 random ones and four of padding. */
const SECRET = /^pk_[a-z]{3,12}_[a-z2-7]{52}$/;

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31]!;
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31]! : text;
}

/** A new secret: `pk_`, the role for whoever reads a config, 256 random bits. */
export const newSecret = (role: Role): string => `pk_${role}_${base32(randomBytes(32))}`;

/** What is stored of a secret. 256 random bits need no slow hash: there is nothing to guess. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The part that is shown in lists, so that people can tell keys apart. */
export const prefixOfSecret = (secret: string): string => secret.slice(0, secret.lastIndexOf('_') + 7);

/** True when the text has the shape of a key; says nothing about existence. */
export const isKeySecret = (text: string): boolean => SECRET.test(text);
