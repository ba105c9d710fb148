import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Where the keys of an OpenID provider are. */
export interface ProviderSettings {
  readonly issuer: string;
  /** Absent: where the provider's own description says. */
  readonly jwksUrl?: string | undefined;
  /** Keys are asked for again after this long, in seconds. */
  readonly keysRefreshSeconds: number;
}

export interface ProviderKeysOptions {
  /** Milliseconds that only go forward. Default: this process's. */
  readonly clock?: () => number;
}

/** The provider could not be asked, and nothing is known of its keys. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable';
  readonly code = 'ECONNREFUSED';
}

const DESCRIPTION = '/.well-known/openid-configuration';
const DEADLINE_MS = 3_000;
const LONGEST_ANSWER = 262_144;
const MOST_KEYS = 100;
/** A token with a key that nobody knows has the keys asked for anew, this often at most: whoever makes up key ids asks the provider nothing more. */
const UNKNOWN_KEY_EVERY_MS = 10_000;
/** While the provider is out of reach its known keys go on for so long. */
const BELIEVED_MS = 86_400_000;
/** A provider may move its keys: its description is read again after so many refreshes that failed, or a day. */
const DESCRIBED_MS = 86_400_000;

interface Known {
  readonly keys: ReturnType<typeof createLocalJWKSet>;
  readonly at: number;
}

/**
 * The public keys of an OpenID provider, as `jose` asks for them. Known ones are used at once and asked for again in the background when they have
 * become old, so a key that was rotated out is refused and one that is new is found; a provider that is down takes nobody's login.
 */
export function providerKeys(
  settings: ProviderSettings,
  { clock = () => performance.now() }: ProviderKeysOptions = {},
): JWTVerifyGetKey {
  const refreshMs = settings.keysRefreshSeconds * 1_000;
  let known: Known | null = null;
  let described: { readonly url: string; readonly at: number } | null = null;
  let asking: Promise<void> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  const urlOfKeys = async (): Promise<string> => {
    if (settings.jwksUrl) return settings.jwksUrl;
    if (described && clock() - described.at < DESCRIBED_MS) return described.url;
    const url = await readDescription(settings.issuer);
    described = { url, at: clock() };
    return url;
  };
  const ask = async (): Promise<void> => {
    try {
      known = { keys: createLocalJWKSet(await readKeys(await urlOfKeys())), at: clock() };
    } catch (error) {
      described = null;
      throw error;
    }
  };
  /** All who want to know share one question. */
  const askOnce = (): Promise<void> => {
    askedAt = clock();
    return (asking ??= ask().finally(() => (asking = null)));
  };
  const age = () => (known ? clock() - known.at : Infinity);
  const mayAsk = () => asking !== null || clock() - askedAt >= Math.min(UNKNOWN_KEY_EVERY_MS, refreshMs);

  /** Keys that are too old are waited for; in an outage the known ones go on. */
  const current = async (): Promise<Known> => {
    if (age() >= refreshMs && mayAsk()) {
      const asked = askOnce();
      if (age() < 2 * refreshMs) asked.catch(() => undefined);
      else
        await asked.catch((error: unknown) => {
          if (age() >= BELIEVED_MS) throw asUnavailable(error);
        });
    }
    if (!known || age() >= BELIEVED_MS) throw asUnavailable(null);
    return known;
  };

  return async (header, token) => {
    const { keys } = await current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk()) throw error;
      // Perhaps it is newer than what is known; where the provider is down, it stays unknown.
      await askOnce().catch(() => undefined);
      return known!.keys(header, token);
    }
  };
}

const asUnavailable = (cause: unknown) =>
  new ProviderUnavailable('The keys of the OpenID provider cannot be read.', { cause });

/** What the provider says of itself: it must be the issuer that is believed, and say where its keys are. */
async function readDescription(issuer: string): Promise<string> {
  const description = (await readJson(`${issuer.replace(/\/$/, '')}${DESCRIPTION}`)) as Record<string, unknown>;
  if (description['issuer'] !== issuer)
    throw new Error(`The OpenID provider calls itself ${JSON.stringify(description['issuer'])}, not ${issuer}.`);
  const url = new URL(String(description['jwks_uri']));
  // Keys that anybody on the way can change are no keys; a provider on this machine has no way.
  if (url.protocol !== 'https:' && new URL(issuer).protocol === 'https:')
    throw new Error('The OpenID provider serves its keys without TLS.');
  return url.href;
}

async function readKeys(url: string): Promise<JSONWebKeySet> {
  const answer = (await readJson(url)) as Partial<JSONWebKeySet>;
  if (!Array.isArray(answer.keys) || answer.keys.length > MOST_KEYS)
    throw new Error('The OpenID provider answers with no list of keys, or a very long one.');
  return { keys: answer.keys };
}

/** The answer as an object. Throws for everything that is no answer: redirects, other statuses, other forms, too much, too late. */
async function readJson(url: string): Promise<object> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (response.status !== 200 || !response.body) throw new Error(`The OpenID provider answers ${response.status}.`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body) {
    parts.push(part as Uint8Array);
    length += (part as Uint8Array).length;
    if (length > LONGEST_ANSWER) throw new Error('The OpenID provider answers with too much.');
  }
  const answer: unknown = JSON.parse(Buffer.concat(parts).toString());
  if (typeof answer !== 'object' || answer === null) throw new Error('The OpenID provider answers with no object.');
  return answer;
}
