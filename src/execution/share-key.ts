import { hash } from 'node:crypto';

import { Kind, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';

import { rootFields } from './document-shape.ts';
import type { PreparedOperation } from './prepare.ts';

type Shared = Pick<PreparedOperation, 'document' | 'operation' | 'variables' | 'rightsClass'>;

/**
 * Equal for subscriptions whose payloads are equal bytes: one execution serves all of them. The place where a reader begins changes
 * nothing of what an event looks like: it stays out of the key. A digest, because the text of a document is long and every group would
 * hold one.
 */
export function shareKeyOf(operation: Shared): string {
  const place = placeVariable(operation);
  const variables = Object.fromEntries(
    Object.entries(operation.variables)
      .filter(([name]) => name !== place)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const { rightsClass, document } = operation;
  const name = operation.operation.name?.value ?? null;
  return hash('sha256', JSON.stringify([rightsClass, name, variables, document.text]), 'base64url');
}

const places = new WeakMap<OperationDefinitionNode, string | null>();

/** Looked for once in a document, and not for each of the thousands who subscribe with it. */
function placeVariable({ document: { document }, operation }: Shared): string | null {
  const known = places.get(operation);
  if (known !== undefined) return known;
  const found = findPlaceVariable(document, operation);
  places.set(operation, found);
  return found;
}

/** The variable that the root field takes as `after`, unless something else uses it too. */
function findPlaceVariable(document: DocumentNode, operation: OperationDefinitionNode): string | null {
  const [node] = rootFields(document, operation);
  const value = node?.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: (variable) => {
      if (variable.name.value === name) uses += 1;
    },
  });
  return uses === 1 ? name : null;
}
