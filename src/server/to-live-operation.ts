import { getArgumentValues, GraphQLObjectType } from 'graphql';

import { rootFields } from '../execution/document-shape.ts';
import { executeForEvent, type Executable, type Ground } from '../execution/execute.ts';
import type { PreparedOperation } from '../execution/prepare.ts';
import { rejected } from '../execution/rejection.ts';
import { shareKeyOf } from '../execution/share-key.ts';
import type { LiveOperation, Shows } from '../live/live-operation.ts';

/**
 * What the live edge needs of a prepared subscription. `after` is a transport's own place (Last-Event-ID) and wins over the argument.
 * `requestIdOf` names the request, should an error have to.
 */
export function toLiveOperation(
  ground: Ground,
  operation: PreparedOperation,
  requestIdOf: () => string,
  after: string | null = null,
): LiveOperation {
  const { document } = operation.document;
  const [node] = rootFields(document, operation.operation);
  const type = ground.schema.getSubscriptionType();
  const definition = type instanceof GraphQLObjectType && node ? type.getFields()[node.name.value] : undefined;
  if (!node || !definition || node.directives?.length)
    throw rejected('BAD_REQUEST', 'A subscription has one field at its top, without directives.');
  const args = getArgumentValues(definition, node, operation.variables);
  return new PreparedSubscription(ground, operation, {
    field: definition.name,
    args: after === null ? args : { ...args, after },
    requestIdOf,
  });
}

/** Stays as long as somebody is subscribed, ten thousand times: it has what it takes to run, and nothing that was good for the beginning. */
class PreparedSubscription implements LiveOperation, Executable {
  readonly viewer: PreparedOperation['viewer'];
  readonly field: string;
  readonly args: LiveOperation['args'];
  readonly document: PreparedOperation['document'];
  readonly operation: PreparedOperation['operation'];
  readonly rawVariables: PreparedOperation['rawVariables'];
  readonly variables: PreparedOperation['variables'];
  readonly sections: PreparedOperation['sections'];
  readonly dataClasses: PreparedOperation['dataClasses'];
  readonly rightsClass: string;
  readonly #ground: Ground;
  readonly #requestIdOf: () => string;

  constructor(
    ground: Ground,
    operation: PreparedOperation,
    { field, args, requestIdOf }: Pick<LiveOperation, 'field' | 'args'> & { requestIdOf: () => string },
  ) {
    this.#ground = ground;
    this.viewer = operation.viewer;
    this.field = field;
    this.args = args;
    this.document = operation.document;
    this.operation = operation.operation;
    this.rawVariables = operation.rawVariables;
    this.variables = operation.variables;
    this.sections = operation.sections;
    this.dataClasses = operation.dataClasses;
    this.rightsClass = operation.rightsClass;
    this.#requestIdOf = requestIdOf;
  }

  /** Asked for once, at the beginning. */
  get shareKey(): string {
    return shareKeyOf(this);
  }

  execute(payload: object, shows: Shows): Promise<string> {
    return executeForEvent(this.#ground, this, payload, { requestIdOf: this.#requestIdOf, shows });
  }
}
