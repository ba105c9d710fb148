import { getArgumentValues, GraphQLObjectType } from 'graphql';

import { rootFields } from '../execution/document-shape.ts';
import { executeForEvent, type Ground } from '../execution/execute.ts';
import type { PreparedOperation } from '../execution/prepare.ts';
import { rejected } from '../execution/rejection.ts';
import { shareKeyOf } from '../execution/share-key.ts';
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
