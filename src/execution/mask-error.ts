import { GraphQLError } from 'graphql';

import { NotAudited } from '../values/not-audited.ts';
import { OutcomeUnknown } from '../values/outcome-unknown.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import { AccessChanged } from '../values/access-changed.ts';
import { AccessDenied } from '../values/access-denied.ts';
import { ERROR_CODES, type ErrorCode } from '../values/error-codes.ts';
import { CursorExpired, CustomerErased, InvalidRequest } from '../values/invalid-request.ts';
import { RateLimited } from '../values/rate-limited.ts';
import { Refusal } from '../values/refusal.ts';

/** Writes the original of a masked error where only operators read it. */
export type ReportBug = (error: unknown, requestId: string) => void;

const OUT_OF_REACH = 'The database cannot be reached or is overloaded. Try again.';

/**
 * The one way for errors to leave, on every transport: known ones with their code, everything else as INTERNAL_SERVER_ERROR with
 * the request id. The original text of an unknown error never leaves: it may hold a secret or a person's words.
 */
export function maskError(error: unknown, requestId: string, report: ReportBug): GraphQLError {
  const outer = error instanceof GraphQLError ? error : undefined;
  const inner = innermost(error);
  const leave = (code: ErrorCode, message: string, extensions: Record<string, unknown> = {}) =>
    new GraphQLError(message, {
      ...(outer?.nodes ? { nodes: outer.nodes } : {}),
      ...(outer?.path ? { path: outer.path } : {}),
      extensions: { code, ...extensions },
    });

  if (inner instanceof AccessDenied) return leave('FORBIDDEN', inner.message, { right: inner.right });
  if (inner instanceof AccessChanged) return leave('FORBIDDEN', inner.message);
  if (inner instanceof InvalidRequest) return leave('BAD_USER_INPUT', inner.message, { argument: inner.argument });
  if (inner instanceof RateLimited)
    return leave('RATE_LIMITED', inner.message, { retryAfterSeconds: inner.retryAfterSeconds });
  // A refusal of something that is only asked has no payload to stand in.
  if (inner instanceof Refusal)
    return leave('BAD_USER_INPUT', inner.message, { argument: inner.field?.join('.') ?? null });
  if (inner instanceof CursorExpired) return leave('CURSOR_EXPIRED', inner.message);
  if (inner instanceof CustomerErased) return leave('CUSTOMER_ERASED', inner.message);
  if (isUnavailable(inner)) {
    report(inner, requestId);
    const message = inner instanceof OutcomeUnknown || inner instanceof NotAudited ? inner.message : OUT_OF_REACH;
    return leave('UNAVAILABLE', message, { requestId });
  }
  if (outer && !outer.originalError && isOurs(outer)) return outer;
  report(inner, requestId);
  return leave('INTERNAL_SERVER_ERROR', `Something went wrong on our side. Request id: ${requestId}.`, { requestId });
}

/** graphql-js wraps what a resolver throws, once for each level that it passes. */
function innermost(error: unknown): unknown {
  let inner = error;
  for (let i = 0; i < 10 && inner instanceof GraphQLError && inner.originalError; i += 1) inner = inner.originalError;
  return inner;
}

const isOurs = (error: GraphQLError): boolean => {
  const code = error.extensions['code'];
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL_SERVER_ERROR';
};
