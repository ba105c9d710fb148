/** By what routing decisions are put together. Add at the end; never reuse a word. */
export const OUTCOME_DIMENSIONS = ['skill', 'agent', 'channel', 'policy_version', 'queue', 'step'] as const;
export type OutcomeDimension = (typeof OUTCOME_DIMENSIONS)[number];
