import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterAll, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { SocketOutlet } from '../../src/server/socket-outlet.ts';
import { SocketOperation } from '../../src/server/socket-operation.ts';
import type { SocketContext } from '../../src/server/socket-peer.ts';
import { until } from '../support/until.ts';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  for (const socket of sockets.clients) socket.terminate();
  server.close();
});

/** A client that keeps what it got, and the server's way out to it. */
async function aPair() {
  const opened = new Promise<{ socket: WebSocket; stream: Duplex }>((resolve) =>
    server.once('upgrade', (request, stream, head) =>
      sockets.handleUpgrade(request, stream, head, (socket) => resolve({ socket, stream })),
    ),
  );
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    perMessageDeflate: false,
  });
  const got: string[] = [];
  client.on('message', (frame: Buffer) => got.push(frame.toString()));
  const { socket, stream } = await opened;
  if (client.readyState !== client.OPEN) await once(client, 'open');
  return { client, got, socket, stream, outlet: new SocketOutlet(socket, stream, () => undefined) };
}

const operationOf = (outlet: SocketOutlet, id: string) =>
  new SocketOperation(id, { subscriptions: {}, extra: { outlet } } as SocketContext, () => undefined);

const frameOf = (id: string, text: string) => `{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`;

describe('a shared text', () => {
  test.each([1, 2, 100, 125 - 40, 126, 4_000, 65_535 - 40, 65_536, 300_000])(
    'of %i bytes arrives in one frame around the id of each operation',
    async (size) => {
      const { got, outlet } = await aPair();
      const text = JSON.stringify('ä'.repeat(size));
      const ids = ['1', 'a longer id', '"quoted"', 'ünïcödé \u{1f426}', 'x'.repeat(300)];

      for (const id of ids) operationOf(outlet, id).send(text);

      await until(
        () => got.length,
        (count) => count === ids.length,
      );
      expect(got).toEqual(ids.map((id) => frameOf(id, text)));
    },
  );

  test('keeps its place between the frames that ws and graphql-ws write', async () => {
    const { client, got, socket, outlet } = await aPair();
    const sink = operationOf(outlet, '1');
    const pings: string[] = [];
    client.on('ping', (payload: Buffer) => pings.push(`${payload.toString()} behind ${got.length}`));

    outlet.send('first');
    sink.send('"second"');
    socket.ping('a ping');
    sink.send('"third"');
    outlet.send('fourth');
    await until(
      () => got.length,
      (count) => count === 4,
    );
    sink.send('"fifth"');

    await until(
      () => got.length,
      (count) => count === 5,
    );
    expect(got).toEqual([
      'first',
      frameOf('1', '"second"'),
      frameOf('1', '"third"'),
      'fourth',
      frameOf('1', '"fifth"'),
    ]);
    expect(pings).toEqual(['a ping behind 2']);
  });

  test('is many writes of one turn, but one to the system', async () => {
    const { got, stream, outlet } = await aPair();
    let writes = 0;
    const { _writev: writev } = stream as Required<Pick<Duplex, '_writev'>>;
    Object.assign(stream, {
      _writev(this: Duplex, ...given: Parameters<typeof writev>) {
        writes += 1;
        writev.apply(this, given);
      },
    });

    for (let i = 0; i < 20; i += 1) operationOf(outlet, `s${i}`).send('{}');

    await until(
      () => got.length,
      (count) => count === 20,
    );
    expect(writes).toBe(1);
  });

  test('is not sent to a peer that was told to leave, nor to one that has left', async () => {
    const { client, got, outlet } = await aPair();
    const sink = operationOf(outlet, '1');

    sink.send('"before"');
    outlet.closeNow(4403, 'Revoked');
    sink.send('"after"');

    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(4403);
    expect(got).toEqual([frameOf('1', '"before"')]);
    sink.send('"much later"');
    expect(outlet.pendingBytes).toBe(0);
  });
});

describe('what a peer does not take', () => {
  test('is counted, and told of when it is taken', async () => {
    const { client, got, outlet } = await aPair();
    const sink = operationOf(outlet, '1');
    const text = JSON.stringify('x'.repeat(1_000_000));
    client.pause();
    let drained = 0;
    outlet.onDrain(() => (drained += 1));
    await until(
      () => drained,
      (count) => count === 1,
    );

    for (let i = 0; i < 20; i += 1) sink.send(text);
    await until(
      () => outlet.pendingBytes,
      (bytes) => bytes > 5_000_000,
    );
    outlet.onDrain(() => (drained += 1));
    expect(drained).toBe(1);
    client.resume();

    await until(
      () => drained,
      (count) => count === 2,
    );
    expect(outlet.pendingBytes).toBe(0);
    await until(
      () => got.length,
      (count) => count === 20,
    );
  });

  test('does not keep the socket of one who never reads its goodbye', async () => {
    const { client, socket, outlet } = await aPair();
    client.pause();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      outlet.closeSlow();
      vi.advanceTimersByTime(19_000);
      expect(socket.readyState).toBe(socket.CLOSING);
      vi.advanceTimersByTime(1_000);
    } finally {
      vi.useRealTimers();
    }
    await until(
      () => socket.readyState,
      (state) => state === socket.CLOSED,
    );
  });

  test('holds nobody who waits for it when the peer goes', async () => {
    const { client, outlet } = await aPair();
    const sink = operationOf(outlet, '1');
    client.pause();
    for (let i = 0; i < 20; i += 1) sink.send(JSON.stringify('x'.repeat(1_000_000)));
    let drained = 0;
    outlet.onDrain(() => (drained += 1));

    client.terminate();

    await until(
      () => drained,
      (count) => count === 1,
    );
    outlet.onDrain(() => (drained += 1));
    await until(
      () => drained,
      (count) => count === 2,
    );
  });
});
