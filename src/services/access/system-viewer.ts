import { ALL_RIGHTS } from '../../values/rights.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Role } from '../../values/vocabulary.ts';
import { rightsOf } from './role-rights.ts';

/** Punos itself at work: all rights of a role, nobody’s key. `what` names the work in the journal, as the actor of its events. */
export function systemViewer(what: string, role: Role = 'admin'): Viewer {
  return {
    principal: `system:${what}`,
    role,
    rights: rightsOf(role, ALL_RIGHTS),
    agentId: null,
    partnerId: null,
    customerId: null,
    expiresAt: null,
  };
}
