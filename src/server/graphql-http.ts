import { ApolloServer, HeaderMap, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';

import type { Viewer } from '../values/viewer.ts';
import { ERROR_CODES } from '../values/error-codes.ts';
import { answerOperation, type HttpParts } from './answer-operation.ts';
import { answeringKnown } from './known-document.ts';

interface HttpContext extends BaseContext {
  viewer: Viewer;
  requestId: string;
}

interface Parts extends HttpParts {
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
    persistedQueries: false,
    parseOptions: { maxTokens },
    stopOnTerminationSignals: false,
    formatError: (formatted) => formatOfApollo(formatted),
    nodeEnv: 'production',
  });
  await apollo.start();
  const handler = fastifyApolloHandler(apollo, {
    context: (request: FastifyRequest, _reply: FastifyReply) =>
      Promise.resolve({ viewer: request.viewer, requestId: request.id }),
  });
  return { handler: answeringKnown(parts, handler as RouteHandlerMethod), stop: () => apollo.stop() };
}

/** Apollo's own refusals (parse, CSRF, methods) are harmless texts; anything it cannot name is a bug. */
function formatOfApollo(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  const known = typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL_SERVER_ERROR';
  if (known) return { ...formatted, message: formatted.message.slice(0, 500) };
  return { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function answering(parts: HttpParts): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({ request, source, contextValue }) {
          const { viewer, requestId } = contextValue;
          const { operationName, variables } = request;
          const operation = { query: source, operationName, variables };
          const answer = await answerOperation(parts, { operation, viewer, requestId });
          const headers = new HeaderMap();
          if (answer.retryAfterSeconds !== null) headers.set('retry-after', String(answer.retryAfterSeconds));
          return {
            http: { status: answer.status, headers },
            body: { kind: 'single', singleResult: answer.body },
          };
        },
      }),
  };
}
