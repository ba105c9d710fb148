import { WebSocket } from 'ws';

import { LiveReader, type Ending } from './live-reader.ts';

interface Frame {
  type: 'connection_ack' | 'ping' | 'pong' | 'next' | 'error' | 'complete';
  payload?: never;
}

/** Reads a subscription over graphql-transport-ws, on a socket of its own. */
export class SocketReader<Payload extends { cursor: string }> extends LiveReader<Payload> {
  #socket: WebSocket | null = null;

  protected leave(): void {
    this.#socket?.close(1000, 'Done');
  }

  protected connect(url: string, secret: string, after: string | null): Promise<Omit<Ending, 'at'>> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
      handshakeTimeout: 10_000,
    });
    this.#socket = socket;
    this.connections += 1;
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    return new Promise((resolve) => {
      let failure = '';
      socket.on('error', (error) => (failure = error.message));
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() || failure }));
      socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } }));
      socket.on('message', (bytes: Buffer) => {
        const frame = JSON.parse(bytes.toString()) as Frame;
        if (frame.type === 'connection_ack') {
          const { document, variables } = this.asked;
          send({ id: '1', type: 'subscribe', payload: { query: document, variables: { ...variables, after } } });
        } else if (frame.type === 'ping') send({ type: 'pong' });
        else if (frame.type === 'next') this.take(frame.payload!);
        else if (frame.type === 'error') {
          this.refuse(frame.payload!);
          socket.close(1000, 'Refused');
        } else if (frame.type === 'complete') socket.close(1000, 'Completed');
      });
      if (this.closed) socket.close();
    });
  }
}
