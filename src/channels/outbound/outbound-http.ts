import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';

import { Agent, request } from 'undici';

import { isPublicAddress, readOpenings, type Openings } from './check-address.ts';

/** How a name becomes addresses. Tests hand in their own. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface OutboundSettings {
  /** Ranges (`10.1.0.0/16`), hosts (`bridge.internal`) and places (`bridge.internal:8443`) that may be reached although they are not on the internet. */
  readonly allow: readonly string[];
  /** True: `http:` may be spoken to everybody; else only to what `allow` opens. */
  readonly isHttpAllowed: boolean;
  /** From the first look-up to the last byte, in milliseconds. */
  readonly deadlineMs: number;
  readonly resolve?: Resolve;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** The beginning of the body, 16 KB at most. */
  readonly body: string;
}

export interface OutboundBytes {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Null: there are more than was asked for. */
  readonly bytes: Uint8Array | null;
}

export interface OutboundFile {
  readonly status: number;
  readonly contentType: string | null;
  /** Ends with an error when the whole takes longer than the deadline. Whoever stops reading hangs up. */
  readonly body: AsyncIterable<Uint8Array>;
  /** For whoever reads nothing of it. */
  hangUp(): void;
}

/** The only way of Punos to speak HTTP to somebody whose address it was told. */
export interface OutboundHttp {
  /** Posts once. Redirects are answers like any other, never followed. Throws RefusedUrl, Unreachable, TookTooLong. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<OutboundAnswer>;
  /** Gets once, with headers that are for nobody else: redirects are answers like any other. Throws as `post` does. */
  ask(url: string, headers: Readonly<Record<string, string>>, mostBytes: number): Promise<OutboundBytes>;
  /**
   * Whether a URL is one to post to, by what it says itself: nothing is looked up, nobody is asked. Throws RefusedUrl, also for an address that
   * is none of the internet's.
   */
  judge(url: string): void;
  /**
   * Gets what stands at a URL, to be read as it comes and left when it is enough. Redirects are followed a few times, each to a URL that
   * is judged like the first. Throws RefusedUrl, Unreachable, TookTooLong; reading the body may throw, too.
   */
  get(url: string): Promise<OutboundFile>;
  /**
   * An address of a host, checked as those of a URL are; for what speaks another protocol on its own few ports. Throws RefusedUrl,
   * Unreachable.
   */
  addressOf(host: string, port: number, usualPorts: ReadonlySet<number>): Promise<string>;
  close(): Promise<void>;
}

/** The URL itself is one that we never speak to: its scheme, its port, or a name and password in it. Says nothing of any network. */
export class RefusedUrl extends Error {}
/** No answer. A name that does not exist, a closed port, a filtered one and an address that is none of the internet are all this. */
export class Unreachable extends Error {}
export class TookTooLong extends Error {}

/** Ports where something else than a web server listens: mail, shells, databases, brokers, caches, orchestrators. */
const REFUSED_PORTS = new Set([
  ...[0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 87, 95, 101, 102, 103, 104, 109, 110],
  ...[
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 526, 530, 531,
  ],
  ...[532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433, 1521, 1719, 1720, 1723, 2049, 2375],
  ...[2376, 2379, 2380, 3306, 3389, 3659, 4045, 4222, 5060, 5061, 5432, 5672, 5984, 6000, 6222, 6379, 6443, 6566, 6665],
  ...[6666, 6667, 6668, 6669, 6697, 8222, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 27017, 27018],
]);

const MOST_BODY_BYTES = 16 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;
/** Names that mean this machine wherever they are looked up (RFC 6761). */
const LOCALHOST = /(?:^|\.)localhost$/;

const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

