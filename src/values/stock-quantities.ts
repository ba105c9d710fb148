/** What is counted of a SKU at a location, by name. What can be promised follows from them and is never told. */
export const STOCK_QUANTITIES = ['on_hand', 'committed', 'held', 'incoming', 'safety', 'damaged'] as const;
export type StockQuantity = (typeof STOCK_QUANTITIES)[number];

/** Whole units, each at least 0. */
export interface Quantities {
  /** There, sold or not. */
  readonly onHand: number;
  /** Sold and not gone yet. */
  readonly committed: number;
  /** Kept for somebody who has not bought yet: follows from holds. */
  readonly held: number;
  /** On the way here; not on hand. */
  readonly incoming: number;
  /** Kept back so that a wrong count breaks no promise. */
  readonly safety: number;
  /** There and not to be sold. */
  readonly damaged: number;
}

/** Each quantity as rows name it. */
export const QUANTITY_NAMES: Readonly<Record<keyof Quantities, StockQuantity>> = {
  onHand: 'on_hand',
  committed: 'committed',
  held: 'held',
  incoming: 'incoming',
  safety: 'safety',
  damaged: 'damaged',
};
export const QUANTITY_KEYS = Object.keys(QUANTITY_NAMES) as (keyof Quantities)[];

export const NO_UNITS: Quantities = { onHand: 0, committed: 0, held: 0, incoming: 0, safety: 0, damaged: 0 };

/** One sum for each quantity. */
export const addQuantities = (a: Quantities, b: Quantities): Quantities => combined(a, b, (x, y) => x + y);
/** What came (above 0) and went (below 0) between two states. */
export const differenceOf = (after: Quantities, before: Quantities): Quantities =>
  combined(after, before, (x, y) => x - y);
export const isUnchanged = (deltas: Quantities): boolean => QUANTITY_KEYS.every((key) => deltas[key] === 0);

/** By the names of rows; of what did not change nothing. */
export const namedDeltas = (deltas: Quantities): Partial<Record<StockQuantity, number>> =>
  Object.fromEntries(QUANTITY_KEYS.flatMap((key) => (deltas[key] === 0 ? [] : [[QUANTITY_NAMES[key], deltas[key]]])));

/** There, sound, and neither sold nor kept for somebody. Below 0 where a count found fewer than were promised. */
export const freeOf = ({ onHand, committed, held, damaged }: Quantities): number => onHand - committed - held - damaged;

/** What can be promised. Never below 0. */
export const availableOf = (level: Quantities): number => Math.max(0, freeOf(level) - level.safety);

/** The same in SQL, of a row under this name. The names may be larger together than an integer. */
export const availableOfRow = (l: string): string =>
  `greatest(0, ${l}.on_hand::int8 - ${l}.committed - ${l}.held - ${l}.damaged - ${l}.safety)::int`;

function combined(a: Quantities, b: Quantities, combine: (x: number, y: number) => number): Quantities {
  return {
    onHand: combine(a.onHand, b.onHand),
    committed: combine(a.committed, b.committed),
    held: combine(a.held, b.held),
    incoming: combine(a.incoming, b.incoming),
    safety: combine(a.safety, b.safety),
    damaged: combine(a.damaged, b.damaged),
  };
}
