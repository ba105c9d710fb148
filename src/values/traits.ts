/** What the value of a trait is. */
export const TRAIT_KINDS = ['text', 'number', 'boolean', 'moment'] as const;
export type TraitKind = (typeof TRAIT_KINDS)[number];

/** Traits that Punos itself knows what to do with, and what their values are. Any other key is the retailer's own. */
export const WELL_KNOWN_TRAITS = {
  /** How the financing of the customer's purchases stands, in the words of whoever finances. */
  financing_status: 'text',
  /** Under which terms. */
  financing_terms: 'text',
  /** As in `1971-06-24`: by it people of one name are told apart. */
  birth_date: 'text',
} as const satisfies Record<string, TraitKind>;
