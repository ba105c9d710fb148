import type { ExecutionResult } from 'graphql';

import { executeAsText, executeOperation, textOf, type Ground, type ResultText } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { OperationRequest, Prepare, PreparedOperation } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { Viewer } from '../values/viewer.ts';

export interface HttpParts {
  ground: Ground;
  prepare: Prepare;
}

/** The answer of one operation and what HTTP says about it. */
export interface OperationAnswer<Body> {
  /** Errors are plain and masked. */
  body: Body;
  status: number;
  retryAfterSeconds: number | null;
}

/** Asked by one viewer. */
export interface Asked {
  operation: OperationRequest;
  viewer: Viewer;
  requestId: string;
}

/** Prepares and runs one query or mutation for HTTP. Never throws. */
export const answerOperation = (parts: HttpParts, asked: Asked): Promise<OperationAnswer<Record<string, unknown>>> =>
  answerWith(parts, asked, executeOperation, ({ errors, data, extensions }) => ({
    ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}),
    ...(data !== undefined ? { data } : {}),
    ...(extensions ? { extensions } : {}),
  }));

/** The same, as the text to be sent. */
export const answerAsText = (parts: HttpParts, asked: Asked): Promise<OperationAnswer<string>> =>
  answerWith(parts, asked, executeAsText, textOf);

/** What did not run. */
type Refused = Pick<ExecutionResult, 'errors'> & { data?: never; extensions?: never };

async function answerWith<R extends ExecutionResult | ResultText, Body>(
  { ground, prepare }: HttpParts,
  { operation: request, viewer, requestId }: Asked,
  execute: (ground: Ground, operation: PreparedOperation, requestId: string) => Promise<R>,
  bodyOf: (result: R | Refused) => Body,
): Promise<OperationAnswer<Body>> {
  try {
    const operation = prepare(request, viewer);
    if (operation.kind === 'subscription')
      throw rejected(
        'BAD_REQUEST',
        'Subscriptions run over WebSocket (graphql-transport-ws) or with `Accept: text/event-stream`.',
      );
    const result = await execute(ground, operation, requestId);
    const isUnavailable = result.data == null && result.errors?.[0]?.extensions['code'] === 'UNAVAILABLE';
    return {
      body: bodyOf(result),
      status: isUnavailable ? 503 : 200,
      retryAfterSeconds: isUnavailable ? 1 : null,
    };
  } catch (error) {
    if (error instanceof Rejection)
      return {
        body: bodyOf({ errors: error.errors }),
        status: error.status,
        retryAfterSeconds: error.retryAfterSeconds,
      };
    const masked = maskError(error, requestId, ground.reportBug);
    return { body: bodyOf({ errors: [masked] }), status: 500, retryAfterSeconds: null };
  }
}
