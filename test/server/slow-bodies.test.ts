import { connect } from 'node:net';

import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { withDataDir } from '../support/attachments.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { BODY_TIMEOUT_MS: '1000', UPLOAD_TIMEOUT_MS: '8000', DATA_DIR: withDataDir() });
const agent = await aKey(database, 'agent');
let conversation = '';
beforeAll(async () => {
  const scope = systemScope(database);
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  const message = { inbox: 'mail', sender: { kind: 'email' as const, value: 'a@example.com' }, externalId: 'm1' };
  conversation = (await receiveMessage(scope, { ...message, text: 'Hello', occurredAt: new Date() })).conversationId;
});

/** Posts a body of many parts with a rest between them. Answers the status line, and how many parts went out before it. */
function dribble(path: string, type: string, parts: readonly string[], restMs: number) {
  const { hostname, port } = new URL(app.url);
  return new Promise<{ status: string; sent: number }>((resolve) => {
    const socket = connect(Number(port), hostname);
    const length = parts.join('').length;
    let [answer, sent] = ['', 0];
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: punos\r\nauthorization: Bearer ${agent.secret}\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`,
    );
    const timer = setInterval(() => {
      if (sent < parts.length && !socket.destroyed) socket.write(parts[sent++]!);
    }, restMs);
    socket.on('data', (bytes) => (answer += bytes.toString()));
    // Who is cut off may be in the middle of a write; the answer came before that.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ status: answer.split('\r\n', 1)[0]!, sent });
    });
  });
}
const bytes = (count: number, size: number) => Array.from({ length: count }, () => 'a'.repeat(size));
const uploadTo = () => `/attachments?conversation=${conversation}&filename=a.txt`;

test('A13: a query that comes byte by byte is cut off, and others are answered meanwhile', async () => {
  const slow = dribble('/graphql', 'application/json', bytes(100, 1), 100);
  const other = await fetch(`${app.url}/healthz`);

  expect(other.status).toBe(200);
  const { status, sent } = await slow;
  expect(status).toBe('HTTP/1.1 408 Request Timeout');
  expect(sent).toBeLessThan(100);
});

test('A13: a file that comes slowly is taken although a query might not take as long', async () => {
  const { status } = await dribble(uploadTo(), 'text/plain', bytes(12, 4_000), 250);

  expect(status).toBe('HTTP/1.1 201 Created');
});

test('A13: a file that hardly comes is cut off, and nothing of it is kept', async () => {
  const { status, sent } = await dribble(uploadTo(), 'text/plain', bytes(200, 1), 100);

  expect(status).toBe('HTTP/1.1 408 Request Timeout');
  expect(sent).toBeLessThan(200);
  expect(await database.sql`select id from attachments where size_bytes < 1000`).toEqual([]);
});

test('A13: a file that comes for too long is cut off at last', async () => {
  const { status } = await dribble(uploadTo(), 'text/plain', bytes(200, 2_000), 100);

  expect(status).toBe('HTTP/1.1 408 Request Timeout');
});
