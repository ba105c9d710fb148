import type { WebhookDisabledReason } from './webhooks.ts';

const MEANWHILE = 'What came meanwhile: `webhookEndpointReplay` behind the cursor of its last delivery.';

/** What the owner of a webhook endpoint does so that events are sent again, by why it was disabled. */
export const DISABLED_ADVICE: Readonly<Record<WebhookDisabledReason, string>> = {
  gone: `Its receiver answered 410, which says that it wants nothing more. Where that is wrong, let it answer 2xx, then \`webhookEndpointEnable\`. ${MEANWHILE}`,
  failing: `Its receiver has taken nothing for days: \`webhookAttempts\` has what it answered. Put it right, then \`webhookEndpointEnable\`. ${MEANWHILE}`,
  key_ended: `Its key was revoked or has ended. \`webhookEndpointUpdate\` gives it another one, then \`webhookEndpointEnable\`. ${MEANWHILE}`,
  by_hand: `Somebody disabled it. \`webhookEndpointEnable\` starts it again. ${MEANWHILE}`,
};

export const GAP_ADVICE =
  'Its key may not have what its document asks for: `gap.reason`. Give the key that right (`apiKeyUpdate`) or the endpoint another document (`webhookEndpointUpdate`). What came meanwhile: `webhookEndpointReplay` behind `gap.cursor`.';
