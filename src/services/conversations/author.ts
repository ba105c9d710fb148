import type { Viewer } from '../../values/viewer.ts';
import type { AuthorKind } from '../../values/vocabulary.ts';

/** As whom a viewer writes. */
export function authorOf(viewer: Viewer): { kind: AuthorKind; id: string } {
  const id = viewer.agentId ?? viewer.principal;
  if (viewer.role === 'bot') return { kind: 'bot', id };
  return { kind: viewer.role === 'integration' ? 'system' : 'agent', id };
}
