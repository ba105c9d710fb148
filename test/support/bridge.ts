import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll } from 'vitest';

import { readInstallation } from '../../src/services/events/installation.ts';
import { ensureInbox, type InboxRecord } from '../../src/services/conversations/ensure-inbox.ts';
import { newSigningSecret, sealFor } from '../../src/services/conversations/inbox-secrets.ts';
import type { InboxId } from '../../src/values/ids.ts';
import { systemScope } from './start-app.ts';
import type { TestDatabase } from './with-database.ts';

export interface Post {
  /** Of the URL. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  at: number;
}

/** A receiver that answers as the test says; closed when the file ends. */
export async function aReceiver(answer: (post: Post, response: ServerResponse, nth: number) => void) {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const post = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
        at: Date.now(),
      };
      posts.push(post);
      answer(post, response, posts.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { posts, port, place: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/hook` };
}

/** An inbox with a bridge; gives the secret that signs. */
export async function aBridgedInbox(database: TestDatabase, record: InboxRecord, url: string) {
  const { id } = await ensureInbox(systemScope(database), record);
  const secret = newSigningSecret();
  const installation = await readInstallation(database.sql);
  await database.sql`
    update inboxes set bridge_url = ${url}, bridge_secret = ${sealFor(installation, id, 'bridge', secret)} where id = ${id}`;
  return { id: id as InboxId, secret };
}