export function openOutboundHttp(settings: OutboundSettings): OutboundHttp {
  const openings = readOpenings(settings.allow);
  const resolve = settings.resolve ?? resolveByDns;

  /** All addresses of a host. One that is not on the internet condemns the name: who mixes them means no good. */
  const checkedAddresses = async (host: string) => {
    const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(host);
    if (found.length === 0) throw new Unreachable();
    if (!found.every(({ address }) => isPublicAddress(address) || openings.allowsAddress(address)))
      throw new Unreachable();
    return found;
  };

  // The address that was checked is the one that is connected to: there is no second look-up that could answer otherwise.
  const checkedLookup: LookupFunction = (hostname, options, done) => {
    checkedAddresses(hostname).then(
      (found) => (options.all ? done(null, [...found]) : done(null, found[0]!.address, found[0]!.family)),
      (error: unknown) => done(error as NodeJS.ErrnoException, []),
    );
  };
  const limits = { maxHeaderSize: 16 * 1024, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 30_000, connections: 16 };
  const connectTimeout = settings.deadlineMs;
  const guarded = new Agent({ ...limits, connect: { lookup: checkedLookup, timeout: connectTimeout } });
  const opened = new Agent({ ...limits, connect: { timeout: connectTimeout } });

  /** The agent for a URL that may be spoken to. */
  async function dispatcherFor(text: string): Promise<{ url: URL; dispatcher: Agent }> {
    const { url, isOpened } = checkUrl(text, openings, settings.isHttpAllowed);
    const host = hostOf(url);
    // A connection to a literal address asks for no look-up, so the address is judged here.
    if (!isOpened && isIP(host)) await checkedAddresses(host);
    return { url, dispatcher: isOpened ? opened : guarded };
  }

  async function get(text: string, signal = AbortSignal.timeout(settings.deadlineMs), hops = 0): Promise<OutboundFile> {
    try {
      const { url, dispatcher } = await dispatcherFor(text);
      const { statusCode, headers, body } = await request(url, { dispatcher, signal });
      const to = REDIRECTS.has(statusCode) ? [headers.location].flat()[0] : undefined;
      if (to === undefined)
        return {
          ...{ status: statusCode, contentType: [headers['content-type']].flat()[0] ?? null, body },
          hangUp: () => void leave(body),
        };
      leave(body);
      if (hops === MOST_REDIRECTS || !URL.canParse(to, url.href)) throw new RefusedUrl();
      return await get(new URL(to, url).href, signal, hops + 1);
    } catch (error) {
      if (error instanceof RefusedUrl || error instanceof TookTooLong) throw error;
      throw signal.aborted ? new TookTooLong() : new Unreachable(undefined, { cause: error });
    }
  }

  async function ask(
    text: string,
    headers: Readonly<Record<string, string>>,
    mostBytes: number,
  ): Promise<OutboundBytes> {
    const signal = AbortSignal.timeout(settings.deadlineMs);
    try {
      const { url, dispatcher } = await dispatcherFor(text);
      const answer = await request(url, { headers, dispatcher, signal });
      return {
        status: answer.statusCode,
        retryAfter: [answer.headers['retry-after']].flat()[0] ?? null,
        bytes: await upTo(answer.body, mostBytes),
      };
    } catch (error) {
      if (error instanceof RefusedUrl) throw error;
      throw signal.aborted ? new TookTooLong() : new Unreachable(undefined, { cause: error });
    }
  }

  function judge(text: string): void {
    const { url, isOpened } = checkUrl(text, openings, settings.isHttpAllowed);
    const host = hostOf(url);
    const isInside = isIP(host) ? !isPublicAddress(host) && !openings.allowsAddress(host) : LOCALHOST.test(host);
    if (!isOpened && isInside) throw new RefusedUrl();
  }

  async function post(text: string, headers: Readonly<Record<string, string>>, body: string): Promise<OutboundAnswer> {
    const signal = AbortSignal.timeout(settings.deadlineMs);
    try {
      const { url, dispatcher } = await dispatcherFor(text);
      const answer = await request(url, { method: 'POST', headers, body, dispatcher, signal });
      return {
        status: answer.statusCode,
        retryAfter: [answer.headers['retry-after']].flat()[0] ?? null,
        body: await beginningOf(answer.body),
      };
    } catch (error) {
      if (error instanceof RefusedUrl) throw error;
      throw signal.aborted ? new TookTooLong() : new Unreachable(undefined, { cause: error });
    }
  }

  return {
    post,
    ask,
    judge,
    get: (url) => get(url),
    async addressOf(host, port, usualPorts) {
      if (openings.allowsPlace(host.toLowerCase(), port)) return host;
      if (!usualPorts.has(port)) throw new RefusedUrl();
      try {
        return (await checkedAddresses(host))[0]!.address;
      } catch (error) {
        throw new Unreachable(undefined, { cause: error });
      }
    },
    async close() {
      await Promise.all([guarded.destroy(), opened.destroy()]);
    },
  };
}

function checkUrl(text: string, openings: Openings, isHttpAllowed: boolean): { url: URL; isOpened: boolean } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new RefusedUrl();
  if (url.username !== '' || url.password !== '') throw new RefusedUrl();
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const host = hostOf(url);
  if (openings.allowsPlace(host, port)) return { url, isOpened: true };
  if (REFUSED_PORTS.has(port)) throw new RefusedUrl();
  const isOpened = openings.allowsHost(host);
  const isPlainAllowed = isHttpAllowed || isOpened || openings.allowsAddress(host);
  if (url.protocol === 'http:' && !isPlainAllowed) throw new RefusedUrl();
  return { url, isOpened };
}

/** The host as a look-up and a comparison take it: no brackets, no final dot. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** Hangs up; that the rest did not come is no news to anybody. */
function leave(body: Readable): void {
  body.on('error', () => undefined);
  body.destroy();
}

/** The whole body. Null: it is longer than that. */
async function upTo(body: AsyncIterable<Buffer>, mostBytes: number): Promise<Uint8Array | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length > mostBytes) return null;
  }
  return Buffer.concat(parts);
}

/** Reads until it is enough, then hangs up: what a peer goes on to send costs us nothing. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
    if (length >= MOST_BODY_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MOST_BODY_BYTES).toString('utf8');
}
