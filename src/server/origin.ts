import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when a page of this origin may open a socket: our own pages, and those of the list. Programs send no Origin. Browsers
 * open sockets to anywhere without asking, so the check is ours.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
