/** Where the delivery of one event to one webhook endpoint stands. Add at the end; never reuse a word. */
export const WEBHOOK_DELIVERY_STATES = ['pending', 'delivered', 'failed', 'withheld'] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

/**
 * What came of an attempt, or why there was none. A closed port, a filtered one, a name that does not exist and an address that is none of
 * the internet's are one word: nobody learns of our network by it.
 */
export const WEBHOOK_OUTCOMES = [
  'delivered',
  'rejected',
  'gone',
  'unreachable',
  'timed_out',
  'url_refused',
  'not_visible',
  'event_gone',
  'key_ended',
] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

/** Why nothing is sent to a webhook endpoint any more. */
export const WEBHOOK_DISABLED_REASONS = ['gone', 'failing', 'key_ended', 'by_hand'] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];
