import type { Place } from './check-place.ts';

export const EARTH_METRES = 6_371_008.8;
/** So that no rounding leaves out what lies on the edge. */
const MARGIN = 1.001;

/** Degrees of longitude and latitude: `[west, south, east, north]`. */
export type Box = readonly [west: number, south: number, east: number, north: number];

const degrees = (radians: number) => (radians * 180) / Math.PI;

/** A box on the map in which everything lies that is no farther from a point than this. */
export function boxAround({ latitude, longitude }: Place, metres: number): Box {
  const angle = (metres * MARGIN) / EARTH_METRES;
  const [south, north] = [latitude - degrees(angle), latitude + degrees(angle)];
  // The widest place of a circle on a sphere lies a little towards the pole. None where the pole is inside.
  const ratio = Math.sin(angle) / Math.cos((latitude * Math.PI) / 180);
  const wide = south <= -90 || north >= 90 || ratio >= 1 ? 180 : degrees(Math.asin(ratio));
  // Where the date line is near, the whole belt is looked through.
  const isWhole = longitude - wide < -180 || longitude + wide > 180;
  return isWhole ? [-180, south, 180, north] : [longitude - wide, south, longitude + wide, north];
}
