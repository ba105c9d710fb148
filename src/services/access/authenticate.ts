import { hash } from 'node:crypto';

import type { Db } from '../../database/open-database.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Installation } from '../events/installation.ts';
import { gather } from '../gather.ts';
import { hashOfSecret, isKeySecret } from './key-secret.ts';
import type { KeyUse } from './key-use.ts';
import { readKeyViewersByHash, readLiveKeys, type LiveKey } from './read-key-viewer.ts';
import { isRevokedBy, readRevocations, tokenVerifier, type TokenSettings } from './verify-token.ts';
import { isVisitorToken, verifyVisitorToken } from './visitor-token.ts';

/** Who stands behind a key or a token, as it was when it was last looked at. */
export interface Session {
  readonly viewer: Viewer;
  /** Of a token, in seconds; null for a key. */
  readonly issuedAt: number | null;
  /** Hash of the secret that opened it; null for a token. */
  readonly secret: string | null;
}

export interface Authenticator {
  /** The session of a bearer text. Null: unknown, wrong, expired or revoked; all alike. */
  authenticate(bearer: string): Promise<Session | null>;
  /**
   * Looks at many sessions again in two statements: what each is now, null when it has ended. A rule changed by hand in the database shows here.
   * Those that go on are believed without a look of their own until they are looked at again.
   */
  recheck(sessions: readonly Session[]): Promise<(Session | null)[]>;
  /** Forgets what is remembered of a principal: its key or rights changed. */
  forget(principal: string): void;
}

interface Remembered {
  until: number;
  readonly session: Promise<Session | null>;
  principal: string | null;
}

/** An answer is believed for at most this long without a look at the database. */
const REMEMBERED_MS = 1_000;
/** Of who is looked at each second with all others, the last look counts: longer, because one of them may come late. */
const CONFIRMED_MS = 3_000;
const MOST_REMEMBERED = 10_000;
const MOST_AT_ONCE = 1_000;

export interface AuthenticatorOptions {
  /** Default: by the settings. */
  readonly verifyToken?: ReturnType<typeof tokenVerifier> | null;
  /** Told of each key that comes. Default: nobody is. */
  readonly keyUse?: KeyUse;
}

export function openAuthenticator(
  db: Pick<Db, 'sql' | 'now'>,
  installation: Installation,
  tokens: TokenSettings | null,
  { verifyToken = tokens ? tokenVerifier(tokens, installation) : null, keyUse }: AuthenticatorOptions = {},
): Authenticator {
  const { sql } = db;
  const remembered = new Map<string, Remembered>();
  const entryOf = new WeakMap<Session, Remembered>();

  // A crowd that comes back with a key each asks once, and not a thousand times.
  const viewerOfKey = gather((hashes: readonly Buffer[]) => readKeyViewersByHash(sql, hashes), MOST_AT_ONCE);

  const look = async (bearer: string): Promise<Session | null> => {
    if (isKeySecret(bearer)) {
      const hash = hashOfSecret(bearer);
      const viewer = await viewerOfKey(hash);
      return viewer && { viewer, issuedAt: null, secret: hash.toString('hex') };
    }
    // Each kind of token is tried by its own rules alone: what one signs, the other never believes.
    const verified = isVisitorToken(bearer)
      ? await verifyVisitorToken(db, installation, bearer)
      : await verifyToken?.(db, bearer);
    return verified ? { ...verified, secret: null } : null;
  };

  const stillValid = (session: Session | null): Session | null =>
    session?.viewer.expiresAt && session.viewer.expiresAt <= db.now() ? null : session;

  return {
    async authenticate(bearer) {
      const name = hash('sha256', bearer, 'base64url');
      const known = remembered.get(name);
      if (known && performance.now() < known.until) return stillValid(await known.session);
      const entry: Remembered = { until: performance.now() + REMEMBERED_MS, session: look(bearer), principal: null };
      remembered.delete(name);
      remembered.set(name, entry);
      if (remembered.size > MOST_REMEMBERED) {
        const [oldest] = remembered.keys();
        if (oldest !== undefined) remembered.delete(oldest);
      }
      try {
        const session = await entry.session;
        entry.principal = session?.viewer.principal ?? null;
        if (session) entryOf.set(session, entry);
        if (session?.secret) keyUse?.used(session.viewer.principal);
        return stillValid(session);
      } catch (error) {
        // A failure is not an answer: the next one asks again.
        if (remembered.get(name) === entry) remembered.delete(name);
        throw error;
      }
    },
    async recheck(sessions) {
      const of = (isToken: boolean) => [
        ...new Set(
          sessions.filter((each) => (each.issuedAt !== null) === isToken).map((each) => each.viewer.principal),
        ),
      ];
      const [keys, revocations] = await Promise.all([readLiveKeys(sql, of(false)), readRevocations(sql, of(true))]);
      const until = performance.now() + CONFIRMED_MS;
      return sessions.map((session) => {
        const { principal } = session.viewer;
        const isRevoked = isRevokedBy(revocations.get(principal), session.issuedAt ?? 0);
        const now =
          session.secret !== null ? underSecret(session, keys.get(principal)) : isRevoked ? null : stillValid(session);
        const entry = entryOf.get(session);
        if (now && entry) entry.until = until;
        return now ?? null;
      });
    },
    forget(principal) {
      // An answer that is still on its way may have been read before the change: it goes too.
      for (const [name, entry] of remembered)
        if (entry.principal === principal || entry.principal === null) remembered.delete(name);
    },
  };
}

/** A session of a key as it is now. Null: the key has ended, or the secret that opened the session. */
const underSecret = ({ secret }: Session, key: LiveKey | undefined): Session | null =>
  key?.secrets.includes(secret!) ? { viewer: key.viewer, issuedAt: null, secret } : null;
