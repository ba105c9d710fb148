import type { IncomingHttpHeaders } from 'node:http';

import type { AskedFreshness } from '../execution/read-freshness.ts';

/** With a mutation's answer, and with a query that is to see the change. */
export const TOKEN_HEADER = 'punos-consistency-token';
const STALENESS_HEADER = 'punos-max-staleness-ms';

/** How old an answer may be, over HTTP. Undefined: nothing is said of it. */
export function freshnessInHeaders(headers: IncomingHttpHeaders): AskedFreshness | undefined {
  const [consistencyToken, maxStalenessMs] = [headers[TOKEN_HEADER], headers[STALENESS_HEADER]];
  return consistencyToken === undefined && maxStalenessMs === undefined
    ? undefined
    : { consistencyToken, maxStalenessMs };
}

/** The same over a WebSocket, where an operation has no headers. */
export function freshnessInExtensions(extensions: unknown): AskedFreshness | undefined {
  if (extensions === null || typeof extensions !== 'object') return undefined;
  const { consistencyToken, maxStalenessMs } = extensions as AskedFreshness;
  return consistencyToken === undefined && maxStalenessMs === undefined
    ? undefined
    : { consistencyToken, maxStalenessMs };
}
