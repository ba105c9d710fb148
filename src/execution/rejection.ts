import { GraphQLError } from 'graphql';

import type { ErrorCode } from '../values/error-codes.ts';

/** HTTP status of an operation that is refused before it runs. WebSocket and SSE send the errors alone. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  DOCUMENT_NOT_ALLOWED: 403,
  // As Apollo answers: the client sends the same again, with the text.
  PERSISTED_QUERY_NOT_FOUND: 200,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** The operation will not run. Thrown by prepare, answered alike by every transport. */
export class Rejection extends Error {
  readonly errors: readonly GraphQLError[];
  readonly status: number;
  readonly retryAfterSeconds: number | null;

  constructor(errors: readonly GraphQLError[], code: ErrorCode, retryAfterSeconds: number | null = null) {
    super(code);
    this.name = 'Rejection';
    this.errors = errors;
    this.status = STATUS[code] ?? 400;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const SUGGESTION = ' Did you mean ';
// A message repeats what it objects to; a megabyte of it helps nobody.
const LONGEST_MESSAGE = 500;

/** One error of a refused operation. Extra extensions hold figures and names, never a value of a row. */
export function rejected(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}): Rejection {
  return new Rejection([new GraphQLError(message, { extensions: { code, ...extensions } })], code);
}

/** Errors of graphql-js as they leave us: with a code, without suggestions. */
export function rejectedAs(code: ErrorCode, errors: readonly GraphQLError[]): Rejection {
  return new Rejection(
    errors.map((error) => {
      const message = withoutSuggestion(error.message).slice(0, LONGEST_MESSAGE);
      return new GraphQLError(message, {
        ...(error.nodes ? { nodes: error.nodes } : {}),
        ...(error.source ? { source: error.source } : {}),
        ...(error.positions ? { positions: error.positions } : {}),
        extensions: { code },
      });
    }),
    code,
  );
}

/** Suggestions would spell the schema to whoever guesses; what is asked for is named, what exists is not. */
function withoutSuggestion(message: string): string {
  const start = message.indexOf(SUGGESTION);
  return start >= 0 && message.endsWith('?') ? message.slice(0, start) : message;
}
