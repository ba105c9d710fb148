/** Why an authentic fact cannot be true. Add at the end; never reuse a word. */
export const QUARANTINE_REASONS = [
  'currency_changed',
  'amount_changed',
  'exceeds_total',
  'exceeds_paid',
  'unknown_sku',
  'unknown_line',
  'exceeds_ordered',
  'insufficient_stock',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** What became of a fact that was kept apart. `withdrawn`: what was told later made it plausible, and it counts. */
export const QUARANTINE_STATES = ['held', 'released', 'discarded', 'withdrawn'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];
