/** What is promised to a customer who waits: an answer to the first message, to each later one, and the end of the issue. */
export const CLOCK_KINDS = ['first_response', 'next_response', 'resolution'] as const;
export type ClockKind = (typeof CLOCK_KINDS)[number];

/** A clock stands still while we wait for the customer, and ends with the answer or the resolution. */
export const CLOCK_STATES = ['running', 'paused', 'ended'] as const;
export type ClockState = (typeof CLOCK_STATES)[number];
