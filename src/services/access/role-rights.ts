import { AccessDenied } from '../../values/access-denied.ts';
import { ALL_RIGHTS, type Right } from '../../values/rights.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { PartnerKind, Role } from '../../values/vocabulary.ts';

/** How far a right goes: `all` rows, or only `own` ones (the customer's person, the partner's orders and stores, the agent itself). */
export type Reach = 'all' | 'own';

const all = (...rights: Right[]): Partial<Record<Right, Reach>> =>
  Object.fromEntries(rights.map((right) => [right, 'all']));
const own = (...rights: Right[]): Partial<Record<Right, Reach>> =>
  Object.fromEntries(rights.map((right) => [right, 'own']));

const READS_OF_STAFF = [
  'graph:read',
  'customers:read',
  'identity:read',
  'conversations:read',
  'notes:read',
  'triage:read',
  'orders:read',
  'payments:read',
  'addresses:read',
  'catalogue:read',
  'stock:read',
  'pickups:read',
  'ledger:read',
  'agents:read',
  'routing:read',
  'context:read',
  'partners:read',
  'activity:read',
  'figures:read',
  'segments:read',
] as const satisfies readonly Right[];

/** The access table: what each role may do and how far. Every service asks it; what does not stand here is denied. */
export const ROLE_RIGHTS: Record<Role, Partial<Record<Right, Reach>>> = {
  admin: all(...ALL_RIGHTS),
  supervisor: all(
    ...READS_OF_STAFF,
    'access:read',
    'exports:read',
    'erasures:read',
    'retention:read',
    'privacy:read',
    'audit:read',
    'orders:change',
    'pickups:write',
    'quarantine:read',
    'quarantine:write',
    'messages:send',
    'notes:write',
    'conversations:write',
    'conversations:route',
    'customers:write',
    'customers:merge',
    'identity:write',
    'segments:write',
    'presence:write',
    'agents:write',
    'policies:read',
  ),
  agent: {
    ...all(
      ...READS_OF_STAFF,
      'orders:change',
      'pickups:write',
      'messages:send',
      'notes:write',
      'conversations:write',
      'conversations:route',
      'customers:write',
      'customers:merge',
    ),
    ...own('presence:write'),
  },
  bot: {
    ...all(
      'graph:read',
      'customers:read',
      'conversations:read',
      'triage:read',
      'orders:prove',
      'orders:read',
      'payments:read',
      'addresses:read',
      'catalogue:read',
      'stock:read',
      'pickups:read',
      'context:read',
      'activity:read',
      'segments:read',
      'messages:send',
      'notes:write',
      'conversations:write',
      'conversations:route',
      'pickups:write',
    ),
    ...own('webhooks:write'),
  },
  partner: {
    ...all('graph:read', 'catalogue:read'),
    ...own(
      'orders:read',
      'payments:read',
      'addresses:read',
      'stock:read',
      'pickups:read',
      'tracking:write',
      'webhooks:write',
    ),
  },
  customer: {
    ...all('graph:read', 'catalogue:read', 'stock:read'),
    ...own(
      'customers:read',
      'conversations:read',
      'orders:read',
      'payments:read',
      'addresses:read',
      'pickups:read',
      'context:read',
      'activity:read',
      'exports:read',
      'audit:read',
      'chat:write',
      'deliveries:write',
      'customers:write',
      'activity:write',
    ),
  },
  integration: {
    ...all(
      'graph:read',
      'customers:read',
      'identity:read',
      'conversations:read',
      'triage:read',
      'orders:read',
      'payments:read',
      'addresses:read',
      'catalogue:read',
      'stock:read',
      'pickups:read',
      'ledger:read',
      'partners:read',
      'activity:read',
      'segments:read',
      'messages:receive',
      'deliveries:write',
      'customers:write',
      'activity:write',
      'sessions:write',
      'orders:write',
      'pickups:write',
      'quarantine:read',
      'tracking:write',
      'stock:write',
      'catalogue:write',
      'agents:write',
      'partners:write',
    ),
    ...own('webhooks:write'),
  },
};

const OF_EVERY_PARTNER = ['graph:read', 'orders:read', 'tracking:write', 'webhooks:write'] as const;

/**
 * What a partner needs, by what it does: a carrier where its parcels go, a marketplace what its orders cost, a store what it has and hands out. Its
 * keys have this unless whoever makes them says otherwise: more, as far as the role goes, or less. Its tokens never have more.
 */
export const PARTNER_RIGHTS: Record<PartnerKind, readonly Right[]> = {
  carrier: [...OF_EVERY_PARTNER, 'addresses:read'],
  marketplace: [...OF_EVERY_PARTNER, 'payments:read'],
  store_chain: [...OF_EVERY_PARTNER, 'catalogue:read', 'stock:read', 'pickups:read'],
};

const MOST_INTERNED = 1_000;
/** Equal rights are one set: every open socket holds one. */
const interned = new Map<string, ReadonlySet<Right>>();

/** The rights of a role narrowed by scopes. Unknown scopes give nothing; an empty list gives nothing at all. */
export function rightsOf(role: Role, scopes: readonly string[]): ReadonlySet<Right> {
  const name = JSON.stringify([role, scopes]);
  let rights = interned.get(name);
  if (!rights) {
    const ofRole = ROLE_RIGHTS[role];
    rights = new Set(scopes.filter((scope): scope is Right => Object.hasOwn(ofRole, scope)));
    if (interned.size >= MOST_INTERNED) interned.clear();
    interned.set(name, rights);
  }
  return rights;
}

/** How far the viewer's right goes, or null when the viewer lacks it. */
export function reachOf(viewer: Viewer, right: Right): Reach | null {
  return viewer.rights.has(right) ? (ROLE_RIGHTS[viewer.role][right] ?? null) : null;
}

/** The reach of a right that the use case needs. Throws AccessDenied when the viewer lacks it. */
export function requireRight(viewer: Viewer, right: Right): Reach {
  const reach = reachOf(viewer, right);
  if (!reach) throw new AccessDenied(right);
  return reach;
}
