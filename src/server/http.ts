import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';

import type { Authenticator, Session } from '../services/access/authenticate.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { Viewer } from '../values/viewer.ts';
import { answerError } from './answer-error.ts';
import { TOO_LATE } from './answer-operation.ts';
import { TOKEN_HEADER } from './asked-freshness.ts';
import { bearerOf } from './bearer.ts';
import { isJson } from './content-type.ts';
import { Lateness, TICK_MS } from './lateness.ts';
import { lingerOnClose } from './lingering-close.ts';
import { answerMalformed, answerUnreadable } from './malformed-requests.ts';
import { newRequestId } from './new-request-id.ts';
import type { Logger } from './request-log.ts';
import { cutSlowBodies, type BodyTimes } from './slow-bodies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the handler of a route that needs a key; never read elsewhere. */
    session: Session;
    viewer: Viewer;
  }
  interface FastifyInstance {
    isOverloaded(): boolean;
  }
  interface FastifyContextConfig {
    /** Also by a process that is overloaded. */
    isAlwaysAnswered?: boolean;
  }
}

export interface HttpSettings extends BodyTimes {
  trustedProxies: readonly string[];
  corsOrigins: readonly string[];
  maxBodyBytes: number;
  requestDeadlineMs: number;
}

/** The HTTP server with everything that comes before a route: sizes, headers, error forms. */
export async function openHttp(settings: HttpSettings, log: Logger): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.maxBodyBytes,
    // The last resort: slow-bodies.ts is sooner.
    requestTimeout: 2 * Math.max(settings.bodyTimeoutMs, settings.uploadTimeoutMs),
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error: Error & { statusCode?: number }, _request, reply) =>
      void answerError(reply, error.statusCode ?? 400, 'BAD_REQUEST', 'The address is no URL that is understood here.'),
    genReqId: newRequestId,
    // Node looks for late requests every 30 s by itself: a slow sender would have twice the time that it is given.
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: 10_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
      // Refused by us, with a word.
      requireHostHeader: false,
    },
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
  });
  lingerOnClose(app.server);
  cutSlowBodies(app, settings);
  answerMalformed(app);
  // Before any plugin: a route that one of them adds has the handlers of its time.
  answerFailures(app, log);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The pages' style libraries set inline styles; scripts come from us alone.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        workerSrc: ["'self'", 'blob:'],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  await app.register(cors, {
    origin: settings.corsOrigins.length > 0 ? [...settings.corsOrigins] : false,
    methods: ['GET', 'POST'],
    exposedHeaders: [TOKEN_HEADER],
    maxAge: 600,
  });
  refuseWhenOverloaded(app);
  endLateRequests(app, settings.requestDeadlineMs);
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    const line = { requestId: request.id, method: request.method, route, status: reply.statusCode };
    const level = reply.statusCode >= 500 ? 'warn' : 'debug';
    log[level]({ ...line, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'request');
    done();
  });
  return app;
}

/** Errors that nobody nearer to them turned into an answer, and what has no route. */
function answerFailures(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (isUnavailable(error)) {
      void reply.header('retry-after', '1');
      return answerError(reply, 503, 'UNAVAILABLE', 'The database cannot be reached. Try again.');
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return answerError(reply, status, 'BAD_REQUEST', REASONS[status] ?? REASONS[400]!);
    log.error({ err: error, requestId: request.id }, 'a request failed');
    const message = `Something went wrong on our side. Request id: ${request.id}.`;
    return answerError(reply, 500, 'INTERNAL_SERVER_ERROR', message);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain; charset=utf-8').send('Nothing is here.\n'),
  );
}

/**
 * By our own hook: @fastify/under-pressure asks for the process's memory every second, which takes a file descriptor, and ends the process when
 * there is none.
 */
function refuseWhenOverloaded(app: FastifyInstance): void {
  const lateness = new Lateness(performance.now());
  const ticks = setInterval(() => lateness.tick(performance.now()), TICK_MS).unref();
  app.addHook('onClose', (_app, closed) => {
    clearInterval(ticks);
    closed();
  });
  app.decorate('isOverloaded', () => lateness.isTooMuch);
  app.addHook('onRequest', (request, reply, done) => {
    if (!lateness.isTooMuch || request.routeOptions.config.isAlwaysAnswered) return done();
    void reply.header('retry-after', '2');
    void answerError(reply, 503, 'UNAVAILABLE', 'The server is overloaded. Try again.');
  });
}

/** Nobody is left without an answer, whatever hangs behind us. What was being done may still be done: its key says. */
function endLateRequests(app: FastifyInstance, deadlineMs: number): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const timer = setTimeout(() => {
      // An event stream has its headers out and goes on.
      if (reply.sent || reply.raw.headersSent) return;
      void reply.header('retry-after', '1');
      void answerError(reply, 503, 'UNAVAILABLE', TOO_LATE);
    }, deadlineMs);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}

const REASONS: Record<number, string> = {
  400: 'The body is not JSON, or holds a key that is not allowed.',
  413: 'The body is too large.',
  415: 'The body must be `application/json` in UTF-8.',
};

/** Puts the session of the request in place, or answers 401. The first thing that happens to a request with a body. */
export function requireSession(app: FastifyInstance, authenticator: Authenticator): void {
  app.addHook('onRequest', async (request, reply) => {
    const bearer = bearerOf(request.headers.authorization);
    const session = bearer === null ? null : await authenticator.authenticate(bearer);
    if (!session) {
      void reply.header('www-authenticate', 'Bearer');
      return answerError(reply, 401, 'UNAUTHENTICATED', 'Send a valid key or token as `Authorization: Bearer …`.');
    }
    request.session = session;
    request.viewer = session.viewer;
    return undefined;
  });
}

/** A body that is not exactly JSON is not read; a GET has no body to describe. */
export function requireJson(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const type = request.headers['content-type'];
    const wrong = request.method === 'POST' ? !isJson(type) : type !== undefined && !isJson(type);
    if (wrong) return answerError(reply, 415, 'BAD_REQUEST', REASONS[415]!);
    return undefined;
  });
}
