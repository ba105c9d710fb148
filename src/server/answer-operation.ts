import { GraphQLError } from 'graphql';

import { executeOperation, textOf, type Caller, type Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { OperationRequest, Prepare, PreparedOperation } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { Viewer } from '../values/viewer.ts';
import { TOKEN_HEADER } from './asked-freshness.ts';

export interface AnswerParts {
  ground: Ground;
  prepare: Prepare;
}

/** The answer of one operation and what HTTP says about it. */
export interface OperationAnswer {
  text: string;
  status: number;
  headers: Readonly<Record<string, string>>;
}

const NO_HEADERS = {};

/** Asked by one viewer. */
export interface Asked extends Caller {
  operation: OperationRequest;
  viewer: Viewer;
}

/** Prepares and runs one query or mutation for HTTP. Never throws. */
export async function answerOperation(
  { ground, prepare }: AnswerParts,
  { operation: request, viewer, ...caller }: Asked,
): Promise<OperationAnswer> {
  try {
    const operation = prepare(request, viewer);
    if (operation.kind === 'subscription')
      throw rejected(
        'BAD_REQUEST',
        'Subscriptions run over WebSocket (graphql-transport-ws) or with `Accept: text/event-stream`.',
      );
    const result = await executeOperation(ground, operation, caller);
    const text = textOf(result);
    if (result.data == null && result.errors?.[0]?.extensions['code'] === 'UNAVAILABLE')
      return { text, status: 503, headers: { 'retry-after': '1' } };
    const token = result.extensions?.['consistencyToken'];
    return { text, status: 200, headers: typeof token === 'string' ? { [TOKEN_HEADER]: token } : NO_HEADERS };
  } catch (error) {
    if (error instanceof Rejection) {
      const { errors, status, retryAfterSeconds } = error;
      const headers = retryAfterSeconds === null ? NO_HEADERS : { 'retry-after': String(retryAfterSeconds) };
      return { text: textOf({ errors }), status, headers };
    }
    const masked = maskError(error, caller.requestId, ground.reportBug);
    return { text: textOf({ errors: [masked] }), status: 500, headers: NO_HEADERS };
  }
}

/** What whoever waited too long is told. */
export const TOO_LATE =
  'No answer in time. Whether a change was made is not known: send it again under the same idempotency key.';

/** Runs a prepared query or mutation for a connection that stays open; whoever asked has an answer when the deadline is over. Throws a Rejection when its turn does not come. */
export async function answerInTime(
  ground: Ground,
  operation: PreparedOperation,
  { deadlineMs, ...caller }: Caller & { deadlineMs: number },
): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    const error = () =>
      new GraphQLError(TOO_LATE, { extensions: { code: 'UNAVAILABLE', requestId: caller.requestId } });
    timer = setTimeout(() => resolve(textOf({ errors: [error()] })), deadlineMs);
  });
  try {
    return await Promise.race([executeOperation(ground, operation, caller).then(textOf), late]);
  } finally {
    clearTimeout(timer);
  }
}
