import type { Duplex } from 'node:stream';

import { CloseCode, type Context, type WebSocket as ProtocolSocket } from 'graphql-ws';
import { WebSocket } from 'ws';

import type { Session } from '../services/access/authenticate.ts';
import type { EndReason } from './connections.ts';
import { SocketOutlet } from './socket-outlet.ts';

/** What graphql-ws keeps of a socket. */
export type SocketContext = Context<Record<string, unknown> | undefined, SocketPeer>;

/** Listeners are the same functions for all sockets: what is a socket's own they find here. */
export class PeerSocket extends WebSocket {
  peer!: SocketPeer;
}

const CLOSE: Record<EndReason, { code: number; reason: string }> = {
  revoked: { code: CloseCode.Forbidden, reason: 'Revoked' },
  changed: { code: CloseCode.Forbidden, reason: 'Rights changed: connect again' },
  expired: { code: CloseCode.Forbidden, reason: 'Token expired' },
  stopping: { code: 1001, reason: 'Going away: connect again and resume' },
};

export const GOING_AWAY = CLOSE.stopping;

/**
 * One WebSocket: to graphql-ws the socket that it speaks through, to the connections one of them. One object and not a closure for each of these:
 * there are ten thousand.
 */
export class SocketPeer implements ProtocolSocket {
  readonly socket: PeerSocket;
  readonly outlet: SocketOutlet;
  /** Of the upgrade, until it was looked at; the rest of that request is not kept. */
  authorization: string | undefined;
  /** Null until it is let in. */
  session: Session | null = null;
  /** Ends one that does not say in time who it is. */
  tooLate: NodeJS.Timeout | undefined;
  /** False: a ping is on its way. */
  isAlive = true;
  isReleased = false;
  /** Of graphql-ws: to be given what the peer says, and to be told that it is gone. */
  receive: ((frame: string) => Promise<void>) | null = null;
  closed: (() => Promise<void>) | null = null;

  constructor(socket: PeerSocket, stream: Duplex, onSilent: (socket: WebSocket) => void) {
    this.socket = socket;
    this.outlet = new SocketOutlet(socket, stream, onSilent);
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(frame: string): void {
    this.outlet.send(frame);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  onMessage(receive: (frame: string) => Promise<void>): void {
    this.receive = receive;
  }

  end(why: EndReason): void {
    const { code, reason } = CLOSE[why];
    this.outlet.closeNow(code, reason);
  }
}
