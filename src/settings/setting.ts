import { hostsOf, urlOfHost } from '../database/database-hosts.ts';
import { NOTICE_KINDS } from '../values/notices.ts';
import { ROLES } from '../values/vocabulary.ts';

/** How one environment variable becomes a value, and what docs say of it. */
export interface Setting<T> {
  name: string;
  /** What the documentation shows as default. */
  shownDefault: string;
  description: string;
  /** The value when the variable is absent or empty. */
  fallback: T;
  /** Throws a sentence part ("must be …") when the text is no such value. Never repeats the text: it may be a secret. */
  parse: (text: string) => T;
}

/** As long as a caller may be kept waiting for anything. */
export const TEN_MINUTES_IN_MS = 600_000;

interface Bounds {
  min: number;
  max: number;
}

export function integer(name: string, fallback: number, { min, max }: Bounds, description: string): Setting<number> {
  const parse = (text: string) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new Error(`must be a whole number from ${min} to ${max}`);
  };
  return { name, fallback, shownDefault: String(fallback), description: `${description} ${min} to ${max}.`, parse };
}

export function text(name: string, fallback: string, description: string): Setting<string> {
  return { name, fallback, shownDefault: fallback, description, parse: (value) => value };
}

export function optionalText(name: string, description: string): Setting<string | undefined> {
  return { name, fallback: undefined, shownDefault: 'absent', description, parse: (value) => value };
}

export function choice<const T extends string>(
  name: string,
  of: readonly T[],
  fallback: T,
  description: string,
): Setting<T> {
  const parse = (value: string) => {
    const found = of.find((word) => word === value);
    if (found === undefined) throw new Error(`must be one of ${of.join(', ')}`);
    return found;
  };
  return { name, fallback, shownDefault: fallback, description: `${description} One of ${of.join(', ')}.`, parse };
}

export function list(name: string, each: (entry: string) => string, description: string): Setting<readonly string[]> {
  const parse = (value: string) =>
    Object.freeze(
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '')
        .map(each),
    );
  return { name, fallback: Object.freeze([]), shownDefault: 'none', description, parse };
}

/** A list that is not empty when nothing is said. */
export function listOr(
  name: string,
  fallback: readonly string[],
  each: (entry: string) => string,
  description: string,
): Setting<readonly string[]> {
  return {
    ...list(name, each, description),
    fallback: Object.freeze([...fallback]),
    shownDefault: fallback.join(', '),
  };
}

export function optionalUrl(
  name: string,
  protocols: readonly string[],
  description: string,
): Setting<string | undefined> {
  const parse = (value: string) => {
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    throw new Error(`must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
  };
  return { name, fallback: undefined, shownDefault: 'absent', description, parse };
}

/** An address of a PostgreSQL; of several hosts, comma separated, the one that may be written to is used. */
export function databaseUrl(name: string, description: string): Setting<string | undefined> {
  const one = optionalUrl(name, ['postgres:', 'postgresql:'], description);
  const parse = (value: string) => {
    const hosts = hostsOf(value);
    for (const host of hosts.length > 1 ? hosts : []) one.parse(urlOfHost(value, host));
    return hosts.length > 1 ? value : one.parse(value);
  };
  return { ...one, parse };
}

/** An address of one PostgreSQL. */
export function replicaUrl(entry: string): string {
  if (URL.canParse(entry) && ['postgres:', 'postgresql:'].includes(new URL(entry).protocol)) return entry;
  throw new Error('must list addresses such as postgres://user:password@replica:5432/punos');
}

/** An origin as browsers send it; anything longer would silently never match. */
export function exactOrigin(entry: string): string {
  if (URL.canParse(entry) && new URL(entry).origin === entry) return entry;
  throw new Error('must list exact origins such as https://shop.example, without path or final slash');
}

export function proxyAddress(entry: string): string {
  if (/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(entry)) return entry;
  throw new Error('must list addresses or ranges of proxies, such as 10.0.0.5 or 10.0.0.0/8');
}

/** A range of addresses, or a name or address with its port. */
export function opening(entry: string): string {
  if (/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(entry) || /^[0-9a-zA-Z.:_-]+:\d{1,5}$/.test(entry)) return entry;
  throw new Error('must list ranges such as 10.1.0.0/16 and places such as bridge.internal:8443');
}

/** The same, or a name or address alone. */
export function openingOrHost(entry: string): string {
  if (/^[0-9a-zA-Z.:_-]+$/.test(entry)) return entry;
  return opening(entry);
}

export function role(entry: string): string {
  if (!(ROLES as readonly string[]).includes(entry)) throw new Error(`must name roles: ${ROLES.join(', ')}`);
  return entry;
}

/** What somebody else calls a role of ours. */
export function roleName(entry: string): string {
  const cut = entry.lastIndexOf('=');
  if (cut < 1) throw new Error('must list names with our roles, such as support=agent');
  role(entry.slice(cut + 1));
  return entry;
}

export function noticeKind(entry: string): string {
  if (!(['none', ...NOTICE_KINDS] as readonly string[]).includes(entry))
    throw new Error(`must list ${NOTICE_KINDS.join(', ')}, or be none`);
  return entry;
}

/** A media type such as `application/pdf`; in lower case. */
export function mediaType(entry: string): string {
  if (/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i.test(entry)) return entry.toLowerCase();
  throw new Error('must list media types such as image/png');
}

/** Where a NATS server is, perhaps with a user and a password, or a token. */
export function natsAddress(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : null;
  if (url?.host && ['nats:', 'tls:'].includes(url.protocol) && /^\/?$/.test(url.pathname)) return entry;
  throw new Error('must list addresses such as nats://nats-1:4222 or tls://user:password@nats-1:4222');
}
