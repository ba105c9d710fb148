import type { FastifyInstance, RouteHandlerMethod } from 'fastify';

import type { Authenticator } from '../services/access/authenticate.ts';
import { requireJson, requireSession } from './http.ts';

const EVENT_STREAM = /(^|,)\s*text\/event-stream\s*(;|,|$)/i;

const API_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

export interface GraphqlRoutes {
  authenticator: Authenticator;
  /** Answers once. */
  answer: RouteHandlerMethod;
  /** Answers with a stream of events; null before the live edge runs. */
  stream: RouteHandlerMethod | null;
}

/** `/graphql`: who asks, what form the body has, and only then GraphQL. */
export async function serveGraphql(
  app: FastifyInstance,
  { authenticator, answer, stream }: GraphqlRoutes,
): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.addHook('onRequest', (_request, reply, next) => {
      void reply.headers(API_HEADERS);
      next();
    });
    requireSession(scope, authenticator);
    requireJson(scope);
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      // The policy for pages is written anew for each answer; an answer of GraphQL is no page.
      helmet: false,
      handler(request, reply) {
        const accept = request.headers.accept ?? '';
        const handler = stream && accept.length < 1_000 && EVENT_STREAM.test(accept) ? stream : answer;
        return handler.call(this, request, reply);
      },
    });
    done();
  });
}
