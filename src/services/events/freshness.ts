import type { Clocks } from './clocks.ts';
import type { SourceName } from './read-stale-since.ts';

/** How fresh what is known is: of when, from whom, and how long it took on its way. */
export interface Freshness {
  readonly asOf: Date;
  /** Null: it was not kept. */
  readonly source: SourceName | null;
  readonly sourceLagMs: number;
  readonly publishLagMs: number;
}

/** A clock that runs ahead of ours makes no lag below nothing. */
const lagMs = (from: Date, to: Date): number => Math.max(0, to.getTime() - from.getTime());

/** How fresh something is that came by these clocks from this source. */
export const freshnessOf = ({ occurredAt, receivedAt, recordedAt }: Clocks, source: SourceName | null): Freshness => ({
  asOf: occurredAt,
  source,
  sourceLagMs: lagMs(occurredAt, receivedAt),
  publishLagMs: lagMs(receivedAt, recordedAt),
});
