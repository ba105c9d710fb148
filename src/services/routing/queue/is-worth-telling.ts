/** Where somebody stands, as it was told. */
export interface Told {
  readonly position: number;
  /** From `toldAt` on. Null: nobody can say. */
  readonly waitSeconds: number | null;
  readonly toldAt: Date;
}

/** At the front every step counts; further back a tenth of the way. */
const FRONT = 10;
const SHARE_OF_WAY = 0.1;
/** A wait that is off by less, or by less than a fifth, is as good as it was. */
const LEAST_SECONDS = 30;
const SHARE_OF_WAIT = 0.2;

/**
 * Whether what is true now differs enough from what was told: the wait from what is left of it. Somebody who comes from place 10,000 to the front is told
 * some eighty times, whatever happens meanwhile: what telling costs grows with those who wait and not with what happens.
 */
export function isWorthTelling(before: Told | null, now: Told): boolean {
  if (before === null) return true;
  const moved = Math.abs(now.position - before.position);
  if (moved > 0 && (Math.min(now.position, before.position) <= FRONT || moved >= SHARE_OF_WAY * before.position))
    return true;
  if (now.waitSeconds === null || before.waitSeconds === null) return now.waitSeconds !== before.waitSeconds;
  const left = Math.max(0, before.waitSeconds - (now.toldAt.getTime() - before.toldAt.getTime()) / 1_000);
  return Math.abs(now.waitSeconds - left) >= Math.max(LEAST_SECONDS, SHARE_OF_WAIT * before.waitSeconds);
}
