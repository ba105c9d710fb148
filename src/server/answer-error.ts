import type { FastifyReply } from 'fastify';

import type { ErrorCode } from '../values/error-codes.ts';
import type { RefusalCode } from '../values/refusal-codes.ts';

const RESPONSE_JSON = 'application/graphql-response+json';

/** Refuses a request before GraphQL saw it, in the form of a GraphQL answer. */
export function answerError(
  reply: FastifyReply,
  status: number,
  code: ErrorCode | RefusalCode,
  message: string,
): FastifyReply {
  const accept = reply.request.headers.accept ?? '';
  const type = accept.includes(RESPONSE_JSON) ? RESPONSE_JSON : 'application/json';
  return reply.code(status).type(`${type}; charset=utf-8`).send(errorText(code, message));
}

export const errorText = (code: ErrorCode | RefusalCode, message: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });
