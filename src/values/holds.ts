/** How units that are kept for a customer stand. What is collected, released or expired stays so. */
export const HOLD_STATES = ['open', 'confirmed', 'collected', 'released', 'expired'] as const;
export type HoldState = (typeof HOLD_STATES)[number];
