import { decodeConsistencyToken } from '../services/events/consistency-token.ts';
import type { Installation } from '../services/events/installation.ts';
import type { Freshness } from '../values/freshness.ts';
import { rejected } from './rejection.ts';

/** How old an answer may be, as a transport received it; nothing of it is trusted. */
export interface AskedFreshness {
  readonly consistencyToken?: unknown;
  readonly maxStalenessMs?: unknown;
}

const MOST_STALENESS_MS = 3_600_000;

/**
 * What a caller allows. Null: the primary answers. A token of a database that was restored since names a place that nobody can compare: the
 * primary answers too. Throws a Rejection when it is nonsense.
 */
export function readFreshness(
  installation: Installation,
  { consistencyToken, maxStalenessMs }: AskedFreshness,
): Freshness | null {
  const allowedMs = maxStalenessMs == null ? null : readMaxStaleness(maxStalenessMs);
  const position = consistencyToken == null ? null : readToken(installation, consistencyToken);
  if (position === 'other-epoch' || allowedMs === 0) return null;
  return position === null && allowedMs === null ? null : { position, maxStalenessMs: allowedMs };
}

function readMaxStaleness(given: unknown): number {
  const isWhole = typeof given === 'number' || (typeof given === 'string' && /^\d{1,9}$/.test(given));
  const value = isWhole ? Number(given) : Number.NaN;
  if (Number.isInteger(value) && value >= 0 && value <= MOST_STALENESS_MS) return value;
  throw rejected(
    'BAD_REQUEST',
    `\`Punos-Max-Staleness-Ms\` (over a WebSocket \`maxStalenessMs\`) is a whole number of milliseconds, 0 to ${MOST_STALENESS_MS}.`,
  );
}

function readToken(installation: Installation, given: unknown): number | 'other-epoch' {
  const position = typeof given === 'string' ? decodeConsistencyToken(installation, given) : 'malformed';
  if (position === 'malformed')
    throw rejected('BAD_REQUEST', 'The consistency token is none that this server gave. Send it as it came, or none.');
  return position;
}
