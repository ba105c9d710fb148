import { Refusal } from '../../values/refusal.ts';

/** A point on earth: degrees, WGS 84. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** A centimetre. Finer numbers mean nothing, and the finest make PostgreSQL's sine fail. */
const toCentimetre = (degrees: number) => Math.round(degrees * 1e7) / 1e7;

/** The point to the centimetre. Refuses what is no point on earth. */
export function checkPlace({ latitude, longitude }: Place, at: readonly string[]): Place {
  if (!(Math.abs(latitude) <= 90))
    throw new Refusal('INVALID_INPUT', 'Latitude is a number of degrees from -90 to 90.', [...at, 'latitude']);
  if (!(Math.abs(longitude) <= 180))
    throw new Refusal('INVALID_INPUT', 'Longitude is a number of degrees from -180 to 180.', [...at, 'longitude']);
  return { latitude: toCentimetre(latitude), longitude: toCentimetre(longitude) };
}
