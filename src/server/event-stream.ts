import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { GraphQLError } from 'graphql';

import type { Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { OperationRequest, Prepare } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { LiveEdge } from '../live/live-edge.ts';
import type { LiveStream } from '../live/live-operation.ts';
import { answerError } from './answer-error.ts';
import { answerInTime } from './answer-operation.ts';
import { freshnessInHeaders } from './asked-freshness.ts';
import type { Connection, Connections, EndReason } from './connections.ts';
import { EventStreamSink } from './event-stream-sink.ts';
import { Heartbeat } from './heartbeat.ts';
import { toLiveOperation } from './to-live-operation.ts';

export interface EventStreamParts {
  ground: Ground;
  prepare: Prepare;
  edge: LiveEdge;
  connections: Connections;
  requestDeadlineMs: number;
}

const KEEP_ALIVE_SECONDS = 12;
/** Clients come back spread over this time, so that a restart is no storm. */
const COME_BACK_WITHIN_MS = 2_000;

/**
 * graphql-sse, distinct connections: one operation a request, answered with `Accept: text/event-stream`. The same prepare,
 * execution and live edge as the other transports. Errors come as `next`, as the protocol wants, then `complete`.
 */
export function eventStreamHandler(parts: EventStreamParts): RouteHandlerMethod {
  const comments = new Heartbeat<EventStreamSink>(KEEP_ALIVE_SECONDS, (sink) => sink.keepAlive());
  return async (request, reply) => {
    const { ground, prepare, connections } = parts;
    let interrupted: EndReason | null = null;
    let sink: EventStreamSink | null = null;
    const connection: Connection = {
      session: request.session,
      end(reason) {
        interrupted = reason;
        if (sink) endStream(sink, reason);
      },
    };
    if (connections.isClosed) {
      void reply.header('retry-after', '1');
      return answerError(reply, 503, 'UNAVAILABLE', 'The server stops. Connect again and resume.');
    }
    if (!connections.admit(connection)) {
      void reply.header('retry-after', '5');
      return answerError(reply, 429, 'RATE_LIMITED', 'Too many sockets and streams of this key or token.');
    }
    sink = start(reply, (error) => sink?.complete([maskError(error, request.id, ground.reportBug)]));
    comments.add(sink);
    let stream: LiveStream | null = null;
    const gone = new Promise<void>((resolve) => reply.raw.once('close', resolve));
    void gone.then(() => {
      if (sink) {
        sink.closed = true;
        comments.remove(sink);
      }
      connections.remove(connection);
      stream?.close();
    });
    try {
      const freshness = freshnessInHeaders(request.headers);
      const operation = prepare({ ...operationIn(request), freshness }, request.viewer);
      if (operation.kind === 'subscription') {
        const { id } = request;
        stream = await parts.edge.open(
          toLiveOperation(ground, operation, () => id, lastEventId(request)),
          sink,
        );
        // The client may have left, or lost its rights, while the stream was being opened.
        if (sink.closed || interrupted) stream.close();
      } else {
        if (request.method === 'GET' && operation.kind !== 'query')
          throw rejected('BAD_REQUEST', 'GET requests only run queries and subscriptions.');
        const answering = sink;
        const isWanted = () => !answering.closed;
        const limits = { requestId: request.id, isWanted, deadlineMs: parts.requestDeadlineMs };
        sink.sendResult(await answerInTime(ground, operation, limits));
        sink.complete();
      }
    } catch (error) {
      const errors = error instanceof Rejection ? error.errors : [maskError(error, request.id, ground.reportBug)];
      sink.complete(errors);
    }
    return reply;
  };
}

function start(reply: FastifyReply, onFail: (error: unknown) => void): EventStreamSink {
  reply.hijack();
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  reply.raw.writeHead(200, {
    ...(Object.fromEntries(headers) as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  reply.raw.flushHeaders();
  return new EventStreamSink(reply.raw, onFail);
}

function endStream(sink: EventStreamSink, reason: EndReason): void {
  if (reason === 'stopping' || reason === 'changed')
    return sink.interrupt(Math.ceil(Math.random() * COME_BACK_WITHIN_MS));
  const message = reason === 'expired' ? 'The token has expired.' : 'The key or token was revoked.';
  return sink.complete([new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } })]);
}

const MALFORMED =
  'A stream is asked for with `query`, `operationName` and `variables`, in a JSON object or in the URL.';

function operationIn(request: FastifyRequest): OperationRequest {
  const given = request.method === 'POST' ? request.body : request.query;
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw rejected('BAD_REQUEST', MALFORMED);
  const { query, operationName, variables, extensions } = given as Record<string, unknown>;
  if (request.method === 'POST') return { query, operationName, variables, extensions };
  const read = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value);
  try {
    return { query, operationName, variables: read(variables), extensions: read(extensions) };
  } catch {
    throw rejected('BAD_REQUEST', MALFORMED);
  }
}

function lastEventId(request: FastifyRequest): string | null {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}
