import { randomBytes } from 'node:crypto';

import type { WebhookEndpointId } from '../../values/ids.ts';
import { openSecret, sealSecret } from '../access/sealed-secret.ts';
import type { Installation } from '../events/installation.ts';

const SHOWN_CHARACTERS = 12;

/** A new secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The part that is shown, so that people can tell secrets apart. */
export const shownOfWebhookSecret = (secret: string): string => secret.slice(0, SHOWN_CHARACTERS);

const placeOf = (id: WebhookEndpointId) => `webhook:${id}`;

export const sealWebhookSecret = (installation: Installation, id: WebhookEndpointId, secret: string): Buffer =>
  sealSecret(installation, placeOf(id), secret);

export const openWebhookSecret = (installation: Installation, id: WebhookEndpointId, sealed: Uint8Array): string =>
  openSecret(installation, placeOf(id), sealed);
