import { createHash } from 'node:crypto';

const DAY_MS = 86_400_000;

/**
 * A moment for something whose source has no clock: the same for the same name in every import, spread over a number of days by
 * a hash, so that lists by time do not show one heap. Whole seconds.
 */
export function derivedMoment(name: string, { from, days }: { from: string; days: number }): Date {
  const number = createHash('sha256').update(name).digest().readUIntBE(0, 6);
  const offset = number % ((days * DAY_MS) / 1_000);
  return new Date(Date.parse(from) + offset * 1_000);
}

export const secondsAfter = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1_000);
