import { ApolloServer, HeaderMap, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';

import type { Viewer } from '../values/viewer.ts';
import { ERROR_CODES } from '../values/error-codes.ts';
import type { PersistedDocuments } from '../execution/persisted-documents.ts';
import type { AskedFreshness } from '../execution/read-freshness.ts';
import { answerOperation, type AnswerParts } from './answer-operation.ts';
import { freshnessInHeaders } from './asked-freshness.ts';
import { answeringKnown, type KnownParts } from './known-document.ts';

interface HttpContext extends BaseContext {
  viewer: Viewer;
  requestId: string;
  isWanted: () => boolean;
  freshness: AskedFreshness | undefined;
}

/** An answer that is text already, on its way through Apollo. */
class Finished {
  readonly text: string;
  [key: string]: unknown;

  constructor(text: string) {
    this.text = text;
  }
}

interface Parts extends KnownParts {
  maxTokens: number;
}

/**
 * GraphQL over HTTP. Apollo does what belongs to HTTP: methods, media types, CSRF. What belongs to the operation is done by the
 * same prepare and execute as on the other transports, so Apollo's own validation and execution never run.
 */
export async function graphqlOverHttp({ maxTokens, ...parts }: Parts): Promise<{
  handler: RouteHandlerMethod;
  stop(): Promise<void>;
}> {
  const apollo = new ApolloServer<HttpContext>({
    schema: parts.ground.schema,
    plugins: [answering(parts)],
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    dangerouslyDisableValidation: true,
    persistedQueries: { cache: keptIn(parts.documents), ttl: null },
    parseOptions: { maxTokens },
    stopOnTerminationSignals: false,
    formatError: (formatted) => formatOfApollo(formatted),
    stringifyResult: ({ data, ...refusal }) => (data instanceof Finished ? data.text : JSON.stringify(refusal)),
    nodeEnv: 'production',
  });
  await apollo.start();
  const handler = fastifyApolloHandler(apollo, {
    context: (request: FastifyRequest, reply: FastifyReply) =>
      Promise.resolve({
        viewer: request.viewer,
        requestId: request.id,
        isWanted: () => !reply.raw.destroyed && !reply.sent,
        freshness: freshnessInHeaders(request.headers),
      }),
  });
  return { handler: answeringKnown(parts, handler as RouteHandlerMethod), stop: () => apollo.stop() };
}

/** The store of Apollo's protocol for documents by their hash. */
const keptIn = (documents: PersistedDocuments) => ({
  get: (key: string) => Promise.resolve(documents.find(key.slice(KEY_PREFIX.length))),
  set: (key: string, text: string) => Promise.resolve(documents.register(key.slice(KEY_PREFIX.length), text)),
  delete: () => Promise.resolve(false),
});
/** Apollo puts it before every hash. */
const KEY_PREFIX = 'apq:';

/** Apollo gives these no code. */
const MALFORMED = new Set(['Unsupported persisted query version', 'provided sha does not match query']);

/** Apollo's own refusals (parse, CSRF, methods) are harmless texts; anything it cannot name is a bug. */
function formatOfApollo(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (MALFORMED.has(formatted.message)) return { message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
  const code = formatted.extensions?.['code'];
  const known = typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL_SERVER_ERROR';
  if (known) return { ...formatted, message: formatted.message.slice(0, 500) };
  return { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function answering(parts: AnswerParts): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({ request, source, contextValue }) {
          const { operationName, variables } = request;
          const { freshness, ...caller } = contextValue;
          const operation = { query: source, operationName, variables, freshness };
          const answer = await answerOperation(parts, { operation, ...caller });
          const headers = new HeaderMap();
          for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value);
          return {
            http: { status: answer.status, headers },
            body: { kind: 'single', singleResult: { data: new Finished(answer.text) } },
          };
        },
      }),
  };
}
