import { request as httpRequest } from 'node:http';

import { Webhook } from 'standardwebhooks';

import type { NewInbox } from '../../src/services/conversations/create-inbox.ts';
import { createInbox } from '../../src/services/conversations/create-inbox.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { systemScope } from './start-app.ts';
import type { TestDatabase } from './with-database.ts';

export interface HookAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown> & { code?: string; field?: string[] };
}

/** An inbox with the secret of its hook. */
export async function anInboxWithHook(
  database: TestDatabase,
  but: Partial<NewInbox> & Pick<NewInbox, 'channel' | 'externalId'>,
) {
  const nothing = { address: null, brand: null, market: 'FI', businessHours: null, credentials: [], bridgeUrl: null };
  const installation = await readInstallation(database.sql);
  const input = { name: but.externalId, ...nothing, ...but };
  const { id, hookSecret } = await createInbox(systemScope(database), installation, input, null);
  return { id, secret: hookSecret!, path: `/hooks/${but.channel}/${but.externalId}` };
}

let count = 0;
export const anId = (): string => `evt_${(count += 1)}`;

/** The headers of Standard Webhooks, made by the reference implementation. */
export function signed(
  secret: string,
  body: string,
  { id = anId(), at = new Date() }: { id?: string; at?: Date } = {},
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

/** Posts path, headers and bytes as they are, without what fetch would correct. */
export function postHook(
  url: string,
  headers: Record<string, string | string[]>,
  body: string | Buffer,
  method = 'POST',
): Promise<HookAnswer> {
  const { origin, hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const where = { hostname, port, path: url.slice(origin.length) };
    const request = httpRequest({ ...where, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const isJson = String(response.headers['content-type']).startsWith('application/json');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: (isJson ? JSON.parse(text) : { text }) as HookAnswer['body'],
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
