import type { Right } from '../values/rights.ts';
import type { Viewer } from '../values/viewer.ts';

const sorted = new WeakMap<ReadonlySet<Right>, string>();

/** The rights of a viewer as one text, equal for equal rights. */
export function rightsText(viewer: Viewer): string {
  const known = sorted.get(viewer.rights);
  if (known !== undefined) return known;
  const text = [...viewer.rights].sort().join(' ');
  sorted.set(viewer.rights, text);
  return text;
}

/**
 * Viewers of one class get the same bytes for the same document. A customer and a partner see their own rows only, and some
 * documents ask about the viewer itself: those are classes of one.
 */
export function rightsClassOf(viewer: Viewer, viewerRelative: boolean): string {
  const shared = `${viewer.role}|${rightsText(viewer)}`;
  const alone = viewerRelative || viewer.role === 'customer' || viewer.role === 'partner';
  return alone ? `${shared}|${viewer.principal}` : shared;
}
