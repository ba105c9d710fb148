import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import type { GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';

import { textOf, type Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { Prepare, PreparedOperation } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { LiveEdge } from '../live/live-edge.ts';
import type { LiveStream } from '../live/live-operation.ts';
import type { Authenticator, Session } from '../services/access/authenticate.ts';
import { answerInTime } from './answer-operation.ts';
import { freshnessInExtensions } from './asked-freshness.ts';
import { bearerOf } from './bearer.ts';
import type { Connection, Connections, EndReason } from './connections.ts';
import { Heartbeat } from './heartbeat.ts';
import { newRequestId } from './new-request-id.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Logger } from './request-log.ts';
import { SocketOutlet } from './socket-outlet.ts';
import { SocketSink } from './socket-sink.ts';
import { toLiveOperation } from './to-live-operation.ts';
import { WaitingIterator } from './waiting-iterator.ts';

export interface WebSocketParts {
  ground: Ground;
  prepare: Prepare;
  edge: LiveEdge;
  authenticator: Authenticator;
  connections: Connections;
  log: Logger;
  settings: {
    maxFrameBytes: number;
    maxSubscriptionsPerSocket: number;
    corsOrigins: readonly string[];
    requestDeadlineMs: number;
  };
  /** True while the process cannot keep up: new sockets are told to come back later. */
  isOverloaded: () => boolean;
}

const CONNECTION_INIT_WITHIN_MS = 3_000;
/** Of one message: each is an object of its own here until the last one is there, also an empty one. */
const MOST_FRAGMENTS = 1_024;
const MOST_CHUNKS = 4_096;
/** A peer behind a dead link never says goodbye: a ping without an answer until the next one ends it. */
const PING_EVERY_SECONDS = 12;

const CLOSE: Record<EndReason, { code: number; reason: string }> = {
  revoked: { code: CloseCode.Forbidden, reason: 'Revoked' },
  changed: { code: CloseCode.Forbidden, reason: 'Rights changed: connect again' },
  expired: { code: CloseCode.Forbidden, reason: 'Token expired' },
  stopping: { code: 1001, reason: 'Going away: connect again and resume' },
};
const TRY_LATER = 1013;

interface Peer {
  readonly socket: WebSocket;
  /** Of the upgrade, until it was looked at; the rest of that request is not kept. */
  authorization: string | undefined;
  readonly outlet: SocketOutlet;
  connection: Connection | null;
  /** False: a ping is on its way. */
  isAlive: boolean;
}
type Connected = Context<Record<string, unknown> | undefined, Peer>;

/** What our hooks hand from `onSubscribe` to `execute` and `subscribe` through graphql-ws, which keeps it as long as the operation runs. */
type Run = { stream: WaitingIterator } | { answer: () => Promise<AsyncIterable<never>> };

type Begun = (Run & { document: unknown; operationName: string | null }) | readonly GraphQLError[];

/** Closed by us while a message was being worked on: nothing more to say. */
class SocketClosed extends Error {}

/**
 * graphql-transport-ws on `/graphql`. graphql-ws keeps the protocol; operations go through the same prepare and execute as over
 * HTTP, and what they answer is text that is written straight to the socket.
 */
export function serveWebSocket(server: Server, parts: WebSocketParts): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: parts.settings.maxFrameBytes,
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_CHUNKS,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
    clientTracking: true,
  });
  const protocol = makeServer<Record<string, unknown> | undefined, Peer>({
    connectionInitWaitTimeout: CONNECTION_INIT_WITHIN_MS,
    onConnect: (context) => connect(parts, context),
    onSubscribe: (context, id, payload) => subscribe(parts, context, id, payload) as never,
    execute: (args) => (args as unknown as { answer: () => Promise<AsyncIterable<never>> }).answer() as never,
    subscribe: (args) => (args as unknown as { stream: WaitingIterator }).stream as never,
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) =>
        (error.originalError ? maskError(error, newRequestId(), parts.ground.reportBug) : error).toJSON(),
      ),
  });

  const onUpgrade = (request: IncomingMessage, duplex: Duplex, head: Buffer): void => {
    duplex.on('error', destroyIt);
    const refusal = refusalOf(request, parts);
    if (refusal) return refuseUpgrade(duplex, refusal);
    sockets.handleUpgrade(request, duplex, head, (socket) => opened(socket, duplex, request.headers.authorization));
  };
  server.on('upgrade', onUpgrade);

  const pings = new Heartbeat<Peer>(PING_EVERY_SECONDS, pingOrEnd);

  function opened(socket: WebSocket, stream: Duplex, authorization: string | undefined): void {
    const outlet = new SocketOutlet(socket, stream, release);
    const peer: Peer = { socket, authorization, outlet, connection: null, isAlive: true };
    const stopPinging = pings.add(peer);
    let isReleased = false;
    socket.on('pong', () => (peer.isAlive = true));
    socket.on('ping', () => outlet.isStuffed && outlet.closeSlow());
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (frame) => Promise.resolve(outlet.send(frame)),
        close: (code, reason) => socket.close(code, reason),
        onMessage(receive) {
          socket.on('message', (frame: Buffer, isBinary) => {
            // Told to leave: what it asks for now is not done.
            if (socket.readyState !== socket.OPEN) return undefined;
            if (isBinary) return socket.close(CloseCode.BadRequest, 'Text frames only');
            if (outlet.isStuffed) return outlet.closeSlow();
            receive(messageOf(frame.toString())).catch((error: unknown) => failed(peer, error));
            return undefined;
          });
        },
      },
      peer,
    );
    socket.on('error', ignore);
    socket.once('close', release);

    /** What it had is free again; a peer that takes no goodbye does not keep it until its socket is gone. */
    function release(): void {
      if (isReleased) return;
      isReleased = true;
      stopPinging();
      if (peer.connection) parts.connections.remove(peer.connection);
      closed().catch((error: unknown) => parts.log.warn({ err: error }, 'a socket closed badly'));
    }
  }

  function failed({ socket }: Peer, error: unknown): void {
    if (error instanceof SocketClosed) return;
    parts.log.error({ err: error }, 'a socket message failed');
    socket.close(TRY_LATER, 'Try again later');
  }

  return {
    async close() {
      server.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.close(CLOSE.stopping.code, CLOSE.stopping.reason);
      const gone = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 1_000);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(gone);
    },
  };
}

