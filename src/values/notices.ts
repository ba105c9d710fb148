/** What customers are told of an order before they ask. */
export const NOTICE_KINDS = ['delay', 'ready_for_pickup', 'refund_sent', 'return_received'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * How a notice stands. `planned`: its time has not come, and it may never be true. `raised`: it is true, and the message waits for its time.
 * The others are ends.
 */
export const NOTICE_STATES = ['planned', 'raised', 'sent', 'withheld', 'overtaken'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Why the customer got no message. */
export const WITHHELD_REASONS = [
  'do_not_contact',
  'no_address',
  'switched_off',
  'no_consent',
  'already_contacted',
] as const;
export type WithheldReason = (typeof WITHHELD_REASONS)[number];
