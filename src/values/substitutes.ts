/** What an article and its substitute have in common, the closest first. */
export const SUBSTITUTE_REASONS = ['product', 'bundle', 'category'] as const;
export type SubstituteReason = (typeof SUBSTITUTE_REASONS)[number];
