import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import { requireRight } from '../access/role-rights.ts';

/** An agent speaks of the own presence only; who leads, of everybody's. */
export function requirePresenceOf(viewer: Viewer, agentId: string): void {
  const reach = requireRight(viewer, 'presence:write');
  if (reach === 'own' && viewer.agentId !== agentId)
    throw new Refusal('NOT_ALLOWED', 'You may set your own presence only.', ['id']);
}
