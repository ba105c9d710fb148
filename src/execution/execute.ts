import { execute, type ExecutionResult, type GraphQLSchema } from 'graphql';

import type { Context } from '../resolvers/context.ts';
import { makeLoaders, type Loaders } from '../resolvers/loaders.ts';
import { encodeCursor, placeAt } from '../services/events/cursor.ts';
import type { Installation } from '../services/events/installation.ts';
import { readSnapshot } from '../services/events/read-events.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { Scope } from '../services/scope.ts';
import { inSpan } from '../values/in-span.ts';
import type { Viewer } from '../values/viewer.ts';
import { maskError, type ReportBug } from './mask-error.ts';
import type { PreparedOperation } from './prepare.ts';

/** Where operations run. */
export interface Ground {
  readonly schema: GraphQLSchema;
  readonly db: Scope['db'];
  readonly installation: Installation;
  readonly visitorTokenMinutes: number;
  readonly reportBug: ReportBug;
}

/** Runs a prepared query or mutation. Never throws: what goes wrong is in the result, masked. */
export async function executeOperation(
  ground: Ground,
  operation: PreparedOperation,
  requestId: string,
): Promise<ExecutionResult> {
  try {
    // Taken before anything of the document is read: nothing that commits later is missed by who subscribes after it.
    const cursor = operation.selectsCursor ? await cursorOfNow(ground) : null;
    const result = await inSpan('graphql execute', namesOf(operation), () =>
      run(ground, operation, operation.viewer, { cursor, rootValue: undefined }),
    );
    const { requested, throttle } = operation.cost;
    return {
      ...masked(ground, result, requestId),
      extensions: { cost: { requested, throttle } },
    };
  } catch (error) {
    return { errors: [maskError(error, requestId, ground.reportBug)] };
  }
}

/**
 * Runs the document of a subscription for one event and returns the payload's text. The same text
 * goes to every subscriber of the class, so it holds nothing about the request. Throws when the database was out of reach for any
 * part of it: a payload with holes in it would move the readers' cursors over what they were never shown.
 */
export async function executeForEvent(
  ground: Ground,
  operation: PreparedOperation,
  rootValue: unknown,
  requestId: string,
): Promise<string> {
  const result = await inSpan('graphql execute', namesOf(operation), () =>
    run(ground, operation, operation.viewer, { cursor: null, rootValue }),
  );
  const outage = result.errors?.find(({ originalError }) => isUnavailable(originalError));
  if (outage) throw outage.originalError!;
  return JSON.stringify(masked(ground, result, requestId));
}

const namesOf = ({ operation }: PreparedOperation) => ({
  'graphql.operation.type': operation.operation,
  'graphql.operation.name': operation.name?.value ?? '',
});

async function cursorOfNow({ db, installation }: Ground): Promise<string> {
  return encodeCursor(installation, placeAt(await readSnapshot(db.sql)));
}

/** Loaders are made for each run: their cache knows no rights but this viewer's, and no time but now. */
async function run(
  ground: Ground,
  operation: PreparedOperation,
  viewer: Viewer,
  given: { cursor: string | null; rootValue: unknown },
): Promise<ExecutionResult> {
  const scope: Scope = { db: ground.db, viewer, now: new Date() };
  let loaders: Loaders | undefined;
  const contextValue: Context = {
    scope,
    installation: ground.installation,
    visitorTokenMinutes: ground.visitorTokenMinutes,
    // Most documents that come often need none.
    get loaders() {
      return (loaders ??= makeLoaders(scope));
    },
    cursor: given.cursor,
  };
  return execute({
    schema: ground.schema,
    document: operation.document.document,
    operationName: operation.operation.name?.value ?? null,
    variableValues: operation.rawVariables,
    rootValue: given.rootValue,
    contextValue,
  });
}

function masked({ reportBug }: Ground, result: ExecutionResult, requestId: string): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, requestId, reportBug)) };
}
