import type { Database } from '../../src/database/open-database.ts';
import { ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import type { Scope } from '../../src/services/scope.ts';
import type { Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import type { Role } from '../../src/values/vocabulary.ts';

/** A viewer with every right of a role, or what a test says otherwise. */
export function aViewer(role: Role, but: Partial<Viewer> = {}): Viewer {
  return {
    principal: `system:test-${role}`,
    role,
    rights: new Set(Object.keys(ROLE_RIGHTS[role]) as Right[]),
    agentId: null,
    partnerId: null,
    customerId: null,
    expiresAt: null,
    ...but,
  };
}

/** A scope for a use case. `now` stands still. */
export function aScope(database: Database, role: Role = 'admin', but: Partial<Viewer> & { now?: Date } = {}): Scope {
  const { now = new Date('2026-11-20T12:00:00.000Z'), ...viewer } = but;
  return { db: database, viewer: aViewer(role, viewer), now };
}
