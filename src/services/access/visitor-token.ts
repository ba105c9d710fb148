import { hkdfSync } from 'node:crypto';

import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';

import type { Db } from '../../database/open-database.ts';
import { isId, type CustomerId, type InboxId, type VisitorSessionId } from '../../values/ids.ts';
import type { Right } from '../../values/rights.ts';
import type { Installation } from '../events/installation.ts';
import { rightsOf } from './role-rights.ts';
import { isRevokedBy, readRevocations, type TokenViewer } from './verify-token.ts';

const TYPE = 'visitor+jwt';
const ALGORITHM = 'HS256';
const ISSUER = 'punos';
const LONGEST_TOKEN = 2_048;

/** What a browser may do for the customer that it speaks for. No packet: that is what the shop knows, not what the shopper asks. */
const VISITOR_RIGHTS: readonly Right[] = [
  ...(['graph:read', 'catalogue:read', 'stock:read', 'conversations:read', 'chat:write', 'deliveries:write'] as const),
  ...(['activity:read', 'activity:write'] as const),
];

/** What a visitor's token says. */
export interface VisitorClaims {
  readonly sessionId: VisitorSessionId;
  readonly customerId: CustomerId;
  /** Where chat messages of this browser go. Null: the session names none. */
  readonly inboxId: InboxId | null;
  /** True: the shop says who it is. False: a browser that nobody has named. */
  readonly isKnown: boolean;
}

export const visitorPrincipal = (sessionId: string): string => `visitor:${sessionId}`;

const keyOf = ({ secret }: Installation) => new Uint8Array(hkdfSync('sha256', secret, '', 'punos visitor tokens', 32));

/** A token that ends by itself. `seconds` since 1970. */
export function signVisitorToken(
  installation: Installation,
  { sessionId, customerId, inboxId, isKnown }: VisitorClaims,
  { issuedAt, expiresAt }: { issuedAt: number; expiresAt: number },
): Promise<string> {
  return new SignJWT({ inbox: inboxId, known: isKnown })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(customerId)
    .setJti(sessionId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(keyOf(installation));
}

/** What a token of ours says, if it ended less than so many seconds ago. Null for whatever is wrong with it. */
export async function readVisitorToken(
  installation: Installation,
  token: string,
  { now, graceSeconds }: { now: Date; graceSeconds: number },
): Promise<(VisitorClaims & { issuedAt: number; expiresAt: number }) | null> {
  if (token.length > LONGEST_TOKEN) return null;
  try {
    const { payload } = await jwtVerify(token, keyOf(installation), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      clockTolerance: graceSeconds,
      currentDate: now,
      requiredClaims: ['sub', 'jti', 'exp', 'iat'],
    });
    const { sub, jti, exp, iat, inbox, known } = payload;
    if (!isId('customer', sub!) || !isId('visitorSession', jti!)) return null;
    return {
      ...{ sessionId: jti, customerId: sub, isKnown: known === true, issuedAt: iat!, expiresAt: exp! },
      inboxId: typeof inbox === 'string' && isId('inbox', inbox) ? inbox : null,
    };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** True when the text claims to be a visitor's token; says nothing about truth. The other kind of token is never tried on it. */
export function isVisitorToken(bearer: string): boolean {
  try {
    return decodeProtectedHeader(bearer).typ === TYPE;
  } catch {
    return false;
  }
}

/** Who stands behind a visitor's token, also after a merge. Null: wrong, expired or revoked. */
export async function verifyVisitorToken(
  { sql, now }: Pick<Db, 'sql' | 'now'>,
  installation: Installation,
  token: string,
): Promise<TokenViewer | null> {
  const claims = await readVisitorToken(installation, token, { now: now(), graceSeconds: 0 });
  if (!claims || claims.expiresAt * 1000 <= now().getTime()) return null;
  const principal = visitorPrincipal(claims.sessionId);
  const revoked = await readRevocations(sql, [principal]);
  if (isRevokedBy(revoked.get(principal), claims.issuedAt)) return null;
  const { customerId, inboxId, isKnown } = claims;
  return {
    issuedAt: claims.issuedAt,
    viewer: {
      principal,
      role: 'customer',
      rights: rightsOf('customer', isKnown ? [...VISITOR_RIGHTS, 'orders:read', 'audit:read'] : VISITOR_RIGHTS),
      agentId: null,
      partnerId: null,
      customerId,
      // Whoever is at the browser of somebody else must not read that person's conversations because the two are one person now.
      isAnonymous: !isKnown,
      inboxId,
      expiresAt: new Date(claims.expiresAt * 1000),
    },
  };
}
