import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import type { GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, MessageType, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';

import { textOf, type Ground } from '../execution/execute.ts';
import { maskError } from '../execution/mask-error.ts';
import type { Prepare, PreparedOperation } from '../execution/prepare.ts';
import { Rejection, rejected } from '../execution/rejection.ts';
import type { LiveEdge } from '../live/live-edge.ts';
import type { Authenticator } from '../services/access/authenticate.ts';
import { answerInTime } from './answer-operation.ts';
import { freshnessInExtensions } from './asked-freshness.ts';
import { bearerOf } from './bearer.ts';
import type { Connection, Connections } from './connections.ts';
import { Heartbeat } from './heartbeat.ts';
import { newRequestId } from './new-request-id.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Logger } from './request-log.ts';
import { SocketOperation, type OnFail } from './socket-operation.ts';
import { GOING_AWAY, PeerSocket, SocketPeer, type SocketContext } from './socket-peer.ts';
import { toLiveOperation } from './to-live-operation.ts';

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

const TRY_LATER = 1013;

/** What our hooks hand from `onSubscribe` to `execute` through graphql-ws. */
interface Run {
  document: unknown;
  operationName: string | null;
  answer: () => Promise<AsyncIterable<never>>;
}

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
    WebSocket: PeerSocket,
    handleProtocols: (protocols) => handleProtocols(protocols),
    clientTracking: true,
  });
  const protocol = makeServer<Record<string, unknown> | undefined, SocketPeer>({
    // Ours ends with what it waits for; that of the library stays as long as the socket.
    connectionInitWaitTimeout: 0,
    onConnect: (context) => connect(parts, context),
    onSubscribe: (context, id, payload) => subscribe(parts, context, { id, payload, onFail }) as never,
    execute: (args) => (args as unknown as Run).answer() as never,
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

  const pings = new Heartbeat<SocketPeer>(PING_EVERY_SECONDS, pingOrEnd);

  function opened(socket: PeerSocket, stream: Duplex, authorization: string | undefined): void {
    // ws looks after it from here on.
    stream.off('error', destroyIt);
    const peer = new SocketPeer(socket, stream, release);
    socket.peer = peer;
    peer.authorization = authorization;
    peer.tooLate = setTimeout(endUnknown, CONNECTION_INIT_WITHIN_MS, peer);
    pings.add(peer);
    peer.closed = protocol.opened(peer, peer);
    socket.on('message', onMessage).on('pong', onPong).on('ping', onPing).on('error', ignore).on('close', onClose);
  }

  function onMessage(this: WebSocket, frame: Buffer, isBinary: boolean): void {
    const peer = peerOf(this);
    // Told to leave: what it asks for now is not done.
    if (!peer.isOpen) return;
    if (isBinary) return peer.close(CloseCode.BadRequest, 'Text frames only');
    if (peer.outlet.isStuffed) return peer.outlet.closeSlow();
    peer.receive?.(frame.toString()).catch((error: unknown) => failed(peer, error));
  }

  function onClose(this: WebSocket): void {
    release(this);
  }

  /** What it had is free again; a peer that takes no goodbye does not keep it until its socket is gone. */
  function release(socket: WebSocket): void {
    const peer = peerOf(socket);
    if (peer.isReleased) return;
    peer.isReleased = true;
    clearTimeout(peer.tooLate);
    pings.remove(peer);
    if (isAdmitted(peer)) parts.connections.remove(peer);
    peer.closed?.().catch((error: unknown) => parts.log.warn({ err: error }, 'a socket closed badly'));
  }

  function failed(peer: SocketPeer, error: unknown): void {
    if (error instanceof SocketClosed) return;
    parts.log.error({ err: error }, 'a socket message failed');
    peer.close(TRY_LATER, 'Try again later');
  }

  /** In the words in which graphql-ws ends what it runs. */
  function onFail(peer: SocketPeer, id: string, error: unknown): void {
    const payload = [maskError(error, newRequestId(), parts.ground.reportBug)];
    peer.send(JSON.stringify({ id, type: MessageType.Error, payload }));
  }

  return {
    async close() {
      server.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.close(GOING_AWAY.code, GOING_AWAY.reason);
      const gone = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 1_000);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(gone);
    },
  };
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

const peerOf = (socket: WebSocket) => (socket as PeerSocket).peer;

const isAdmitted = (peer: SocketPeer): peer is SocketPeer & Connection => peer.session !== null;

function endUnknown(peer: SocketPeer): void {
  peer.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
}

function onPong(this: WebSocket): void {
  peerOf(this).isAlive = true;
}

function onPing(this: WebSocket): void {
  const { outlet } = peerOf(this);
  if (outlet.isStuffed) outlet.closeSlow();
}

function pingOrEnd(peer: SocketPeer): void {
  // Gone, or so slow that its answer waits behind what it has not read: in case of the latter it is told.
  if (!peer.isAlive) return peer.outlet.closeSlow();
  peer.isAlive = false;
  peer.socket.ping();
}

async function connect({ authenticator, connections }: WebSocketParts, context: SocketContext): Promise<true> {
  const { extra: peer } = context;
  clearTimeout(peer.tooLate);
  peer.tooLate = undefined;
  const bearer = bearerOf(context.connectionParams?.['authorization'] ?? peer.authorization);
  const session = bearer === null ? null : await authenticator.authenticate(bearer);
  // Whoever looks into this process's memory later finds no secret, and ten thousand sockets do not hold one each.
  Object.assign(context, { connectionParams: undefined });
  peer.authorization = undefined;
  if (!session) {
    peer.close(CloseCode.Unauthorized, 'Unauthorized');
    throw new SocketClosed();
  }
  if (!peer.isOpen) throw new SocketClosed();
  if (!connections.admit(Object.assign(peer, { session }))) {
    peer.session = null;
    peer.close(TRY_LATER, connections.isClosed ? 'Going away' : 'Too many sockets of this key or token');
    throw new SocketClosed();
  }
  return true;
}

interface Asked {
  id: string;
  payload: SubscribePayload;
  onFail: OnFail;
}

async function subscribe(
  parts: WebSocketParts,
  context: SocketContext,
  { id, payload, onFail }: Asked,
): Promise<Run | readonly GraphQLError[]> {
  const running = new SocketOperation(id, context, onFail);
  const begun = await begin(parts, context, payload, running);
  return running.isOver || begun === 'streams' ? nevermore() : begun;
}

/**
 * The library waits for something that runs without it, or was taken back: it knows operations by their ids alone, and would take the end of this one for
 * the end of another one that has its id by then. What waits for a promise that nobody holds is nobody's either: of ten thousand subscriptions it would
 * keep the message, what became of it and the functions that answer it.
 */
const nevermore = () => new Promise<never>(() => undefined);

async function begin(
  parts: WebSocketParts,
  context: SocketContext,
  payload: SubscribePayload,
  running: SocketOperation,
): Promise<Run | readonly GraphQLError[] | 'streams'> {
  const { ground, prepare, settings } = parts;
  const { session } = context.extra;
  const requestId = newRequestId();
  try {
    if (!session) throw rejected('UNAUTHENTICATED', 'Send `connection_init` with a valid key or token first.');
    if (Object.keys(context.subscriptions).length > settings.maxSubscriptionsPerSocket)
      throw rejected('RATE_LIMITED', `${settings.maxSubscriptionsPerSocket} operations on one socket are allowed.`);
    const { viewer } = session;
    const { query, operationName, variables, extensions } = payload;
    const freshness = freshnessInExtensions(extensions);
    const operation = prepare({ query, operationName, variables, extensions, freshness }, viewer);
    if (operation.kind === 'subscription') {
      running.stream = await parts.edge.open(toLiveOperation(ground, operation, newRequestId), running);
      return 'streams';
    }
    return {
      document: operation.document.document,
      operationName: operation.operation.name?.value ?? null,
      answer: () => answer(parts, operation, { running, requestId }),
    };
  } catch (error) {
    if (error instanceof Rejection) return error.errors;
    return [maskError(error, requestId, ground.reportBug)];
  }
}

/** The answer of a query or mutation is written past graphql-ws as well: it is text already. */
async function answer(
  { ground, settings }: WebSocketParts,
  operation: PreparedOperation,
  { running, requestId }: { running: SocketOperation; requestId: string },
): Promise<AsyncIterable<never>> {
  const limits = { requestId, isWanted: () => running.isWanted, deadlineMs: settings.requestDeadlineMs };
  const text = await answerInTime(ground, operation, limits).catch(refusalText);
  if (running.isOver) return nevermore();
  const next = (): Promise<IteratorResult<never>> => {
    running.send(text);
    return Promise.resolve({ done: true, value: undefined });
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

function refusalText(error: unknown): string {
  if (error instanceof Rejection) return textOf({ errors: error.errors });
  throw error;
}
