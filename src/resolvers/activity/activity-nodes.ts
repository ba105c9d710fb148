import { reachOf } from '../../services/access/role-rights.ts';
import { registerNode } from '../node-registry.ts';

/** How `node` finds activities. */
export function registerActivityNodes(): void {
  registerNode({
    kind: 'activity',
    type: 'Activity',
    load: async ({ scope, loaders }, id) =>
      reachOf(scope.viewer, 'activity:read') === null ? null : loaders.activity.load(id),
  });
}
