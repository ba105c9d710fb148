import type { JWTPayload } from 'jose';

import { ROLES, type Role } from '../../values/vocabulary.ts';

/** Where a provider says what we ask of a token. Names of claims, or ways to them: `realm_access.roles`. */
export interface ClaimSettings {
  readonly roleClaim: string;
  /** What the provider calls our roles. Empty: as we do, one text. */
  readonly roleNames: ReadonlyMap<string, Role>;
  readonly scopeClaim: string;
  /** What stands before our scopes in the provider's. */
  readonly scopePrefix: string;
  /** What a token without the scope claim may do: nothing, or all that its role may. */
  readonly withoutScopes: 'nothing' | 'role';
  readonly identityClaim: string;
  /** Kind of identity that the claim holds. */
  readonly identityKind: string;
}

/** A claim by its name, or by the way to it through objects. A name with dots wins over a way. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/**
 * The role of a token. Null: it has none of ours, or more than one: nobody here chooses which was meant. A list is read only where the
 * provider's names are mapped.
 */
export function roleIn(claims: JWTPayload, { roleClaim, roleNames }: ClaimSettings): Role | null {
  const claim = claimAt(claims, roleClaim);
  if (roleNames.size === 0) return ROLES.find((role) => role === claim) ?? null;
  const named = new Set(
    (Array.isArray(claim) ? claim : [claim]).flatMap((name) => roleNames.get(name as string) ?? []),
  );
  const [role, ...others] = named;
  return others.length > 0 ? null : (role ?? null);
}

/** The scopes of a token, in our words. Null: all that the role may. Anything but a text or a list of texts is no scope at all. */
export function scopesIn(
  claims: JWTPayload,
  { scopeClaim, scopePrefix, withoutScopes }: ClaimSettings,
): readonly string[] | null {
  const claim = claimAt(claims, scopeClaim);
  if (claim === undefined && withoutScopes === 'role') return null;
  const given =
    typeof claim === 'string'
      ? claim.split(' ')
      : Array.isArray(claim)
        ? claim.filter((one) => typeof one === 'string')
        : [];
  return given.flatMap((scope) => (scope.startsWith(scopePrefix) ? [scope.slice(scopePrefix.length)] : []));
}

const LONGEST_IDENTITY = 400;

/** Whom a token speaks for. Null: it says nobody, or an address that the provider itself has not made sure of. */
export function identityIn(claims: JWTPayload, { identityClaim, identityKind }: ClaimSettings): string | null {
  const claim = claimAt(claims, identityClaim);
  if (typeof claim !== 'string' || claim === '' || claim.length > LONGEST_IDENTITY || claim.includes('\0')) return null;
  if (identityKind === 'email' && claims['email_verified'] === false) return null;
  return claim;
}
