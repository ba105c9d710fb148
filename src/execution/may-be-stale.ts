import type { OperationDefinitionNode } from 'graphql';

import { reachOf } from '../services/access/role-rights.ts';
import type { Right } from '../values/rights.ts';
import { rootFields } from './document-shape.ts';
import type { PreparedOperation } from './prepare.ts';

/** They say who asks and who may what, or what stands now: an answer of yesterday would decide something today. */
const OF_THE_MOMENT = new Set(['cursor', 'viewer', 'node', 'apiKeys', 'orderByProof']);
const DECIDING: readonly Right[] = ['access:read', 'access:write'];

/**
 * The one place that says which operations a replica may answer, when their caller allows it: queries whose viewer may see every row of what they ask
 * for. Who sees only the own rows, or those assigned to it, is shown what the rows themselves say, and that is read on the primary. Who a viewer is and
 * what its rights are was decided there before.
 */
export function mayBeStale(operation: PreparedOperation): boolean {
  const { kind, viewer, document } = operation;
  if (kind !== 'query') return false;
  const { rights, viewerRelative, selectsCursor } = document.requirements(operation.operation);
  if (viewerRelative || selectsCursor || isOfTheMoment(operation)) return false;
  return [...rights.keys()].every((right) => !DECIDING.includes(right) && reachOf(viewer, right) === 'all');
}

const known = new WeakMap<OperationDefinitionNode, boolean>();

function isOfTheMoment({ document, operation }: PreparedOperation): boolean {
  let found = known.get(operation);
  if (found === undefined) {
    found = rootFields(document.document, operation).some(({ name }) => OF_THE_MOMENT.has(name.value));
    known.set(operation, found);
  }
  return found;
}
