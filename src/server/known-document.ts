import type { FastifyRequest, RouteHandlerMethod } from 'fastify';

import type { OperationRequest, Prepare } from '../execution/prepare.ts';
import { answerAsText, type HttpParts } from './answer-operation.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Media types that need no negotiation; every other wish is Apollo's to weigh. */
const ANSWER_TYPES = new Map([
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
]);

/**
 * Answers a POST whose document was prepared before, beside Apollo, whose pipeline costs more than most of our queries. Who asks,
 * the form of the body, limits, rights, cost and budget are the same: hooks before and prepare inside. Everything else goes on
 * to `otherwise`.
 */
export function answeringKnown(parts: HttpParts, otherwise: RouteHandlerMethod): RouteHandlerMethod {
  return async function answer(request, reply) {
    const type = ANSWER_TYPES.get(request.headers.accept ?? '');
    const operation = type === undefined ? null : knownOperation(parts.prepare, request);
    if (type === undefined || operation === null) return (await otherwise.call(this, request, reply)) as unknown;
    const { viewer, id: requestId } = request;
    const { body, status, retryAfterSeconds } = await answerAsText(parts, { operation, viewer, requestId });
    if (retryAfterSeconds !== null) void reply.header('retry-after', String(retryAfterSeconds));
    return reply.code(status).header('content-type', type).send(body);
  };
}

const KEYS = new Set(['query', 'operationName', 'variables', 'extensions']);

function knownOperation(prepare: Prepare, { method, body }: FastifyRequest): OperationRequest | null {
  if (method !== 'POST' || body === null || typeof body !== 'object' || Array.isArray(body)) return null;
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  if (typeof query !== 'string' || extensions != null || !Object.keys(body).every((key) => KEYS.has(key))) return null;
  return prepare.isKnown(query) ? { query, operationName, variables } : null;
}
