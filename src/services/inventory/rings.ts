import type { Place } from './check-place.ts';

/** A part of the earth by its distance from a point, and a box on the map in which all of it lies. */
export interface Ring {
  /** Metres, exclusive. */
  readonly inner: number;
  /** Metres, inclusive. */
  readonly outer: number;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export const EARTH_METRES = 6_371_008.8;
/** Most buyers find what they want in the first. */
const OUTER_METRES = [30_000, 300_000];
/** So that no rounding leaves out what lies on the edge. */
const MARGIN = 1.001;

const degrees = (radians: number) => (radians * 180) / Math.PI;

/** Rings around a point, from the inside out, that together reach as far as `end`; the rest of the earth lies beyond. */
export function ringsAround({ latitude, longitude }: Place): { rings: readonly Ring[]; end: number } {
  const rings = OUTER_METRES.map((outer, i) => {
    const angle = (outer * MARGIN) / EARTH_METRES;
    const [south, north] = [latitude - degrees(angle), latitude + degrees(angle)];
    // The widest place of a circle on a sphere lies a little towards the pole. None where the pole is inside.
    const ratio = Math.sin(angle) / Math.cos((latitude * Math.PI) / 180);
    const wide = south <= -90 || north >= 90 || ratio >= 1 ? 180 : degrees(Math.asin(ratio));
    const isWhole = longitude - wide < -180 || longitude + wide > 180;
    return {
      ...{ inner: i === 0 ? -1 : OUTER_METRES[i - 1]!, outer, south, north },
      // Where the date line is near, the whole belt is looked through.
      ...(isWhole ? { west: -180, east: 180 } : { west: longitude - wide, east: longitude + wide }),
    };
  });
  return { rings, end: OUTER_METRES.at(-1)! };
}
