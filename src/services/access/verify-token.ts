import { base64url, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

import type { Db, Sql } from '../../database/open-database.ts';
import type { AgentId, CustomerId, PartnerId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import type { Right } from '../../values/rights.ts';
import type { Viewer } from '../../values/viewer.ts';
import { hasRepeatedNames } from '../../values/has-repeated-names.ts';
import type { IdentityKind, PartnerKind, Role } from '../../values/vocabulary.ts';
import { keyedHash, type Installation } from '../events/installation.ts';
import { providerKeys, type ProviderSettings } from './provider-keys.ts';
import { purposesOfToken, rightsServing } from './purposes.ts';
import { PARTNER_RIGHTS, rightsOf, ROLE_RIGHTS } from './role-rights.ts';
import { identityIn, roleIn, scopesIn, type ClaimSettings } from './token-claims.ts';

export interface TokenSettings extends ProviderSettings, ClaimSettings {
  /** What tokens must be made for. */
  readonly audience: string;
}

/** A verified token. */
export interface TokenViewer {
  viewer: Viewer;
  /** Seconds since 1970: a revocation at or after it kills the token. */
  issuedAt: number;
}

// Public keys only: with a symmetric algorithm in the list, a published key could sign.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
const LONGEST_TOKEN = 8_192;
const CLOCK_TOLERANCE_SECONDS = 30;

/** Makes the check of tokens of one issuer. Null for whatever is wrong with a token; throws only when the keys are out of reach. */
export function tokenVerifier(
  settings: TokenSettings,
  installation: Installation,
  keys: JWTVerifyGetKey = providerKeys(settings),
): (db: Pick<Db, 'sql' | 'now'>, token: string) => Promise<TokenViewer | null> {
  return async ({ sql, now }, token) => {
    if (token.length > LONGEST_TOKEN) return null;
    const claims = await verified(token, settings, keys, now());
    if (!claims) return null;
    const { sub, exp, iat } = claims;
    // Clocks may differ by the tolerance for "not yet"; an end is an end. A token from later would outlive each revocation until then.
    const nowMs = now().getTime();
    if (!sub || exp === undefined || iat === undefined || exp * 1000 <= nowMs) return null;
    if (iat * 1000 > nowMs + CLOCK_TOLERANCE_SECONDS * 1000) return null;
    const role = roleIn(claims, settings);
    if (!role) return null;
    const found = await identify(sql, role, settings, identityIn(claims, settings));
    // A customer or partner that nobody knows has nothing of its own to see.
    if (!found) return null;
    const { partnerKind, ...identity } = found;
    const principal = `jwt:${keyedHash(installation, 'principal', `${settings.issuer}\n${sub}`)}`;
    if (await isRevoked(sql, principal, iat)) return null;
    const purposes = purposesOfToken(role, claims['purposes']);
    const scopes = scopesIn(claims, settings) ?? Object.keys(ROLE_RIGHTS[role]);
    const rights = rightsOf(role, grantedBy(scopes, partnerKind));
    return {
      issuedAt: iat,
      viewer: {
        principal,
        role,
        rights: rightsServing(rights, purposes),
        purposes,
        ...identity,
        expiresAt: new Date(exp * 1000),
      },
    };
  };
}

async function verified(
  token: string,
  settings: TokenSettings,
  keys: JWTVerifyGetKey,
  now: Date,
): Promise<JWTPayload | null> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer: settings.issuer,
      audience: settings.audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    if (!TYPES.has((protectedHeader.typ ?? '').toLowerCase())) return null;
    return token.split('.', 2).some((part) => hasRepeatedNames(textOf(part))) ? null : payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

const textOf = (part: string) => Buffer.from(base64url.decode(part)).toString();

/** Rights that were one right before. Scopes of tokens are given out elsewhere: what was given there means what it meant then. */
const PARTS: ReadonlyMap<string, readonly Right[]> = new Map<string, readonly Right[]>([
  ['payments:read', ['addresses:read']],
  ['customers:read', ['pickups:read']],
]);

/** What the scopes of a token give. A partner's token has what its kind needs and no more: nobody here has granted it more. */
const grantedBy = (scopes: readonly string[], partnerKind: PartnerKind | null): readonly string[] =>
  partnerKind
    ? PARTNER_RIGHTS[partnerKind].filter((right) => scopes.includes(right))
    : scopes.flatMap((scope) => [scope, ...(PARTS.get(scope) ?? [])]);

interface Identity {
  agentId: AgentId | null;
  partnerId: PartnerId | null;
  customerId: CustomerId | null;
  partnerKind: PartnerKind | null;
}
const NOBODY: Identity = { agentId: null, partnerId: null, customerId: null, partnerKind: null };

async function identify(sql: Sql, role: Role, settings: TokenSettings, claim: string | null): Promise<Identity | null> {
  if (role !== 'agent' && role !== 'partner' && role !== 'customer') return NOBODY;
  if (claim === null) return null;
  if (role === 'agent') {
    const [row] = await sql<{ id: AgentId }[]>`select id from agents where external_id = ${claim}`;
    return row ? { ...NOBODY, agentId: row.id } : null;
  }
  if (role === 'partner') {
    const [row] = await sql<{ id: PartnerId; kind: PartnerKind }[]>`
      select id, kind from partners where external_id = ${claim}`;
    return row ? { ...NOBODY, partnerId: row.id, partnerKind: row.kind } : null;
  }
  const normalized = settings.identityKind === 'email' ? claim.trim().toLowerCase() : claim;
  const key = matchKeyOf(settings.identityKind as IdentityKind, normalized);
  const [row] = await sql<{ customerId: CustomerId }[]>`
    select customer_id from identities where kind = ${settings.identityKind} and coalesce(match_key, normalized) = ${key}`;
  return row ? { ...NOBODY, customerId: row.customerId } : null;
}

async function isRevoked(sql: Sql, principal: string, issuedAt: number): Promise<boolean> {
  const revoked = await readRevocations(sql, [principal]);
  return isRevokedBy(revoked.get(principal), issuedAt);
}

/** When each of these principals was revoked, in one statement. */
export async function readRevocations(sql: Sql, principals: readonly string[]): Promise<Map<string, Date>> {
  if (principals.length === 0) return new Map();
  const rows = await sql<{ principal: string; revokedAt: Date }[]>`
    select principal, revoked_at from viewer_revocations where principal = any(${principals as string[]}::text[])`;
  return new Map(rows.map((row) => [row.principal, row.revokedAt]));
}

/** `iat` has whole seconds: a token of the very second of the revocation counts as older. */
export const isRevokedBy = (revokedAt: Date | undefined, issuedAt: number): boolean =>
  revokedAt !== undefined && issuedAt * 1000 <= revokedAt.getTime();
