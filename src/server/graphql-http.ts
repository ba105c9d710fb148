import { ApolloServer, HeaderMap, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';

import { executeOperation, type Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { Prepare } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { Viewer } from '../values/viewer.ts';
import { ERROR_CODES } from '../values/error-codes.ts';

interface HttpContext extends BaseContext {
  viewer: Viewer;
  requestId: string;
}

interface Parts {
  ground: Ground;
  prepare: Prepare;
  maxTokens: number;
}

/**
 * GraphQL over HTTP. Apollo does what belongs to HTTP: methods, media types, CSRF. What belongs to the operation is done by the
 * same prepare and execute as on the other transports, so Apollo's own validation and execution never run.
 */
export async function graphqlOverHttp({ ground, prepare, maxTokens }: Parts): Promise<{
  handler: RouteHandlerMethod;
  stop(): Promise<void>;
}> {
  const apollo = new ApolloServer<HttpContext>({
    schema: ground.schema,
    plugins: [answering(ground, prepare)],
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
  return { handler: handler as RouteHandlerMethod, stop: () => apollo.stop() };
}

/** Apollo's own refusals (parse, CSRF, methods) are harmless texts; anything it cannot name is a bug. */
function formatOfApollo(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  const known = typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && code !== 'INTERNAL_SERVER_ERROR';
  if (known) return { ...formatted, message: formatted.message.slice(0, 500) };
  return { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function answering(ground: Ground, prepare: Prepare): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({ request, source, contextValue }) {
          const { viewer, requestId } = contextValue;
          try {
            const operation = prepare(
              { query: source, operationName: request.operationName, variables: request.variables },
              viewer,
            );
            if (operation.kind === 'subscription')
              throw rejected(
                'BAD_REQUEST',
                'Subscriptions run over WebSocket (graphql-transport-ws) or with `Accept: text/event-stream`.',
              );
            return respond(await executeOperation(ground, operation, requestId));
          } catch (error) {
            if (error instanceof Rejection)
              return respond({ errors: error.errors }, error.status, error.retryAfterSeconds);
            return respond({ errors: [maskError(error, requestId, ground.reportBug)] }, 500);
          }
        },
      }),
  };
}

function respond(result: ExecutionResult, status = 200, retryAfterSeconds: number | null = null) {
  const unavailable = result.data == null && result.errors?.[0]?.extensions['code'] === 'UNAVAILABLE';
  const headers = new HeaderMap();
  const wait = unavailable ? 1 : retryAfterSeconds;
  if (wait !== null) headers.set('retry-after', String(wait));
  const { errors, ...rest } = result;
  return {
    http: { status: unavailable ? 503 : status, headers },
    body: {
      kind: 'single' as const,
      singleResult: { ...rest, ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}) },
    },
  };
}
