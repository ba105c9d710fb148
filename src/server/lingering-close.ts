import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Lingering {
  /** How long at most, from the moment on in which the answer is out. */
  readonly forMs: number;
  /** What is read and dropped of one peer at most. */
  readonly mostBytes: number;
  /** So many connections at most; whoever comes then is closed at once. */
  readonly mostSockets: number;
}

/**
 * A second is enough to read an answer that is there. 16 MB is more than any body that is taken as shipped, so a client that reads only after it
 * has sent everything still hears why it was in vain, and costs some milliseconds. A thousand held for a second are fewer than may hold a
 * connection anyway, for ten seconds before their head is there.
 */
const AS_SHIPPED: Lingering = { forMs: 1_000, mostBytes: 16 * 2 ** 20, mostSockets: 1_000 };

/**
 * Whoever is refused while still sending hears why. A connection that is closed with unread bytes is reset by the kernel, and then the peer
 * loses the answer that it has not read yet. So it is closed in stages (RFC 9112, 9.6): the answer and our end go out, what still comes is read
 * and dropped until the peer ends too, or until it has had its time.
 *
 * Node ends a connection by `destroySoon` as well, wherever its answer says `connection: close`: this covers refusals of routes too.
 */
export function lingerOnClose(server: Server, { forMs, mostBytes, mostSockets }: Lingering = AS_SHIPPED): void {
  let lingering = 0;
  server.on('connection', (socket: Socket) => {
    socket.destroySoon = () => {
      // Node's parser reports all that follows what it could not read; one end is enough.
      socket.destroySoon = () => undefined;
      socket.end();
      if (socket.writableFinished) dropRest(socket);
      else socket.once('finish', () => dropRest(socket));
    };
  });

  function dropRest(socket: Socket): void {
    if (socket.destroyed || lingering >= mostSockets) return void socket.destroy();
    lingering += 1;
    const timer = setTimeout(() => socket.destroy(), forMs).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      lingering -= 1;
    });
    const before = socket.bytesRead;
    // Out of the parser's hands: what comes now is no request, and nobody could be answered.
    socket.removeAllListeners('data');
    socket.on('data', () => {
      if (socket.bytesRead - before > mostBytes) socket.destroy();
    });
    socket.resume();
  }
}
