import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

import type { Installation } from '../../services/events/installation.ts';

const MAC_LENGTH = 22;

/** Messages say by whom they are: by a process of this installation. Whoever else may publish on the cluster is not listened to. */
export interface Seal {
  close(text: string): string;
  /** Null: it is none of ours. */
  open(sealed: string): string | null;
}

export function sealOf({ secret }: Installation): Seal {
  const key = createSecretKey(secret);
  const macOf = (text: string) =>
    createHmac('sha256', key).update('nats\n').update(text).digest('base64url').slice(0, MAC_LENGTH);
  return {
    close: (text) => macOf(text) + text,
    open(sealed) {
      const [mac, text] = [Buffer.from(sealed.slice(0, MAC_LENGTH)), sealed.slice(MAC_LENGTH)];
      return mac.length === MAC_LENGTH && timingSafeEqual(mac, Buffer.from(macOf(text))) ? text : null;
    },
  };
}
