import type { ExecutionResult } from 'graphql';

import { executeOperation, type Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { OperationRequest, Prepare } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { Viewer } from '../values/viewer.ts';

export interface HttpParts {
  ground: Ground;
  prepare: Prepare;
}

/** The answer of one operation and what HTTP says about it. */
export interface OperationAnswer {
  /** Errors are plain and masked. */
  result: Record<string, unknown>;
  status: number;
  retryAfterSeconds: number | null;
}

/** Prepares and runs one query or mutation for HTTP. Never throws. */
export async function answerOperation(
  { ground, prepare }: HttpParts,
  request: OperationRequest,
  viewer: Viewer,
  requestId: string,
): Promise<OperationAnswer> {
  try {
    const operation = prepare(request, viewer);
    if (operation.kind === 'subscription')
      throw rejected(
        'BAD_REQUEST',
        'Subscriptions run over WebSocket (graphql-transport-ws) or with `Accept: text/event-stream`.',
      );
    return answered(await executeOperation(ground, operation, requestId), 200, null);
  } catch (error) {
    if (error instanceof Rejection) return answered({ errors: error.errors }, error.status, error.retryAfterSeconds);
    return answered({ errors: [maskError(error, requestId, ground.reportBug)] }, 500, null);
  }
}

function answered(result: ExecutionResult, status: number, retryAfterSeconds: number | null): OperationAnswer {
  const { errors, data, extensions } = result;
  const isUnavailable = data == null && errors?.[0]?.extensions['code'] === 'UNAVAILABLE';
  return {
    result: {
      ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}),
      ...(data !== undefined ? { data } : {}),
      ...(extensions ? { extensions } : {}),
    },
    status: isUnavailable ? 503 : status,
    retryAfterSeconds: isUnavailable ? 1 : retryAfterSeconds,
  };
}
