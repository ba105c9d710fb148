import { checkMoment, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Scope } from '../scope.ts';

export const MOST_UNITS = 1_000_000_000;
/** A source's clock may run ahead of ours by this much; a count from further ahead would block all later ones. */
const AHEAD_MS = 5 * 60_000;

/** A count: how many units there were at a moment. A quantity that is null or absent was not counted and stays. */
export interface StockCount {
  variantId: VariantId;
  locationId: LocationId;
  /** Whole units, at least 0. */
  onHand: number;
  committed?: number | null;
  incoming?: number | null;
  safety?: number | null;
  damaged?: number | null;
  /** When the next of the incoming units are expected. Told with `incoming`. */
  incomingAt?: Date | null;
  /** The source's clock. Default: now. */
  asOf?: Date;
  /** When it reached us. Default: now. */
  receivedAt?: Date;
  source: string;
}

/** What a count may tell besides what is on hand. */
export const ALSO_COUNTED = ['committed', 'incoming', 'safety', 'damaged'] as const;

export function checkCount(scope: Scope, count: StockCount, at: readonly string[]): void {
  checkWhole(count.onHand, [...at, 'onHand'], 0, MOST_UNITS);
  for (const name of ALSO_COUNTED) if (count[name] != null) checkWhole(count[name], [...at, name], 0, MOST_UNITS);
  checkText(count.source, [...at, 'source'], 100);
  if (count.incomingAt) {
    checkMoment(count.incomingAt, [...at, 'incomingAt']);
    if (count.incoming == null)
      throw new Refusal('INVALID_INPUT', '`incomingAt` says when units come: tell `incoming`, too.', [
        ...at,
        'incomingAt',
      ]);
  }
  if (!count.asOf) return;
  checkMoment(count.asOf, [...at, 'asOf']);
  if (count.asOf.getTime() > scope.now.getTime() + AHEAD_MS)
    throw new Refusal('INVALID_INPUT', '`asOf` lies in the future. Set the clock of the source.', [...at, 'asOf']);
}
