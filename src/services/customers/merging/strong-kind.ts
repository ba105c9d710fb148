import type { IdentityKind } from '../../../values/vocabulary.ts';

/**
 * Of what a person has one for good: a number of the loyalty programme, an id in each other system (`system:id`). Two that differ speak
 * for two persons. Null: the identifier may change, or be shared.
 */
export function strongKindOf({ kind, value }: { readonly kind: IdentityKind; readonly value: string }): string | null {
  if (kind === 'loyalty_id') return kind;
  return kind === 'external_id' && value.includes(':') ? `${kind} ${value.slice(0, value.indexOf(':'))}` : null;
}
