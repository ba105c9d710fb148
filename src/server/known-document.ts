import type { FastifyRequest, RouteHandlerMethod } from 'fastify';

import type { PersistedDocuments } from '../execution/persisted-documents.ts';
import type { OperationRequest } from '../execution/prepare.ts';
import { answerOperation, type AnswerParts } from './answer-operation.ts';
import { freshnessInHeaders } from './asked-freshness.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Media types that need no negotiation; every other wish is Apollo's to weigh. */
const ANSWER_TYPES = new Map([
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
]);

export interface KnownParts extends AnswerParts {
  documents: PersistedDocuments;
}

/**
 * Answers a POST whose document was prepared before, beside Apollo, whose pipeline costs more than most of our queries. Who asks,
 * the form of the body, limits, rights, cost and budget are the same: hooks before and prepare inside. Everything else goes on
 * to `otherwise`.
 */
export function answeringKnown(parts: KnownParts, otherwise: RouteHandlerMethod): RouteHandlerMethod {
  return async function answer(request, reply) {
    const type = ANSWER_TYPES.get(request.headers.accept ?? '');
    const operation = type === undefined ? null : knownOperation(parts, request);
    if (type === undefined || operation === null) return (await otherwise.call(this, request, reply)) as unknown;
    const { viewer, id: requestId } = request;
    const isWanted = () => !reply.raw.destroyed && !reply.sent;
    const asked = { operation, viewer, requestId, isWanted };
    const { text, status, headers } = await answerOperation(parts, asked);
    return reply.code(status).headers(headers).header('content-type', type).send(text);
  };
}

/** The text that a request names by a hash we know. Undefined: the rules are Apollo's to explain. */
function namedIn(documents: PersistedDocuments, given: unknown, extensions: object): string | undefined {
  const { persistedQuery, ...others } = extensions as { persistedQuery?: { version?: unknown; sha256Hash?: unknown } };
  if (Object.keys(others).length > 0 || persistedQuery?.version !== 1) return undefined;
  const { sha256Hash } = persistedQuery;
  const text = typeof sha256Hash === 'string' ? documents.find(sha256Hash) : undefined;
  return given === undefined || given === text ? text : undefined;
}

const KEYS = new Set(['query', 'operationName', 'variables', 'extensions']);

function knownOperation(
  { prepare, documents }: KnownParts,
  { method, body, headers }: FastifyRequest,
): OperationRequest | null {
  if (method !== 'POST' || body === null || typeof body !== 'object' || Array.isArray(body)) return null;
  const { query: given, operationName, variables, extensions } = body as Record<string, unknown>;
  if (!Object.keys(body).every((key) => KEYS.has(key))) return null;
  const query = extensions == null ? given : namedIn(documents, given, extensions);
  if (typeof query !== 'string' || !prepare.isKnown(query)) return null;
  return { query, operationName, variables, freshness: freshnessInHeaders(headers) };
}
