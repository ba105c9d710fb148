import type { CustomerId } from '../../values/ids.ts';
import type { TraitKind } from '../../values/traits.ts';

export type TraitValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'moment'; readonly value: string };

/** What a source says of a customer under a key, from when on. */
export interface Trait {
  readonly customerId: CustomerId;
  readonly key: string;
  readonly kind: TraitKind;
  /** A moment is its ISO text. Null: it was taken back. */
  readonly value: string | number | boolean | null;
  readonly source: string;
  /** By the source's clock. */
  readonly validFrom: Date;
  readonly validTo: Date | null;
  readonly recordedAt: Date;
}
