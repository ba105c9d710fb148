/** Where a version of the routing policy stands at a moment. */
export const POLICY_STATES = ['draft', 'scheduled', 'active', 'trial', 'retired'] as const;
export type PolicyState = (typeof POLICY_STATES)[number];
