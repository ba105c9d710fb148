import { checkOptionalText } from '../../values/check-text.ts';
import type { CustomerId, InboxId, VisitorSessionId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { idempotently } from '../access/idempotently.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { isRevokedBy, readRevocations } from '../access/verify-token.ts';
import { readVisitorToken, signVisitorToken, visitorPrincipal, type VisitorClaims } from '../access/visitor-token.ts';
import { identifyCustomer } from '../customers/identify-customer.ts';
import { linkVisitor } from '../customers/link-visitor.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { CONTINUED_SECONDS } from './forget-visitor-sessions.ts';

const SOURCE = 'visitor session';

export interface VisitorSessionStart {
  /** Id or external id: where chat messages of this browser go. */
  readonly inbox?: string | null;
  /** The token that the browser had before. */
  readonly visitorToken?: string | null;
  /** Who it is, as the shop says; asks the right to record customers. */
  readonly identity?: { readonly kind: IdentityKind; readonly value: string } | null;
  /** Origin of the page. */
  readonly origin?: string | null;
}

export interface StartedSession {
  readonly sessionId: VisitorSessionId;
  readonly customerId: CustomerId;
  /** Null: the session was started by an earlier call with the same idempotency key, which was told. */
  readonly token: string | null;
  readonly expiresAt: Date;
}

type Former = VisitorClaims & { readonly issuedAt: number };

/**
 * Starts or continues the session of a browser. Anonymous: a new visitor, or the one whose former token is shown; nobody is named by
 * id, so that nobody is taken over. Known: the shop says who it is; what the visitor did until then becomes that person's, and the
 * anonymous session ends.
 */
export async function startVisitorSession(
  scope: Scope,
  { installation, tokenMinutes }: { installation: Installation; tokenMinutes: number },
  input: VisitorSessionStart,
  idempotencyKey: string | null,
): Promise<StartedSession> {
  requireRight(scope.viewer, 'sessions:write');
  const isShop = reachOf(scope.viewer, 'customers:write') === 'all';
  if (input.identity && !isShop)
    throw new Refusal('NOT_ALLOWED', 'Only a key that may record customers can say who a visitor is.', ['identity']);
  const origin = checkOptionalText(input.origin, ['origin'], 300);
  const act = { mutation: 'visitorSessionStart', key: idempotencyKey, input };
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const former = input.visitorToken ? await readFormer(tx, installation, input.visitorToken) : null;
    const inboxId = input.inbox != null ? await findInbox(tx, input.inbox) : (former?.inboxId ?? null);
    if (input.identity) {
      const { customerId, personId } = await identifyCustomer(tx, {
        ...input.identity,
        verified: true,
        source: SOURCE,
      });
      if (former) await replace(tx, former, personId);
      return begin(tx, { customerId, inboxId, isKnown: true }, origin);
    }
    if (!former) return begin(tx, { customerId: null, inboxId, isKnown: false }, origin);
    if (former.isKnown && !isShop)
      throw new Refusal('NOT_ALLOWED', 'The session of a known shopper is continued by the shop.', ['visitorToken']);
    await tx.db.sql`
      update visitor_sessions set last_seen_at = ${tx.now}, inbox_id = ${inboxId} where id = ${former.sessionId}`;
    const { sessionId, customerId, isKnown } = former;
    return { sessionId, customerId, inboxId, known: isKnown ? 'yes' : null };
  });
  const issuedAt = Math.floor(scope.now.getTime() / 1_000);
  const expiresAt = issuedAt + tokenMinutes * 60;
  const claims = {
    ...{ sessionId: ids.sessionId as VisitorSessionId, customerId: ids.customerId as CustomerId },
    ...{ inboxId: ids.inboxId as InboxId | null, isKnown: ids.known !== null },
  };
  // A key that a page shows is shared by all its visitors: a repeated idempotency key must not hand out somebody's token.
  const token = replayed ? null : await signVisitorToken(installation, claims, { issuedAt, expiresAt });
  return { ...claims, token, expiresAt: new Date(expiresAt * 1_000) };
}

async function readFormer(tx: TransactionScope, installation: Installation, token: string): Promise<Former> {
  const former = await readVisitorToken(installation, token, { now: tx.now, graceSeconds: CONTINUED_SECONDS });
  const { sql } = tx.db;
  const isOver = async ({ sessionId, issuedAt }: Former) => {
    // Locked: a login and a continuation of one session come one after the other.
    const [row] = await sql`select 1 from visitor_sessions where id = ${sessionId} for update`;
    const principal = visitorPrincipal(sessionId);
    const revoked = await readRevocations(sql, [principal]);
    return !row || isRevokedBy(revoked.get(principal), issuedAt);
  };
  if (!former || (await isOver(former)))
    throw new Refusal('INVALID_INPUT', 'This token is none of ours, too old or ended. Start without it.', [
      'visitorToken',
    ]);
  return former;
}

async function findInbox(tx: TransactionScope, name: string): Promise<InboxId> {
  const [row] = await tx.db.sql<{ id: InboxId }[]>`select id from inboxes where id = ${name} or external_id = ${name}`;
  if (!row) throw new Refusal('NOT_FOUND', 'No inbox has this id or external id.', ['inbox']);
  return row.id;
}

/** Ends the session that a login takes the place of; what an anonymous visitor did becomes the person's. */
async function replace(tx: TransactionScope, former: Former, personId: CustomerId): Promise<void> {
  if (!former.isKnown) await linkVisitor(tx, former.customerId, personId);
  const principal = visitorPrincipal(former.sessionId);
  await tx.db.sql`
    insert into viewer_revocations (principal, revoked_at, revoked_by)
    values (${principal}, ${tx.now}, ${tx.viewer.principal})
    on conflict (principal) do update set revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by`;
  recordFact(tx, { type: 'viewer.revoked', streams: [stream.viewer(principal)], details: { principal } });
}

async function begin(
  tx: TransactionScope,
  { customerId: known, inboxId, isKnown }: { customerId: CustomerId | null; inboxId: InboxId | null; isKnown: boolean },
  origin: string | null,
) {
  const sessionId = newId('visitorSession');
  const customerId =
    known ?? (await identifyCustomer(tx, { kind: 'visitor_id', value: sessionId, source: SOURCE })).customerId;
  await tx.db.sql`
    insert into visitor_sessions (id, customer_id, visitor_id, inbox_id, origin, started_at, last_seen_at)
    values (${sessionId}, ${customerId}, ${isKnown ? null : sessionId}, ${inboxId}, ${origin}, ${tx.now}, ${tx.now})`;
  const principal = visitorPrincipal(sessionId);
  recordFact(tx, {
    type: 'viewer.created',
    streams: [stream.viewer(principal)],
    details: { principal, role: 'customer' },
  });
  return { sessionId, customerId, inboxId, known: isKnown ? 'yes' : null };
}
