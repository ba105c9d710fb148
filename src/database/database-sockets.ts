import { Socket } from 'node:net';

import { hostsOf, type DatabaseHost } from './database-hosts.ts';
import { openFindPrimary, type FindPrimary } from './find-primary.ts';

const CONNECT_WITHIN_MS = 5_000;

/** Where connections to a database with several servers come from, for whatever client. */
export interface DatabaseSockets {
  /** A connection to the server that may be written to; one that ends with the reason when there is none. */
  connect(): Promise<Socket>;
  /** The same for a client that wants the socket first and then says where to: it is taken to the primary. */
  socket(): Socket;
}

/** Null: there is one server, and nothing to choose. */
export function openSockets(url: string): DatabaseSockets | null {
  if (hostsOf(url).length < 2) return null;
  const findPrimary = openFindPrimary(url);
  return {
    async connect() {
      const socket = new Socket();
      try {
        const place = await findPrimary();
        await reach(socket, place);
        // The name that a certificate has to show.
        return Object.assign(socket, place);
      } catch (error) {
        socket.destroy();
        // One that ends once it was handed over: a connection whose socket never came is one that postgres.js forgets in its pool.
        const none = new Socket();
        setImmediate(() => none.destroy(error as Error));
        return none;
      }
    },
    socket: () => new GuidedSocket(findPrimary),
  };
}

function reach(socket: Socket, { host, port }: DatabaseHost): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(Object.assign(new Error(`${host}:${port} does not answer.`), { code: 'ETIMEDOUT' }));
    }, CONNECT_WITHIN_MS);
    const fail = (error: Error) => {
      clearTimeout(late);
      reject(error);
    };
    socket.once('error', fail);
    socket.connect(port, host, () => {
      clearTimeout(late);
      socket.off('error', fail);
      resolve();
    });
  });
}

/** Goes to the primary, wherever it is told to go. */
class GuidedSocket extends Socket {
  readonly #findPrimary: FindPrimary;

  constructor(findPrimary: FindPrimary) {
    super();
    this.#findPrimary = findPrimary;
  }

  override connect(): this {
    this.#findPrimary().then(
      ({ host, port }) => super.connect(port, host),
      (error: Error) => this.destroy(error),
    );
    return this;
  }
}
