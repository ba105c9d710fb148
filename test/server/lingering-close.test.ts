import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { lingerOnClose, type Lingering } from '../../src/server/lingering-close.ts';
import { answerUnreadable } from '../../src/server/malformed-requests.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { withDataDir } from '../support/attachments.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const app = await withApp(place, {
  ...{ MAX_BODY_BYTES: '10000', MAX_ATTACHMENT_BYTES: '20000', BODY_TIMEOUT_MS: '1000', RATE_COST_BURST: '1000000' },
  DATA_DIR: withDataDir(),
});
const agent = await aKey(place, 'agent');
const port = Number(new URL(app.url).port);
let uploads = '';
beforeAll(async () => {
  const scope = systemScope(place);
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const message = { inbox: 'mail', sender: { kind: 'email' as const, value: 'a@example.com' }, externalId: 'm1' };
  const { conversationId } = await receiveMessage(scope, { ...message, text: 'Hello', occurredAt: new Date() });
  uploads = `/attachments?conversation=${conversationId}&filename=a.txt`;
});

const head = (path: string, headers: Readonly<Record<string, string>>) =>
  `POST ${path} HTTP/1.1\r\nhost: punos\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
const PIECE = 'x'.repeat(10_000);
const PIECES = 50;
const LENGTH = { 'content-length': String(PIECES * PIECE.length) };
const CHUNKED = { 'transfer-encoding': 'chunked' };
const JSON_TYPE = { 'content-type': 'application/json' };
const KEY = { authorization: `Bearer ${agent.secret}` };

interface Stranger {
  readonly socket: Socket;
  /** What came until now. */
  readonly heard: () => string;
  /** The other side has said its last. */
  readonly ended: Promise<void>;
  readonly closed: Promise<void>;
}
/** Hears without ever ending by itself. */
function aStranger(to: number): Stranger {
  const socket = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  // What came before a reset counts.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('end', () => resolve()));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  return { socket, heard: () => text, ended, closed };
}
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

/** Reads only after everything is sent, as a client does that cannot do two things at once. Answers the statuses that it heard. */
async function sendThenRead(start: string, isChunked: boolean): Promise<number[]> {
  const { socket, heard, closed } = aStranger(port);
  socket.pause();
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  const send = (text: string) => new Promise((resolve) => socket.write(text, resolve));
  await send(start);
  for (let piece = 0; piece < PIECES && !isClosed; piece += 1) {
    await send(isChunked ? `${PIECE.length.toString(16)}\r\n${PIECE}\r\n` : PIECE);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  socket.end();
  await closed;
  return statuses(heard());
}

describe('A7, A10: a client that still sends is told', () => {
  test.each([
    ['why its head was refused', 431, '/graphql', { 'x-long': 'y'.repeat(17_000), ...LENGTH }],
    ['that it speaks no HTTP', 400, '/gra phql', LENGTH],
    ['that it expects too much', 417, '/graphql', { ...LENGTH, expect: 'everything' }],
    ['that its body is too large by its length', 413, '/graphql', { ...KEY, ...JSON_TYPE, ...LENGTH }],
    ['that its body has become too large', 413, '/graphql', { ...KEY, ...JSON_TYPE, ...CHUNKED }],
    ['that it has no key', 401, '/graphql', { connection: 'close', ...JSON_TYPE, ...LENGTH }],
    ['that nothing is there', 404, '/nothing', { connection: 'close', ...LENGTH }],
    ['that its hook is not signed', 401, '/hooks/email/mail', { connection: 'close', ...JSON_TYPE, ...LENGTH }],
    ['that its file is too large by its length', 413, 'uploads', { connection: 'close', ...KEY, ...LENGTH }],
    ['that its file has become too large', 413, 'uploads', { connection: 'close', ...KEY, ...CHUNKED }],
  ])('%s: %i, once', async (_, status, path, headers) => {
    const start = head(path === 'uploads' ? uploads : path, headers);
    // One after the other: a stranger of a machine that stands still has its second all the same.
    for (let time = 0; time < 20; time += 1)
      expect(await sendThenRead(start, 'transfer-encoding' in headers)).toEqual([status]);
  });
});

test('A13: who was refused and never stops sending is cut off, after a second', async () => {
  const began = performance.now();
  const { socket, heard, closed } = aStranger(port);
  socket.write(head('/graphql', { 'x-long': 'y'.repeat(17_000) }));
  const dribble = setInterval(() => socket.write('y'), 20);
  await closed;
  clearInterval(dribble);
  expect(statuses(heard())).toEqual([431]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(999);
});

test('A13: who was refused before its body came, and never sends it, hears nothing more', async () => {
  const { socket, heard, ended } = aStranger(port);
  socket.write(`${head('/graphql', { ...JSON_TYPE, ...LENGTH })}{`);
  await ended;
  expect(statuses(heard())).toEqual([401]);
});

describe('a connection that lingers', () => {
  /** A server that answers nothing but what it cannot read, unless told otherwise. */
  async function aServer(limits?: Lingering, listener: RequestListener = () => undefined) {
    const server = createServer(listener);
    const sockets: Socket[] = [];
    if (limits) lingerOnClose(server, limits);
    else lingerOnClose(server);
    server.on('connection', (socket) => sockets.push(socket)).on('clientError', answerUnreadable);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { server, sockets, port: (server.address() as AddressInfo).port };
  }
  const LONG = { forMs: 600_000, mostBytes: 2 ** 40, mostSockets: 1_000 };
  const refused = async (to: number) => {
    const stranger = aStranger(to);
    stranger.socket.write('nonsense\r\n\r\n');
    await until(stranger.heard, (text) => text.endsWith('}'));
    return stranger;
  };
  const gone = (socket: Socket) =>
    until(
      () => socket.destroyed,
      (isGone) => isGone,
    );

  test('is over when its peer ends', async () => {
    const { sockets, port: to } = await aServer(LONG);
    const { socket } = await refused(to);
    expect(sockets[0]!.destroyed).toBe(false);
    socket.end();
    await gone(sockets[0]!);
  });

  test('is over when its peer has sent its share', async () => {
    const { sockets, port: to } = await aServer({ ...LONG, mostBytes: 1_000_000 });
    const { socket, closed, heard } = await refused(to);
    const flood = () => {
      while (!socket.destroyed && socket.write(PIECE));
    };
    socket.on('drain', flood);
    flood();
    await closed;
    expect(statuses(heard())).toEqual([400]);
    expect(sockets[0]!.bytesRead).toBeGreaterThan(1_000_000);
    expect(sockets[0]!.bytesRead).toBeLessThan(1_200_000);
  });

  test('is closed at once when as many linger as may', async () => {
    const { sockets, port: to } = await aServer({ ...LONG, mostSockets: 2 });
    const lingering = [await refused(to), await refused(to)];
    await refused(to);
    await gone(sockets[2]!);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
    for (const { socket } of lingering) socket.end();
    await Promise.all(sockets.map(gone));
    await refused(to);
    expect(sockets[3]!.destroyed).toBe(false);
  });

  test('holds up the stop of a server for its second at most', async () => {
    const { server, port: to } = await aServer();
    await refused(to);
    await new Promise((resolve) => server.close(resolve));
  });

  test('gets no second answer into the first, whatever follows', async () => {
    const { port: to } = await aServer(LONG, (_request, response) => void response.writeHead(200).write('begun'));
    const { socket, heard, closed } = aStranger(to);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(heard, (text) => text.includes('begun'));
    socket.end('nonsense\r\n\r\n');
    await closed;
    expect(statuses(heard())).toEqual([200]);
  });
});
