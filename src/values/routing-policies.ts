/** Where a version of the routing policy stands at a moment. */
export const POLICY_STATES = ['draft', 'scheduled', 'active', 'trial', 'retired'] as const;
export type PolicyState = (typeof POLICY_STATES)[number];

/** How far a rehearsal is. */
export const REHEARSAL_STATES = ['waiting', 'running', 'done', 'failed'] as const;
export type RehearsalState = (typeof REHEARSAL_STATES)[number];
