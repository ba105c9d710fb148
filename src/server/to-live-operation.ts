import { hash } from 'node:crypto';

import { getArgumentValues, GraphQLObjectType, Kind, visit } from 'graphql';

import { rootFields } from '../execution/document-shape.ts';
import { executeForEvent, type Ground } from '../execution/execute.ts';
import type { PreparedOperation } from '../execution/prepare.ts';
import { rejected } from '../execution/rejection.ts';
import type { LiveOperation } from '../live/live-operation.ts';

/** What the live edge needs of a prepared subscription. `after` is a transport's own place (Last-Event-ID) and wins over the argument. */
export function toLiveOperation(
  ground: Ground,
  operation: PreparedOperation,
  requestId: string,
  after: string | null = null,
): LiveOperation {
  const { document } = operation.document;
  const [node] = rootFields(document, operation.operation);
  const type = ground.schema.getSubscriptionType();
  const definition = type instanceof GraphQLObjectType && node ? type.getFields()[node.name.value] : undefined;
  if (!node || !definition || node.directives?.length)
    throw rejected('BAD_REQUEST', 'A subscription has one field at its top, without directives.');
  const args = getArgumentValues(definition, node, operation.variables);
  return {
    viewer: operation.viewer,
    field: definition.name,
    args: after === null ? args : { ...args, after },
    shareKey: shareKeyOf(operation),
    sections: operation.sections,
    execute: (payload) => executeForEvent(ground, operation, payload, requestId),
  };
}

/**
 * The place where a reader begins changes nothing of what an event looks like: it stays out of the key. A digest, because the text of a
 * document is long and every group and its readers would hold one.
 */
function shareKeyOf(operation: PreparedOperation): string {
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

/** The variable that the root field takes as `after`, unless something else uses it too. */
function placeVariable(operation: PreparedOperation): string | null {
  const [node] = rootFields(operation.document.document, operation.operation);
  const value = node?.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  let uses = 0;
  visit(operation.document.document, {
    VariableDefinition: () => false,
    Variable: (variable) => {
      if (variable.name.value === name) uses += 1;
    },
  });
  return uses === 1 ? name : null;
}
