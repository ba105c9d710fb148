import type { Purpose } from '../values/consents.ts';
import type { Right } from '../values/rights.ts';
import type { Viewer } from '../values/viewer.ts';
import type { Role } from '../values/vocabulary.ts';

const sorted = new WeakMap<ReadonlySet<Right>, string>();

/** The rights of a viewer as one text, equal for equal rights. */
export function rightsText(viewer: Viewer): string {
  const known = sorted.get(viewer.rights);
  if (known !== undefined) return known;
  const text = [...viewer.rights].sort().join(' ');
  sorted.set(viewer.rights, text);
  return text;
}

const classes = new WeakMap<ReadonlySet<Right>, Partial<Record<Role, string>>>();

/** One text for all viewers of a class: thousands of subscriptions hold it. */
function sharedClassOf({ role, rights, purposes }: Viewer, text: string): string {
  const ofRights = classes.get(rights) ?? {};
  classes.set(rights, ofRights);
  const shared = (ofRights[role] ??= `${role}|${text}`);
  return purposes ? classFor(purposes, shared) : shared;
}

const classesFor = new WeakMap<ReadonlySet<Purpose>, Map<string, string>>();

/** What a viewer sees of a person depends on what it looks for. */
function classFor(purposes: ReadonlySet<Purpose>, shared: string): string {
  const ofPurposes = classesFor.get(purposes) ?? new Map<string, string>();
  classesFor.set(purposes, ofPurposes);
  const known = ofPurposes.get(shared) ?? `${shared}|for ${[...purposes].sort().join(' ')}`;
  ofPurposes.set(shared, known);
  return known;
}

/**
 * Viewers of one class get the same bytes for the same document. A customer and a partner see their own rows only, and some
 * documents ask about the viewer itself: those are classes of one. What a viewer looks for is part of its class, and whom it speaks for beside its principal,
 * because the tokens of one subject may name another customer each.
 */
export function rightsClassOf(viewer: Viewer, viewerRelative: boolean): string {
  const shared = sharedClassOf(viewer, rightsText(viewer));
  if (!viewerRelative && viewer.role !== 'customer' && viewer.role !== 'partner') return shared;
  const { principal, agentId, partnerId, customerId, inboxId = null } = viewer;
  return `${shared}|${JSON.stringify([principal, agentId, partnerId, customerId, inboxId])}`;
}
