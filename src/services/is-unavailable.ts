import postgres from 'postgres';

import { DeadlineExceeded } from '../database/deadline.ts';
import { NotAudited } from '../values/not-audited.ts';
import { OutcomeUnknown } from '../values/outcome-unknown.ts';

/** The client lost its connection or could not get one; the names are postgres.js's and Node's. */
const LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // No file descriptor, or no port, is left to connect with.
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
]);

/**
 * Statement or lock timeout, server ending or starting, too many connections, disk full, connection exceptions (class 08),
 * collisions that outlived their retries (class 40).
 */
const REFUSED = /^(57014|55P03|57P0\d|53\d{3}|08\w{3}|40001|40P01|25006)$/;

/** True when the database could not do the work now and the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DeadlineExceeded || error instanceof OutcomeUnknown || error instanceof NotAudited) return true;
  if (error instanceof postgres.PostgresError) return REFUSED.test(error.code);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && LOST.has(code);
}