/**
 * A message as graphql-ws takes it as well, parsed. It holds on to what it was given as long as the subscription runs: of ten thousand
 * texts of frames that would be ten thousand copies of their document.
 */
function messageOf(frame: string): string {
  try {
    const message: unknown = JSON.parse(frame);
    return (typeof message === 'string' ? frame : message) as string;
  } catch {
    // It closes the socket with the right code.
    return frame;
  }
}

/** No closure: it would keep the request of the upgrade as long as the socket lives. */
function destroyIt(this: Duplex): void {
  this.destroy();
}

/** Too large a frame, bad UTF-8: ws closes by itself with the right code. */
const ignore = () => undefined;

function refusalOf(request: IncomingMessage, { settings, isOverloaded }: WebSocketParts): string | null {
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found';
  if (!isAllowedOrigin(request.headers, settings.corsOrigins)) return '403 Forbidden';
  if (isOverloaded()) return '503 Service Unavailable\r\nRetry-After: 2';
  return null;
}

function refuseUpgrade(duplex: Duplex, status: string): void {
  duplex.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function pingOrEnd(peer: Peer): void {
  // Gone, or so slow that its answer waits behind what it has not read: in case of the latter it is told.
  if (!peer.isAlive) return peer.outlet.closeSlow();
  peer.isAlive = false;
  peer.socket.ping();
}

async function connect({ authenticator, connections }: WebSocketParts, context: Connected): Promise<true> {
  const { socket, authorization, outlet } = context.extra;
  const bearer = bearerOf(context.connectionParams?.['authorization'] ?? authorization);
  const session: Session | null = bearer === null ? null : await authenticator.authenticate(bearer);
  // Whoever looks into this process's memory later finds no secret, and ten thousand sockets do not hold one each.
  Object.assign(context, { connectionParams: undefined });
  context.extra.authorization = undefined;
  if (!session) {
    socket.close(CloseCode.Unauthorized, 'Unauthorized');
    throw new SocketClosed();
  }
  if (socket.readyState !== socket.OPEN) throw new SocketClosed();
  const connection: Connection = {
    session,
    end(reason) {
      const { code, reason: text } = CLOSE[reason];
      outlet.closeNow(code, text);
    },
  };
  if (!connections.admit(connection)) {
    socket.close(TRY_LATER, connections.isClosed ? 'Going away' : 'Too many sockets of this key or token');
    throw new SocketClosed();
  }
  context.extra.connection = connection;
  return true;
}

async function subscribe(
  parts: WebSocketParts,
  context: Connected,
  id: string,
  payload: SubscribePayload,
): Promise<Begun> {
  const { outlet, socket } = context.extra;
  // In place of the library's own reservation, so that we are told at once when this is taken back.
  const running = new WaitingIterator();
  (context.subscriptions as Record<string, WaitingIterator>)[id] = running;
  const isWanted = () => !running.isOver && socket.readyState === socket.OPEN;
  const asked: Asked = { id, outlet, running, isWanted, requestId: newRequestId() };
  const begun = await begin(parts, context, payload, asked);
  return running.isTakenBack ? nevermore() : begun;
}

/** The library waits for something that was taken back; what it is given would go to whatever has the id now. */
const nevermore = () => new Promise<never>(() => undefined);

interface Asked {
  id: string;
  outlet: SocketOutlet;
  running: WaitingIterator;
  isWanted: () => boolean;
  requestId: string;
}

async function begin(
  parts: WebSocketParts,
  context: Connected,
  payload: SubscribePayload,
  asked: Asked,
): Promise<Begun> {
  const { ground, prepare, settings } = parts;
  const { connection } = context.extra;
  try {
    if (!connection) throw rejected('UNAUTHENTICATED', 'Send `connection_init` with a valid key or token first.');
    if (Object.keys(context.subscriptions).length > settings.maxSubscriptionsPerSocket)
      throw rejected('RATE_LIMITED', `${settings.maxSubscriptionsPerSocket} operations on one socket are allowed.`);
    const { viewer } = connection.session;
    const { query, operationName, variables, extensions } = payload;
    const freshness = freshnessInExtensions(extensions);
    const operation = prepare({ query, operationName, variables, extensions, freshness }, viewer);
    // graphql-ws keeps the message as long as the operation runs: ten thousand copies of one document become one.
    Object.assign(payload, { query: operation.document.text });
    if (operation.kind === 'subscription') await open(parts, operation, asked);
    const run: Run =
      operation.kind === 'subscription' ? { stream: asked.running } : { answer: () => answer(parts, operation, asked) };
    return { ...run, document: operation.document.document, operationName: operation.operation.name?.value ?? null };
  } catch (error) {
    if (error instanceof Rejection) return error.errors;
    return [maskError(error, asked.requestId, ground.reportBug)];
  }
}

async function open(
  { ground, edge }: WebSocketParts,
  operation: PreparedOperation,
  { id, outlet, running, requestId }: Asked,
): Promise<void> {
  const sink = new SocketSink(outlet, id, (error) => running.fail(error));
  let stream: LiveStream | null = null;
  running.onEnd(() => {
    sink.closed = true;
    stream?.close();
  });
  stream = await edge.open(toLiveOperation(ground, operation, requestId), sink);
  // It may be over before it began.
  if (running.isOver) stream.close();
}

/** The answer of a query or mutation is written past graphql-ws as well: it is text already. */
async function answer(
  { ground, settings }: WebSocketParts,
  operation: PreparedOperation,
  { id, outlet, running, isWanted, requestId }: Asked,
): Promise<AsyncIterable<never>> {
  const limits = { requestId, isWanted, deadlineMs: settings.requestDeadlineMs };
  const text = await answerInTime(ground, operation, limits).catch(refusalText);
  if (running.isTakenBack) return nevermore();
  const next = (): Promise<IteratorResult<never>> => {
    new SocketSink(outlet, id).send(text);
    return Promise.resolve({ done: true, value: undefined });
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

function refusalText(error: unknown): string {
  if (error instanceof Rejection) return textOf({ errors: error.errors });
  throw error;
}
