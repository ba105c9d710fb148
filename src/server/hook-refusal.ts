import type { FastifyInstance, FastifyReply } from 'fastify';

import { isUnavailable } from '../services/is-unavailable.ts';
import { Refusal } from '../values/refusal.ts';
import type { Logger } from './request-log.ts';

/** An expected "no" of a hook. */
export class HookRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: readonly string[] | null;

  constructor(status: number, code: string, message: string, field: readonly string[] | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** What the body says may be refused by the dialect or by the business; what carries it, by the server. Null: a bug. */
function toHookRefusal(error: Error & { statusCode?: number }): HookRefusal | null {
  if (error instanceof HookRefusal) return error;
  if (error instanceof Refusal) {
    const isConflict = ['CONFLICT', 'EXTERNAL_ID_REUSED', 'IDEMPOTENCY_KEY_REUSED'].includes(error.code);
    const isUnread = error.code === 'INVALID_INPUT' && error.field?.length === 0;
    return new HookRefusal(isConflict ? 409 : isUnread ? 400 : 422, error.code, error.message, error.field);
  }
  if (isUnavailable(error) || error.statusCode === 503)
    return new HookRefusal(503, 'UNAVAILABLE', 'Nothing was stored. Try again.');
  if (error.statusCode === 413) return new HookRefusal(413, 'BAD_REQUEST', 'The body is too large.');
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new HookRefusal(error.statusCode, 'BAD_REQUEST', 'This is no request that a hook understands.');
  return null;
}

function refuse(reply: FastifyReply, { status, code, message, field }: HookRefusal): FastifyReply {
  if (status === 429) void reply.header('retry-after', '60');
  if (status === 503) void reply.header('retry-after', '1');
  return reply.code(status).type('application/json; charset=utf-8').send({ code, message, field });
}

/** Answers what is thrown in the hooks of this scope. */
export function answerRefusals(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const refusal = toHookRefusal(error);
    if (refusal) return refuse(reply, refusal);
    log.error({ err: error, requestId: request.id }, 'a hook failed');
    return refuse(
      reply,
      new HookRefusal(500, 'INTERNAL_SERVER_ERROR', `Something went wrong on our side. Request id: ${request.id}.`),
    );
  });
}
