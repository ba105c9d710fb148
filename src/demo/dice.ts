/** A die that falls the same way for the same seed. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  next: () => number;
  /** A whole number from least to most, both included. */
  whole: (least: number, most: number) => number;
  pick: <T>(from: readonly T[]) => T;
  /** True this often, from 0 to 1. */
  chance: (share: number) => boolean;
}

/** mulberry32: 32 bits of state are plenty for a demo shop. */
export function rollDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, whole, pick: (from) => from[whole(0, from.length - 1)]!, chance: (share) => next() < share };
}
